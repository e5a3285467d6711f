import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type UserProject, userProject } from "../load/testing/user-project.js";
import { type Ran, type RunOptions, runIn } from "./testing/fake-compiler.js";
import { firstLine, model } from "./testing/fixtures.js";

let project: UserProject;

beforeEach(() => {
  project = userProject();
});

afterEach(() => project.remove());

const cli = (args: string, options?: RunOptions): Promise<Ran> =>
  runIn(project.folder, args === "" ? [] : args.split(" "), options);

describe("bad input", () => {
  const refused = async (args: string, line: string): Promise<Ran> => {
    const before = project.files();
    const ran = await cli(args);
    expect([firstLine(ran.err), ran.code, ran.out]).toEqual([line, 1, ""]);
    expect(project.files()).toEqual(before);
    const json = JSON.parse((await cli(`${args} --json`)).out);
    expect(json.ok).toBe(false);
    expect(line.endsWith(json.diagnostics[0].message)).toBe(true);
    return ran;
  };

  test("no model at all", async () => {
    const { err } = await refused("build", "TL0101  no model file matches **/*.model.ts");
    expect(err).toContain("\n\n  model files are named x.model.ts; node_modules and dist are passed over\n");
  });

  test.each([
    ["build nope/*", "TL0101  no model file matches nope/*"],
    ["build nope.model.ts", "nope.model.ts  TL0102  there is no such file"],
    ["build plain.ts", "plain.ts  TL0103  is not a model file"],
    ["build a.model.ts nope.model.ts", "nope.model.ts  TL0102  there is no such file"],
    ["build a.model.ts#f", "TL0100  a.model.ts#f: a single export is for --dump or explain; build takes files"],
    ["build --frob", "TL0100  unknown option '--frob'"],
    [
      "build --dump nope",
      "TL0100  option '--dump <level>' argument 'nope' is invalid. Allowed choices are tensor, kernel, loop.",
    ],
    ["build --dump loop --check", "TL0100  option '--dump <level>' cannot be used with option '--check'"],
    ["build --cwd nope", "TL0100  --cwd: there is no folder nope"],
    ["explain", "TL0100  missing required argument 'targets'"],
    ["explain nope.model.ts#f", "nope.model.ts  TL0102  there is no such file"],
    ["explain a.model.ts#g", "a.model.ts  TL0115  no fn is exported under the name 'g'"],
    ["build --dump loop a.model.ts#g", "a.model.ts  TL0115  no fn is exported under the name 'g'"],
    ["frobnicate", "TL0100  unknown command 'frobnicate'"],
  ])("%s", async (args, line) => {
    project.write("a.model.ts", model);
    project.write("plain.ts", "");
    await refused(args, line);
  });

  test("an unknown export is answered with those that are there", async () => {
    project.write("a.model.ts", `${model}export { f as g };\n`);
    expect((await cli("explain a.model.ts#h")).err).toContain("there is: f, g");
  });

  const fn = 'import { fn } from "tapeless";\nconst f = fn({}, () => {});\n';
  test.each([
    [
      "nothing to compile",
      "export const params = {};",
      "a.model.ts  TL0110  exports no fn, so there is nothing to compile",
    ],
    ["an error", 'throw new Error("no");', "a.model.ts:1:7  TL0108  the model threw Error: no"],
    [
      "a default export",
      `${fn}export default f;`,
      "a.model.ts:3:1  TL0111  a function to compile is exported as default and so has no name",
    ],
    [
      "no identifier",
      `${fn}export { f as "not an id" };`,
      'a.model.ts:3:15  TL0112  the export name "not an id" is no identifier',
    ],
    [
      "a reserved word",
      `${fn}export { f as let };`,
      "a.model.ts:3:15  TL0113  the export name 'let' is a reserved word of JavaScript",
    ],
    [
      "a taken name",
      `${fn}export { f as release };`,
      "a.model.ts:3:15  TL0114  the export name 'release' is used by the generated module itself",
    ],
    ["a name twice", `${fn}export { f, f };`, "a.model.ts:3:13  TL0116  two exports have the name 'f'"],
    ["broken syntax", "export const f = fn(;", 'a.model.ts:1:21  TL0104  Unexpected ";"'],
  ])("a model with %s", async (_, text, line) => {
    project.write("a.model.ts", text);
    await refused("build", line);
  });

  test("two models of one output", async () => {
    project.write("A.model.ts", model);
    project.write("a.model.ts", model);
    await refused("build", "TL0117  a.model.ts and A.model.ts would write the same file");
  });

  test("an output that cannot be written", async () => {
    project.write("a.model.ts", model);
    project.write("a.gen.ts/keep", "");
    await refused("build", "a.gen.ts  TL0120  cannot be written (EISDIR)");
  });

  test("a file of the user's where the output should be", async () => {
    project.write("a.model.ts", model);
    project.write("a.gen.ts", "export const mine = 1;\n");
    await refused("build", "a.gen.ts  TL0121  was not written by tapeless, so it is not overwritten");
  });

  test("a mistake of the compiler is told as one", async () => {
    project.write("a.model.ts", model);
    const compile = () => {
      throw new TypeError("x is not iterable");
    };
    const { code, err } = await cli("build", { compile });
    expect([code, firstLine(err)]).toEqual([1, "a.model.ts  TL0901  internal error: TypeError: x is not iterable"]);
    expect(err).toMatch(/\n {2}this is a bug in tapeless [\d.]+ \(node [\d.]+\); please report it/);
    expect(readdirSync(project.path("node_modules"))).toEqual(["tapeless"]);
  });
});
