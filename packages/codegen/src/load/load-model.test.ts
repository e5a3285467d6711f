import type { Span } from "@tapeless/types/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withModel } from "./load-model.js";
import type { LoadedModel } from "./loaded-model.js";
import { type UserProject, userProject } from "./testing/user-project.js";

let project: UserProject;

beforeEach(() => {
  project = userProject();
});

afterEach(() => project.remove());

const load = (file: string, print?: (line: string) => void): Promise<LoadedModel> =>
  withModel(project.path(file), { cwd: project.folder, ...(print && { print }) }, (model) => model);

interface Recorded {
  readonly op: string;
  readonly span?: Span;
}

/** What the DSL of the test recorded. */
const opsOf = ({ exports }: LoadedModel, name: string): readonly Recorded[] =>
  (exports.find((one) => one.name === name)?.fn as { ops: readonly Recorded[] } | undefined)?.ops ?? []; // the DSL's own record

const place = (span: Span | undefined): string => (span ? `${span.file}:${span.line}:${span.column}` : "nowhere");

const digits = `import * as tl from "tapeless";
import { add, fn, matmul, relu as rectify, square } from "tapeless";
import { dense } from "./layers.js";

const params = { w: 1 };

/**
 * Class scores.
 * @param x images
 */
export const logits = fn({ params, x: 1 } as const, ({ params, x }) => {
  const h = rectify(add(matmul(x, params.w), params.w));
  const wide: unknown = (tl
    .relu(h)!);
  const big = square(h);
  const layer = dense<number>(x);
  let loose = rectify(x);
  return add(wide, big);
});

const helper = fn({ x: 1 }, ({ x }) => { return rectify(x); });
export { helper as scores, params };
`;

const layers = `import { relu } from "tapeless";
export function dense<A>(x: A): unknown {
  const y = relu(x);
  return y;
}
`;

test("a warning is printed with its place, and the model loads", async () => {
  project.write("src/w.model.ts", 'import { fn, twice } from "tapeless";\nexport const f = fn({}, () => twice());\n');
  const lines: string[] = [];
  expect((await load("src/w.model.ts", (line) => lines.push(line))).exports).toHaveLength(1);
  expect(lines).toEqual(["src/w.model.ts:2:31  warning  TL0295  twice: the same key"]);
});

describe("a model that loads", () => {
  beforeEach(() => {
    project.write("src/digits.model.ts", digits);
    project.write("src/layers.ts", layers);
  });

  test("gives its functions in the order of the text, with docs and places", async () => {
    const { file, exports } = await load("src/digits.model.ts");
    expect(file).toBe("src/digits.model.ts");
    expect(exports.map(({ name, doc, span }) => [name, doc, place(span)])).toEqual([
      ["logits", "Class scores.\n@param x images", "src/digits.model.ts:11:14"],
      ["scores", undefined, "src/digits.model.ts:22:20"],
    ]);
  });

  test("tells ops where they are called, in all files of the project", async () => {
    const ops = opsOf(await load("src/digits.model.ts"), "logits");
    expect(ops.map(({ op, span }) => [op, place(span)])).toEqual([
      ["matmul", "src/digits.model.ts:12:25"],
      ["add", "src/digits.model.ts:12:21"],
      ["relu", "src/digits.model.ts:12:13"],
      ["relu", "src/digits.model.ts:14:6"],
      ["add", "src/digits.model.ts:15:15"],
      ["relu", "src/layers.ts:3:13"],
      ["relu", "src/digits.model.ts:17:15"],
      ["add", "src/digits.model.ts:18:10"],
    ]);
  });

  test("names of consts join with the places of ops", async () => {
    const model = await load("src/digits.model.ts");
    const names = new Map(model.localNames.map((one) => [place(one), one.name]));
    const named = opsOf(model, "logits").map(({ op, span }) => [op, names.get(place(span))]);
    expect(named).toEqual([
      ["matmul", undefined],
      ["add", undefined],
      ["relu", "h"],
      ["relu", "wide"],
      ["add", "big"],
      ["relu", "y"],
      ["relu", undefined],
      ["add", undefined],
    ]);
  });

  test("tells ops the line far below them", async () => {
    project.write(
      "src/deep.model.ts",
      `import { deep, fn, relu } from "tapeless";\nexport const f = fn({ x: 1 }, ({ x }) => deep(100, () => {}, relu));\n`,
    );
    const ops = opsOf(await load("src/deep.model.ts"), "f");
    expect(ops.map(({ span }) => place(span))).toEqual(["src/deep.model.ts:2:42"]);
  });

  test("leaves nothing behind", async () => {
    const before = { files: project.files(), log: console.log, limit: Error.stackTraceLimit };
    await load("src/digits.model.ts");
    expect({ files: project.files(), log: console.log, limit: Error.stackTraceLimit }).toEqual(before);
    expect(Reflect.get(globalThis, Symbol.for("tapeless.spanCapture"))).toBeUndefined();
  });

  test("is read anew each time", async () => {
    await load("src/digits.model.ts");
    project.write("src/layers.ts", layers.replace("const y =", "\n\n  const why =").replace("return y", "return why"));
    const model = await load("src/digits.model.ts");
    expect(model.localNames.map(({ name }) => name)).toContain("why");
    expect(opsOf(model, "logits").map(({ span }) => place(span))).toContain("src/layers.ts:5:15");
  });

  test("may import other models; docs follow, whoever passes them on", async () => {
    project.write(
      "src/all.model.ts",
      'export * from "./digits.model.js";\nexport { logits as again } from "./digits.model";\n',
    );
    const { exports } = await load("src/all.model.ts");
    expect(exports.map(({ name, doc, span }) => [name, doc?.split("\n")[0], place(span)])).toEqual([
      ["logits", "Class scores.", "src/all.model.ts:1:1"],
      ["scores", undefined, "src/all.model.ts:1:1"],
      ["again", "Class scores.", "src/all.model.ts:2:20"],
    ]);
  });

  test("keeps standard output clean", async () => {
    project.write("src/loud.model.ts", `console.log("hello %d", 1);\n${digits}`);
    const lines: string[] = [];
    await load("src/loud.model.ts", (line) => lines.push(line));
    expect(lines).toEqual(["hello 1"]);
  });

  test.each(["{ nope", '{ "extends": "./nope.json" }'])("a tsconfig of %s does not matter", async (text) => {
    project.write("tsconfig.json", text);
    expect((await load("src/digits.model.ts")).exports).toHaveLength(2);
  });

  test("paths of a tsconfig are followed, but never to another DSL", async () => {
    project.write("other/dsl.ts", "throw new Error('the wrong one');");
    const paths = { "#layers": ["./src/layers.ts"], "~layers": ["./src/layers.ts"], tapeless: ["./other/dsl.ts"] };
    project.write("tsconfig.json", JSON.stringify({ compilerOptions: { paths } }));
    project.write("src/digits.model.ts", digits.replace("./layers.js", "~layers"));
    expect((await load("src/digits.model.ts")).exports).toHaveLength(2);
  });
});
