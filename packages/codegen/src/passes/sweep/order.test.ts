/** Sweeps of kernels written by hand, with places that no operation of today makes: what they compute is what the parts compute. */
import { evalSize, type SizeEnv } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { evalKernels, type KernelProgram, kernelLanguage, verifyKernels } from "../../ir/kernel/index.js";
import { verifyProgram } from "../../ir/loop/index.js";
import { lowerLoops } from "../lower-loops/lower-loops.js";
import { planMemory } from "../plan-memory/plan-memory.js";
import { schedule } from "../schedule/schedule.js";
import { allKernels } from "../schedule/work.js";
import { random } from "../testing/check-levels.js";
import { type Data, makeData, runLoops } from "../testing/run-loops.js";
import { sweep } from "./sweep.js";

function parse(text: string): KernelProgram {
  const node = kernelLanguage.parse("Program", text);
  if (node.kind !== "KernelProgram") throw new Error("a program is expected");
  return verifyKernels(node);
}

/** The program with sweeps; its kernels, and its loops on arrays, give what the kernels of the text give. */
function checkSweep(text: string, sizes: SizeEnv = {}): readonly ("up" | "down")[] {
  const program = parse(text);
  const next = random(7);
  const data: Record<string, Data> = {};
  const given: Record<string, readonly number[]> = {};
  for (const { name, space, dtype, shape } of program.buffers) {
    const length = shape.reduce<number>((product, size) => product * evalSize(size, sizes), 1);
    if (space === "input") given[name] = Array.from({ length }, () => next() * 2 - 1);
    if (space === "input" || space === "output") data[name] = makeData(dtype, given[name] ?? new Array(length).fill(0));
  }
  const swept = verifyKernels(sweep(program));
  const want = evalKernels(program, { sizes, buffers: given });
  const got = evalKernels(swept, { sizes, buffers: given });
  runLoops(verifyProgram(lowerLoops(planMemory(schedule(swept)))), data, {}, sizes);
  for (const { name } of program.buffers.filter(({ space }) => space === "output")) {
    const values = want[name]?.map(({ value }) => value) ?? [];
    expect(values.length).toBeGreaterThan(0);
    expect(got[name]?.map(({ value }) => value)).toEqual(values);
    expect([...(data[name] ?? [])]).toEqual(values);
  }
  return allKernels(swept).flatMap((kernel) => kernel.sweep?.direction ?? []);
}

/** z is what y was one place before `at`, guarded by `first`; then y is overwritten by z and z's neighbour at `next`. */
const shifted = (shape: string, at: string, before: string, first: string, next: string, isInside: string): string =>
  `program f sizes() buffers {
    y0: input f64[${shape}]
    y: output f64[${shape}]
    w: output f64[3, 40]
    z: arena f64[3, 40]
  } steps {
    kernel begin(${shape.includes(",") ? "a: 3, b: 40" : "a: 120"}) "" spans() {} writes {
      set y[${shape.includes(",") ? "a, b" : "a"}] keep false = y0[${shape.includes(",") ? "a, b" : "a"}]:f64
    }
    kernel before(i: 3, j: 40) "" spans() {} writes {
      set z[i, j] keep false = select(${first}:bool, 1:f64, y[${before}]:f64):f64
    }
    kernel after(i: 3, j: 40) "" spans() {} writes {
      set y[${at}] keep false = add(z[i, j]:f64, select(${isInside}:bool, z[i, ${next}]:f64, 0:f64):f64):f64
      set w[i, j] keep false = z[i, j]:f64
    }
  }`;

describe("the place before the first one of a row", () => {
  test("is no place of a row that is one of the array's", () => {
    const text = shifted("3, 40", "i, j", "i, j-1", "less((j):i32, (1):i32)", "j+1", "less((j):i32, (39):i32)");
    expect(checkSweep(text)).toEqual(["down"]);
  });

  test.each([
    ["before it", "40*i+j", "40*i+j-1", "less((40*i+j):i32, (1):i32)", "j+1", "less((j):i32, (39):i32)"],
    ["behind it", "80-40*i+j", "81-40*i+j", "less((118):i32, (80-40*i+j):i32)", "j-1", "less((0):i32, (j):i32)"],
  ] as const)(
    "is one of the row %s where rows follow each other along one axis",
    (_, at, before, first, next, isInside) => {
      expect(checkSweep(shifted("120", at, before, first, next, isInside))).toEqual([]);
    },
  );

  test("nor may a sweep read it", () => {
    const text = `program f sizes() buffers { y: output f64[120] } steps {
      kernel k(i: 3, j: 40) "" spans() {} writes { set y[40*i+j] keep false = y[40*i+j-1]:f64 } sweep down {}
    }`;
    expect(() => parse(text)).toThrow("'y' is read elsewhere than where it is written");
  });
});

test("what is overwritten is loaded before, also where only branches load it and its place goes down", () => {
  const below = (limit: number, then: string): string =>
    `select(less(x[i]:f64, ${limit}:f64):bool, ${then}, ${limit}:f64):f64`;
  const text = `program f sizes(n) buffers {
    x: input f64[n]
    y: output f64[n]
    v: output f64[n]
    w: output f64[n]
    r: output f64[n]
    u: arena f64[n]
  } steps {
    kernel begin(a: n) "" spans() {} writes { set y[a] keep false = x[a]:f64 }
    kernel first(i: n) "" spans() { let t = y[n-i-1]:f64 } writes {
      set y[n-i-1] keep false = ${below(0.1, "t:f64")}
      set v[i] keep false = ${below(0.2, "t:f64")}
      set w[i] keep false = ${below(0.3, "t:f64")}
      set u[i] keep false = add(t:f64, 1:f64):f64
    }
    kernel second(i: n) "" spans() {} writes {
      set r[i] keep false = add(${below(-0.5, "u[i]:f64")}, select(less((i):i32, (1):i32):bool, 1:f64, w[i-1]:f64):f64):f64
    }
  }`;
  expect(checkSweep(text, { n: 40 })).toEqual(["up"]);
});
