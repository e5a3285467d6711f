/**
 * Random LoopPrograms for property tests.
 *
 * Invariant: each verifies, stays in bounds for 0 ≤ n ≤ 3 and inputs from `randomInputs`, reads nothing unwritten, and
 * uses no operation that tells +0 from -0 in a larger way than by its own sign.
 */
import {
  addSize,
  type BuiltinName,
  type Combine,
  type DType,
  mulSize,
  namedSize,
  type ScalarExpr,
  type Size,
} from "@tapeless/types/compiler";
import fc from "fast-check";
import { accumulate, bind, constant, load, local, loop, programBuffer, ref, store, update } from "../build.js";
import type { LoopInputs } from "../eval.js";
import type { LoopProgram, Stmt } from "../nodes.js";
import { inline, program } from "./program-parts.js";

/** Elements of every buffer. */
const length = 6;

const buffersOf = {
  f64: { read: ["x", "t", "o"], write: ["t", "o"] },
  f32: { read: ["y", "u", "p"], write: ["u", "p"] },
  i32: { read: ["k", "z"], write: ["z"] },
  bool: { read: ["b", "q"], write: ["q"] },
} as const satisfies Record<DType, { read: readonly string[]; write: readonly string[] }>;

const dtypes = ["f64", "f32", "i32", "bool"] as const;

interface Known {
  readonly name: string;
  readonly dtype: DType;
  readonly mutable: boolean;
}

/** Draws one random program from a list of numbers, the same one from the same list. */
class Draw {
  private position = 0;
  private count = 0;
  scalars: Known[] = [];
  indices: { readonly name: string; readonly max: number }[] = [];

  constructor(private readonly choices: readonly number[]) {}

  below(n: number): number {
    return (this.choices[this.position++ % this.choices.length] ?? 0) % n;
  }

  of<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined && items.length === 0) throw new Error("nothing to draw from");
    return item as T; // in range
  }

  fresh(stem: string): string {
    return `${stem}${++this.count}v`;
  }

  index(): Size {
    if (this.indices.length === 0 || this.below(3) === 0) return this.below(length);
    const { name, max } = this.of(this.indices);
    const stride = max > 0 && this.below(2) === 0 ? Math.min(2, Math.floor((length - 1) / max)) : 1;
    return addSize(mulSize(stride, namedSize(name)), this.below(length - stride * max));
  }

  leaf(dtype: DType): ScalarExpr {
    const known = this.scalars.filter((scalar) => scalar.dtype === dtype);
    if (known.length > 0 && this.below(2) === 0) return ref(this.of(known).name, dtype);
    if (dtype === "i32" && this.below(4) === 0) return { kind: "Position", index: this.index(), dtype };
    if (this.below(4) === 0) return constant(dtype === "bool" ? this.below(2) : this.below(5) - 2, dtype);
    return load(this.of(buffersOf[dtype].read), this.index(), dtype);
  }

  call(fn: BuiltinName, dtype: DType, ...args: readonly ScalarExpr[]): ScalarExpr {
    return { kind: "Call", fn, args, dtype };
  }

  expr(dtype: DType, depth: number): ScalarExpr {
    if (depth === 0 || this.below(4) === 0) return this.leaf(dtype);
    const below = (inner: DType = dtype): ScalarExpr => this.expr(inner, depth - 1);
    if (this.below(6) === 0) return this.call("select", dtype, below("bool"), below(), below());
    switch (dtype) {
      case "bool": {
        const of = this.of(["f64", "i32"] as const);
        const comparison = (): ScalarExpr =>
          this.call(this.of(["less", "equal", "greaterEqual", "notEqual"] as const), dtype, below(of), below(of));
        return this.of([
          comparison,
          () => this.call("not", dtype, below()),
          () => this.call(this.of(["and", "or"] as const), dtype, below(), below()),
        ])();
      }
      case "i32":
        return this.of([
          () => this.call(this.of(["add", "sub", "mul", "max", "rem"] as const), dtype, below(), below()),
          () => this.call("toI32", dtype, below(this.of(["bool", "f64"] as const))),
          () => this.call("neg", dtype, below()),
        ])();
      case "f32":
      case "f64":
        return this.of([
          () => this.call(this.of(["add", "sub", "mul", "max", "min"] as const), dtype, below(), below()),
          () => this.call(this.of(["neg", "tanh", "abs"] as const), dtype, below()),
          () =>
            this.call(
              dtype === "f64" ? "toF64" : "toF32",
              dtype,
              below(this.of(["i32", "bool", "f32", "f64"] as const)),
            ),
        ])();
    }
  }

  scoped(body: () => readonly Stmt[]): readonly Stmt[] {
    const [scalars, indices] = [this.scalars, this.indices];
    this.scalars = [...scalars];
    this.indices = [...indices];
    const stmts = body();
    [this.scalars, this.indices] = [scalars, indices];
    return stmts;
  }

  repeated(depth: number): Stmt {
    const index = this.fresh("i");
    const full = this.below(2) === 0;
    const to: Size = !full && this.below(2) === 0 ? namedSize("n") : 1 + this.below(3);
    const body = this.scoped(() => {
      this.indices.push({ name: index, max: typeof to === "number" ? to - 1 : 2 });
      return this.body(depth - 1);
    });
    return loop(index, to, body, full ? "full" : "none");
  }

  declared(): Stmt {
    const [dtype, mutable] = [this.of(dtypes), this.below(2) === 0];
    if (this.below(5) === 0) {
      const name = this.fresh("r"); // a row number read from an input, below 4
      const stmt = bind(name, load("k", this.below(length), "i32"));
      this.indices.push({ name, max: 3 });
      this.scalars.push({ name, dtype: "i32", mutable: false });
      return stmt;
    }
    const name = this.fresh(mutable ? "acc" : "v");
    const stmt = (mutable ? local : bind)(name, this.expr(dtype, 2));
    this.scalars.push({ name, dtype, mutable });
    return stmt;
  }

  combine(dtype: DType): Combine {
    return dtype === "bool" ? "max" : this.of(["sum", "max", "min"] as const);
  }

  stmt(depth: number): Stmt {
    const kind = this.below(depth > 0 ? 8 : 5);
    const dtype = this.of(dtypes);
    const accumulators = this.scalars.filter(({ mutable }) => mutable);
    if (kind === 0) return this.declared();
    if (kind === 1 && accumulators.length > 0) {
      const target = this.of(accumulators);
      return update(target.name, this.combine(target.dtype), this.expr(target.dtype, 2));
    }
    if (kind === 2)
      return accumulate(this.of(buffersOf[dtype].write), this.index(), this.combine(dtype), this.expr(dtype, 2));
    if (kind === 5) return this.repeated(depth);
    if (kind === 6) return { kind: "Block", comment: this.fresh("note"), body: this.body(depth - 1) };
    if (kind === 7) return this.chosen(depth);
    return store(this.of(buffersOf[dtype].write), this.index(), this.expr(dtype, 2));
  }

  chosen(depth: number): Stmt {
    const [condition, branch] = [this.expr("bool", 2), () => this.scoped(() => this.body(depth - 1))];
    return { kind: "If", condition, body: branch(), otherwise: this.below(3) === 0 ? [] : branch() };
  }

  body(depth: number): readonly Stmt[] {
    return Array.from({ length: 1 + this.below(3) }, () => this.stmt(depth));
  }
}

/** Stores that give every element of what is written a first value. */
function initial(): readonly Stmt[] {
  return dtypes.flatMap((dtype) =>
    buffersOf[dtype].write.map((name) =>
      loop(`${name}i`, length, [store(name, namedSize(`${name}i`), constant(0, dtype))], "full"),
    ),
  );
}

function build(choices: readonly number[]): LoopProgram {
  const draw = new Draw(choices);
  const steps = Array.from({ length: 1 + draw.below(3) }, () =>
    inline(...draw.scoped(() => Array.from({ length: 3 }, () => draw.stmt(2)))),
  );
  return program("random", {
    sizes: ["n"],
    buffers: [
      programBuffer("x", "input", "f64", length),
      programBuffer("y", "input", "f32", length),
      programBuffer("k", "input", "i32", length),
      programBuffer("b", "input", "bool", length),
      programBuffer("named", "input", "f32", namedSize("n")),
      programBuffer("o", "output", "f64", length),
      programBuffer("p", "output", "f32", length),
      programBuffer("q", "output", "bool", length),
      programBuffer("t", "arena", "f64", length, 0),
      programBuffer("u", "arena", "f32", length, 48),
      programBuffer("z", "arena", "i32", length, 72),
    ],
    arena: 96,
    steps: [inline(...initial()), ...steps],
    results: [
      { kind: "Result", name: "first", dtype: "f64", value: load("t", 2, "f64") },
      {
        kind: "Result",
        name: "second",
        dtype: "i32",
        value: { kind: "Call", fn: "add", args: [load("z", 1, "i32"), constant(1, "i32")], dtype: "i32" },
      },
    ],
  });
}

export const randomPrograms: fc.Arbitrary<LoopProgram> = fc
  .array(fc.nat(9973), { minLength: 120, maxLength: 160 })
  .map(build);

const floats = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: length, maxLength: length });
const numbers = (max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(max), { minLength: length, maxLength: length });

export const randomInputs: fc.Arbitrary<LoopInputs> = fc
  .record({ x: floats, y: floats, k: numbers(3), b: numbers(1), n: fc.nat(3) })
  .map(({ x, y, k, b, n }) => ({
    sizes: { n },
    buffers: {
      x: Float64Array.from(x),
      y: Float32Array.from(y),
      k: Int32Array.from(k),
      b: Uint8Array.from(b),
      named: new Float32Array(n),
    },
  }));
