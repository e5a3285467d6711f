import type { Span } from "@tapeless/types/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { DiagnosticError } from "../diagnostics/diagnostic.js";
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

const failure = async (
  file: string,
  use: (model: LoadedModel) => unknown = () => {},
): Promise<readonly Diagnostic[]> => {
  try {
    await withModel(project.path(file), { cwd: project.folder }, use);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error("the model loads");
};

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

describe("a model that does not load", () => {
  const model = (text: string): string => project.write("x.model.ts", text);
  const told = async (text: string): Promise<readonly string[]> => {
    model(text);
    return (await failure("x.model.ts")).map(
      ({ code, span, file, message }) => `${span ? place(span) : file} ${code} ${message}`,
    );
  };
  const fn = 'import { fn } from "tapeless";\nconst f = fn({}, () => {});\n';

  test.each<[string, string, string]>([
    ["broken syntax", "export const = 1;", 'x.model.ts:1:14 TL0104 Expected identifier but found "="'],
    ["a missing file", 'import "./nope.js";', "x.model.ts:1:8 TL0105 cannot find './nope.js'"],
    [
      "a missing package",
      'import { a } from "no-such-package/sub";\na();',
      "x.model.ts:1:10 TL0106 cannot find the package 'no-such-package/sub'",
    ],
    [
      "a missing export",
      'import { add,\n  reluu } from "tapeless";\nreluu(add);',
      "x.model.ts:2:3 TL0107 'tapeless' exports no 'reluu'",
    ],
    [
      "an error of its own",
      'const n: number = 1;\nthrow new RangeError("no " + n);',
      "x.model.ts:2:7 TL0108 the model threw RangeError: no 1",
    ],
    ["an error that is none", "throw 'no';", 'x.model.ts TL0108 the model threw "no"'],
    [
      "a shape error",
      'import { concat, fn } from "tapeless";\nexport const f = fn({}, () => {\n  return concat();\n});',
      "x.model.ts:3:10 TL0203 concat: sizes 4 and 5 differ outside axis 1",
    ],
    [
      "an op that breaks",
      'import { broken } from "tapeless";\nbroken();',
      "x.model.ts:2:1 TL0108 the model threw TypeError: Cannot read properties of undefined (reading 'shape')",
    ],
    [
      "nothing to compile",
      "export const params = { w: 1 };",
      "x.model.ts TL0110 exports no fn, so there is nothing to compile",
    ],
    [
      "a default export",
      `${fn}export default f;`,
      "x.model.ts:3:1 TL0111 a function to compile is exported as default and so has no name",
    ],
    [
      "a name that is none",
      `${fn}export { f as "not an id" };`,
      'x.model.ts:3:15 TL0112 the export name "not an id" is no identifier',
    ],
    [
      "a reserved word",
      `${fn}export { f as class };`,
      "x.model.ts:3:15 TL0113 the export name 'class' is a reserved word of JavaScript",
    ],
    [
      "a taken name",
      `${fn}export { f as release };`,
      "x.model.ts:3:15 TL0114 the export name 'release' is used by the generated module itself",
    ],
    [
      "names that clash",
      `${fn}export { f as loss, f as lossInput };`,
      "x.model.ts:3:26 TL0118 the generated module would declare 'lossInput' twice, for 'loss' and for 'lossInput'",
    ],
    ["one name twice", `${fn}export { f };\nexport { f };`, "x.model.ts:4:10 TL0116 two exports have the name 'f'"],
  ])("for %s", async (_, text, expected) => {
    expect(await told(text)).toEqual([expected]);
    expect(project.files()).toEqual(["package.json", "x.model.ts"]);
  });

  test("tells all names that are wrong", async () => {
    expect(await told(`${fn}export { f as class, f as "a-b" };\nexport default f;`)).toHaveLength(3);
  });

  test("the same function under two names is fine", async () => {
    model(`${fn}export { f, f as g };`);
    expect((await load("x.model.ts")).exports.map(({ name }) => name)).toEqual(["f", "g"]);
  });

  test("a default export that is no function is passed over", async () => {
    model(`${fn}export { f };\nexport default 3;`);
    expect((await load("x.model.ts")).exports).toHaveLength(1);
  });

  test("an import that fails in another package", async () => {
    project.write("node_modules/bad/index.js", 'import "gone";');
    project.write("node_modules/bad/package.json", '{ "type": "module" }');
    expect(await told('import "bad/index.js";')).toEqual([
      "x.model.ts TL0109 an import of the model failed: Cannot find package 'gone'",
    ]);
  });

  test("a package that throws", async () => {
    project.write("node_modules/bad/index.js", 'throw new Error("down");');
    project.write("node_modules/bad/package.json", '{ "type": "module" }');
    expect(await told('import "bad/index.js";')).toEqual(["x.model.ts TL0108 the model threw Error: down"]);
  });

  test("no folder for the bundle", async () => {
    model(`${fn}export { f };`);
    project.write("node_modules/.tapeless", "a file");
    expect(await failure("x.model.ts")).toMatchObject([{ code: "TL0122", file: "node_modules/.tapeless" }]);
  });
});

describe("what goes wrong while a model is used", () => {
  beforeEach(() => {
    project.write("x.model.ts", 'import { fn } from "tapeless";\nexport const f = fn({}, () => {});\n');
  });

  test("is a bug, when no line of the model is on the stack", async () => {
    const [bug] = await failure("x.model.ts", () => {
      throw new TypeError("x is not iterable");
    });
    expect(bug).toMatchObject({
      code: "TL0901",
      class: "bug",
      file: "x.model.ts",
      message: "internal error: TypeError: x is not iterable",
    });
    expect(bug?.hint).toMatch(/^this is a bug in tapeless \d+\.\d+\.\d+ \(node \d+/);
    expect(bug?.stack).toMatch(/^\s+at /);
  });

  test("is a limit, when it says so", async () => {
    const diagnostics = await failure("x.model.ts", () => {
      throw Object.assign(new Error("f: no input tells the size of n"), { class: "unsupported" });
    });
    expect(diagnostics).toMatchObject([
      { code: "TL0400", class: "unsupported", message: "f: no input tells the size of n" },
    ]);
  });

  test("keeps its code and place", async () => {
    const error = Object.assign(new Error("too large"), {
      code: "TL0499",
      span: { file: "x.model.ts", line: 2, column: 18 },
    });
    const diagnostics = await failure("x.model.ts", () => {
      throw error;
    });
    expect(diagnostics).toEqual([{ code: "TL0499", class: "unsupported", message: "too large", span: error.span }]);
  });
});
