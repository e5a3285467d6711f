import type { Span } from "@tapeless/types/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CompileError } from "../diagnostics/compile-error.js";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.js";
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

const place = (span: Span | undefined): string => (span ? `${span.file}:${span.line}:${span.column}` : "nowhere");

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

  test("a name that a CommonJS package does not export", async () => {
    project.write("node_modules/old/index.js", "module.exports = { a: 1 };");
    expect(await told('import { b } from "old";\nb();')).toEqual(["x.model.ts:1:10 TL0107 'old' exports no 'b'"]);
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
    const error = new CompileError("TL0499", "too large", { file: "x.model.ts", line: 2, column: 18 });
    const diagnostics = await failure("x.model.ts", () => {
      throw error;
    });
    expect(diagnostics).toEqual([{ code: "TL0499", class: "unsupported", message: "too large", span: error.span }]);
  });
});
