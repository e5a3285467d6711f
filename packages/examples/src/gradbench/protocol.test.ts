/** The protocol: what each message is answered with, and that the program keeps to it on its streams. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { linesOf, lineText } from "./lines.js";
import { modules } from "./modules.js";
import { jsonText, partsOf, rowsOf } from "./output.js";
import { operation, type Problem } from "./problem.js";
import { type Modules, respond } from "./protocol.js";
import { matrix, object, wholeFrom } from "./read.js";

interface Response {
  readonly id: number;
  readonly success?: boolean;
  readonly error?: string;
  readonly output?: unknown;
  readonly timings?: readonly { readonly name: string; readonly nanoseconds: number }[];
}

const respondTo = async (message: object, to: Modules = modules): Promise<Response> =>
  JSON.parse(await respond(to, JSON.stringify(message))) as Response; // the protocol's own shape

const evaluation = (module: string, name: string, input: unknown) => ({
  id: 3,
  kind: "evaluate",
  module,
  function: name,
  input,
});

describe("a message", () => {
  test.each([
    [
      { id: 0, kind: "start", eval: "hello" },
      { id: 0, tool: "tapeless" },
    ],
    [
      { id: 1, kind: "define", module: "hello" },
      { id: 1, success: true },
    ],
    [{ id: 2, kind: "analysis", of: 1, valid: false, error: "no" }, { id: 2 }],
    [{ id: -7, kind: "of another day" }, { id: -7 }],
    [{ id: 8 }, { id: 8 }],
  ])("%j", async (message, response) => {
    expect(await respondTo(message)).toEqual(response);
  });

  test.each([
    [{ id: 1, kind: "define", module: "nothing" }, /there is no module "nothing"; there are ba, .*hello, /],
    [{ id: 1, kind: "define", module: "toString" }, /there is no module "toString"/],
    [{ id: 1, kind: "define" }, /^module: a text was expected/],
    [evaluation("nothing", "f", 1), /there is no module "nothing"/],
    [evaluation("hello", "triple", 1), /the module "hello" has no function "triple"; it has square, double/],
    [evaluation("hello", "toString", 1), /has no function "toString"/],
    [evaluation("hello", "square", "1"), /^the input: a number was expected, not the text "1"/],
    [evaluation("hello", "square", undefined), /^the input: a number was expected, not nothing/],
    [evaluation("lse", "primal", [1]), /^the input: an object was expected, not a list/],
    [evaluation("lse", "primal", {}), /^x: a list was expected, not nothing/],
    [evaluation("lse", "primal", { x: [1, null] }), /^x\[1\]: a number was expected, not null/],
    [evaluation("lse", "primal", { x: [] }), /max needs at least one element, but n is 0/],
    [evaluation("lse", "primal", { x: [1], min_runs: 1.5 }), /^min_runs: a whole number was expected, not 1.5/],
    [evaluation("lse", "primal", { x: [1], min_runs: -1 }), /^min_runs: a number of at least 0 was expected, not -1/],
    [evaluation("lse", "primal", { x: [1], min_seconds: null }), /^min_seconds: a number was expected, not null/],
    [evaluation("hello", "square", 1e200), /^output is Infinity, which JSON cannot say/],
  ])("%j is answered with words", async (message, error) => {
    expect(await respondTo(message)).toEqual({ id: message.id, success: false, error: expect.stringMatching(error) });
  });

  test("a number that is too large for 64 bits is refused", async () => {
    const line = JSON.stringify(evaluation("lse", "primal", { x: [0] })).replace("[0]", "[1e999]");
    expect(JSON.parse(await respond(modules, line))).toMatchObject({
      success: false,
      error: "x[0]: the number is too large for 64 bits",
    });
  });

  test.each(["", "{", "null", "[]", "7", '{"kind":"start"}', '{"id":"1","kind":"start"}'])(
    "%j has nothing to respond to",
    async (line) => {
      await expect(respond(modules, line)).rejects.toThrow();
    },
  );
});

describe("runs", () => {
  let runs = 0;
  const counting: Problem = {
    name: "counting",
    functions: {
      runs: operation(object({ pause: wholeFrom(0) }), ({ pause }) => {
        const end = performance.now() + pause;
        while (performance.now() < end);
        runs += 1;
        return runs;
      }),
    },
  };
  const here: Modules = { counting: async () => counting };
  const run = async (input: object) => {
    runs = 0;
    return respondTo(evaluation("counting", "runs", { pause: 0, ...input }), here);
  };

  test.each([
    [{}, 1],
    [{ min_runs: 0, min_seconds: 0 }, 1],
    [{ min_runs: 7 }, 7],
    [{ min_runs: 7, min_seconds: 0 }, 7],
  ])("%j runs %i times", async (input, count) => {
    const { output, timings } = await run(input);
    expect(output).toBe(count);
    expect(timings?.map(({ name }) => name)).toEqual(Array(count).fill("evaluate"));
  });

  test("min_seconds is for all runs together, as long as min_runs is met", async () => {
    const { timings = [] } = await run({ pause: 2, min_runs: 2, min_seconds: 0.02 });
    const taken = timings.map(({ nanoseconds }) => nanoseconds);
    expect(taken.every((nanoseconds) => Number.isSafeInteger(nanoseconds) && nanoseconds >= 2e6)).toBe(true);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(taken)).toBeGreaterThanOrEqual(0.02e9);
    expect(sum(taken.slice(0, -1))).toBeLessThan(0.02e9);
  });
});

describe("numbers", () => {
  const exact = [0, -0, 0.1, 1 / 3, 5e-324, Number.MAX_VALUE, 2 ** 53 + 2, 1e21, 1e-7, Math.PI * 1e300];

  test("are read back as they were, to the bit", () => {
    const text = jsonText({ values: Float64Array.from(exact), list: exact });
    expect(JSON.parse(text)).toStrictEqual({ values: exact, list: exact });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("%f cannot be said", (value) => {
    expect(() => jsonText({ a: [Float64Array.of(1, value)] })).toThrow(`a[0][1] is ${value}, which JSON cannot say`);
  });

  test("of a matrix stand row by row", () => {
    const read = matrix([[1, 2, 3], [4, 5, 6]], "m"); // biome-ignore format: a matrix
    expect(read).toEqual({ data: Float64Array.of(1, 2, 3, 4, 5, 6), rows: 2, columns: 3 });
    expect(jsonText(rowsOf(read.data, read.columns))).toBe("[[1,2,3],[4,5,6]]");
    expect(jsonText(partsOf(new Float64Array(0), 2))).toBe("[[],[]]");
    expect(() => matrix([[1, 2], [3]], "m")).toThrow(
      "m[1]: a row of 2 numbers was expected, as the first is, not of 1",
    );
    expect(() => matrix([[1], 2], "m")).toThrow("m[1]: a list was expected, not 2");
  });
});

describe("lines", () => {
  const linesOfTexts = async (...chunks: readonly Uint8Array[]) => {
    const source = async function* () {
      yield* chunks;
    };
    const lines: string[] = [];
    for await (const line of linesOf(source())) lines.push(lineText(line));
    return lines;
  };

  test("are the same wherever the stream is cut, also within a character", async () => {
    const bytes = Buffer.from('\uFEFF{"a":"ß∂"}\r\n\n{"b":1}\nlast');
    const lines = ['{"a":"ß∂"}\r', "", '{"b":1}', "last"];
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await linesOfTexts(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(lines);
    }
    expect(await linesOfTexts(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(lines);
  });

  test("of tens of megabytes in many chunks", async () => {
    const chunk = Buffer.alloc(1 << 16, "x");
    const [first = "", ...rest] = await linesOfTexts(...Array<Uint8Array>(640).fill(chunk), Buffer.from("\nend\n"));
    expect([first.length, rest]).toEqual([640 << 16, ["end"]]);
  });
});

describe("the program", () => {
  const root = fileURLToPath(new URL("../../../..", import.meta.url));
  const program = [
    join(root, "tools", "scripts", "run-typescript.mjs"),
    fileURLToPath(new URL("main.ts", import.meta.url)),
  ];

  const session = (input: string): Promise<{ out: string; err: string; code: number | null }> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, program, { stdio: "pipe" });
      const texts = { out: "", err: "" };
      child.stdout.setEncoding("utf8").on("data", (text) => {
        texts.out += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text) => {
        texts.err += text;
      });
      child.on("error", reject).on("close", (code) => resolve({ ...texts, code }));
      child.stdin.end(input);
    });

  test("hello, with lines that are none between the messages, and the last without an end", async () => {
    const { out, err, code } = await session(
      [
        '{"id":0,"kind":"start","eval":"hello"}',
        "this is no message",
        '{"id":1,"kind":"define","module":"hello"}',
        '{"kind":"define"}',
        "",
        '{"id":2,"kind":"evaluate","module":"hello","function":"square","input":3}',
        '{"id":3,"kind":"evaluate","module":"hello","function":"cube","input":3}',
        '{"id":4,"kind":"evaluate","module":"hello","function":"double","input":9}',
        '{"id":5,"kind":"analysis","of":4,"valid":true}',
      ].join("\n"),
    );
    const responses = out.split("\n").slice(0, -1);
    expect(responses.map((line) => JSON.parse(line))).toEqual([
      { id: 0, tool: "tapeless" },
      { id: 1, success: true },
      { id: 2, success: true, output: 9, timings: [{ name: "evaluate", nanoseconds: expect.any(Number) }] },
      { id: 3, success: false, error: expect.stringContaining('no function "cube"') },
      { id: 4, success: true, output: 18, timings: [{ name: "evaluate", nanoseconds: expect.any(Number) }] },
      { id: 5 },
    ]);
    expect(out.endsWith("\n")).toBe(true);
    expect(err).toMatch(/^gradbench: line 2 is no message: .*\ngradbench: line 4 is no message: id: .*\n$/);
    expect(code).toBe(0);
  });

  test("a line of tens of megabytes goes in and as many come out", async () => {
    const n = 1_280_000;
    const x = Array.from({ length: n }, (_, i) => Math.sin(i) ** 3);
    const { out, err } = await session(`${JSON.stringify(evaluation("lse", "gradient", { x }))}\n`);
    const { output, success } = JSON.parse(out) as { output: readonly number[]; success: boolean }; // toEqual sees it
    expect([err, success, output.length]).toEqual(["", true, n]);
    expect(output.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12); // a softmax adds up to 1
  });
});
