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

const generated = (): readonly string[] => project.files().filter((file) => file.includes(".gen."));

describe("dump and explain", () => {
  beforeEach(() => {
    project.write("src/a.model.ts", `${model}export { f as g };\n`);
  });

  test("--dump prints a level of each function and writes nothing", async () => {
    expect(await cli("build --dump kernel")).toEqual({
      code: 0,
      out: "// src/a.model.ts#f\nprogram f kernel\n\n// src/a.model.ts#g\nprogram g kernel\n",
      err: "",
    });
    expect(generated()).toEqual([]);
  });

  test("--dump of one function is its text alone", async () => {
    expect(await cli("build --dump loop src/a.model.ts#g")).toEqual({ code: 0, out: "program g loop\n", err: "" });
  });

  test("--dump as JSON", async () => {
    const { out } = await cli("build --dump tensor --json src/a.model.ts#g");
    expect(JSON.parse(out)).toEqual({
      ok: true,
      functions: [{ file: "src/a.model.ts", name: "g", level: "tensor", text: "func g tensor" }],
      diagnostics: [],
    });
  });

  test("explain tells the costs as a table", async () => {
    const { code, out, err } = await cli("explain src/a.model.ts#f");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(
      [
        "src/a.model.ts#f",
        "  ops     3",
        "  flops   2*batch*784",
        "  reads   1,234,567 bytes",
        "  writes  40 bytes",
        "  arena   0 bytes",
        "",
        "  kernel  flops        bytes  schedule   lines               computes           why",
        "  k0      2*batch*784  1,024  tiled 2x3  src/a.model.ts:2,3  h = relu(x·w + b)  contraction",
        "  k1      128          4      serial                         sum(h)             small",
        "",
      ].join("\n"),
    );
  });

  test("explain of a file tells of all its functions", async () => {
    const { functions } = JSON.parse((await cli("explain src/a.model.ts --json")).out);
    expect(functions).toMatchObject([
      { file: "src/a.model.ts", name: "f", ops: 3, kernels: [{ name: "k0" }, { name: "k1" }] },
      { file: "src/a.model.ts", name: "g" },
    ]);
  });

  test("explain tells what it can, and what it cannot", async () => {
    const { code, out, err } = await cli("explain src/a.model.ts#f src/a.model.ts#h");
    expect([code, firstLine(out), firstLine(err)]).toEqual([
      1,
      "src/a.model.ts#f",
      "src/a.model.ts  TL0115  no fn is exported under the name 'h'",
    ]);
  });
});

describe("help", () => {
  test("--help", async () => {
    const { code, out, err } = await cli("--help");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/Usage: tapeless .*\n[\s\S]*build[\s\S]*explain[\s\S]*tapeless build --check/);
  });

  test("build --help tells of the global options too", async () => {
    const { code, out } = await cli("build --help");
    expect(code).toBe(0);
    expect(out).toMatch(/--check[\s\S]*--dump <level>[\s\S]*--json[\s\S]*--cwd <folder>/);
  });

  test("--version", async () => {
    expect(await cli("--version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test("no command at all", async () => {
    const { code, err } = await cli("");
    expect(code).toBe(1);
    expect(err).toContain("Usage: tapeless");
  });
});
