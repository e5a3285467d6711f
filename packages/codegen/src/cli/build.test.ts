import { rmSync, statSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hintOf } from "../diagnostics/codes.js";
import { type UserProject, userProject } from "../load/testing/user-project.js";
import { type Ran, type RunOptions, runIn } from "./testing/fake-compiler.js";
import { firstLine, model, wrongModel } from "./testing/fixtures.js";

let project: UserProject;

beforeEach(() => {
  project = userProject();
});

afterEach(() => project.remove());

const cli = (args: string, options?: RunOptions): Promise<Ran> =>
  runIn(project.folder, args === "" ? [] : args.split(" "), options);

const untyped = hintOf("TL0203");

const generated = (): readonly string[] => project.files().filter((file) => file.includes(".gen."));

describe("build", () => {
  test("writes a file beside each model", async () => {
    project.write("src/a.model.ts", model);
    project.write("src/deep/b.model.mts", model.replace("const f", "const g"));
    expect(await cli("build")).toEqual({
      code: 0,
      out: "written    src/a.gen.ts        1 function, 128 B\nwritten    src/deep/b.gen.mts  1 function, 134 B\n",
      err: "",
    });
    expect(project.read("src/a.gen.ts")).toMatch(
      /\/\*\* Doc\. src\/a\.model\.ts:4 \*\/\nexport function f\(\) \{\}\n$/,
    );
    expect(project.files()).toEqual([
      "package.json",
      "src/a.gen.ts",
      "src/a.model.ts",
      "src/deep/b.gen.mts",
      "src/deep/b.model.mts",
    ]);
  });

  test("does not rewrite what is as it should be", async () => {
    project.write("a.model.ts", model);
    await cli("build");
    const before = statSync(project.path("a.gen.ts"));
    expect(await cli("build")).toEqual({ code: 0, out: "unchanged  a.gen.ts  1 function, 124 B\n", err: "" });
    const after = statSync(project.path("a.gen.ts"));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test("gives the same bytes from everywhere", async () => {
    project.write("src/a.model.ts", model);
    await cli("build");
    const text = project.read("src/a.gen.ts");
    expect(await runIn(project.path("src"), ["build", "--check"])).toMatchObject({ code: 0 });
    expect(await runIn("/", ["build", "--check", "--cwd", project.path("src")])).toMatchObject({ code: 0 });
    expect(await runIn("/", ["build", "--cwd", project.folder, "src/*"])).toMatchObject({ code: 0 });
    expect(project.read("src/a.gen.ts")).toBe(text);
  });

  test("passes over node_modules and dist", async () => {
    project.write("dist/a.model.ts", model);
    project.write("node_modules/p/a.model.ts", model);
    project.write("packages/p/node_modules/q/a.model.ts", model);
    expect(await cli("build")).toMatchObject({ code: 1 });
    expect(generated()).toEqual([]);
  });

  test.each([
    ["a file", "src/a.model.ts"],
    ["a folder", "src"],
    ["a folder with its slash", "./src/"],
    ["a glob", "src/*"],
    ["an absolute path", "ABSOLUTE/src/a.model.ts"],
    ["an absolute glob", "ABSOLUTE/src/*.model.ts"],
    ["the same file twice", "src/a.model.ts src/**/a.model.ts"],
    ["a file with the signs of a glob", "src/[id].model.ts"],
  ])("takes %s", async (_, patterns) => {
    project.write(patterns.includes("[id]") ? "src/[id].model.ts" : "src/a.model.ts", model);
    project.write("src/plain.ts", "");
    expect(await cli(`build ${patterns.replaceAll("ABSOLUTE", project.folder)}`)).toMatchObject({ code: 0, err: "" });
    expect(generated()).toHaveLength(1);
  });

  test("writes the other models when one fails, and keeps the last good file of that one", async () => {
    project.write("a.model.ts", model);
    project.write("b.model.ts", model);
    await cli("build");
    const good = project.read("a.gen.ts");
    project.write("a.model.ts", wrongModel);
    project.write("b.model.ts", `\n${model}`);
    expect(await cli("build")).toEqual({
      code: 1,
      out: "written    b.gen.ts  1 function, 124 B\n",
      err:
        "a.model.ts:4:10  TL0203  concat: sizes 4 and 5 differ outside axis 1\n\n  4 |   return concat(x);\n    |          ^\n" +
        `\n  ${untyped}\n`,
    });
    expect(project.read("a.gen.ts")).toBe(good);
    expect(project.files()).toEqual(["a.gen.ts", "a.model.ts", "b.gen.ts", "b.model.ts", "package.json"]);
  });

  test("prints what a model prints on standard error", async () => {
    project.write("a.model.ts", `console.log("hello");\n${model}`);
    expect(await cli("build --json")).toMatchObject({ code: 0, err: "hello\n" });
  });

  test("--json prints one document", async () => {
    project.write("a.model.ts", model);
    project.write("b.model.ts", wrongModel);
    const { code, out, err } = await cli("build --json", { isTTY: true });
    expect([code, err]).toEqual([1, ""]);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      files: [
        { model: "a.model.ts", output: "a.gen.ts", status: "written", functions: ["f"], bytes: 124 },
        { model: "b.model.ts", output: "b.gen.ts", status: "failed", functions: [], bytes: 0 },
      ],
      diagnostics: [
        {
          code: "TL0203",
          class: "user",
          message: "concat: sizes 4 and 5 differ outside axis 1",
          hint: untyped,
          span: { file: "b.model.ts", line: 4, column: 10 },
        },
      ],
    });
  });

  test("shows on a terminal which file it is at, and takes it away again", async () => {
    project.write("a.model.ts", model);
    project.write("b.model.ts", model);
    const { err, out } = await cli("build", { isTTY: true });
    expect(err).toBe("\r\u001b[2K[1/2] a.model.ts\r\u001b[2K[2/2] b.model.ts\r\u001b[2K");
    expect(out).toContain("\u001b[");
  });

  test("has colours only on terminals that want them", async () => {
    project.write("b.model.ts", wrongModel);
    expect((await cli("build")).err).not.toContain("\u001b[");
    expect((await cli("build", { isTTY: true })).err).toContain("\u001b[31m^");
    expect((await cli("build", { isTTY: true, env: { NO_COLOR: "1" } })).err).not.toContain("\u001b[31m");
  });
});

describe("build --check", () => {
  const state = async (text: string | undefined): Promise<Ran> => {
    project.write("a.model.ts", model);
    project.write("b.model.ts", model);
    await cli("build b.model.ts");
    if (text === undefined) rmSync(project.path("a.gen.ts"));
    else project.write("a.gen.ts", text);
    const before = project.files().map((file) => project.read(file));
    const ran = await cli("build --check");
    expect(project.files().map((file) => project.read(file))).toEqual(before);
    return ran;
  };

  const good = async (): Promise<string> => {
    project.write("a.model.ts", model);
    await cli("build");
    return project.read("a.gen.ts");
  };

  test("is quiet about files that are as they would be built", async () => {
    expect(await state(await good())).toEqual({ code: 0, out: "2 generated files up to date\n", err: "" });
  });

  test("does not mind the line breaks of git on Windows", async () => {
    expect(await state((await good()).replaceAll("\n", "\r\n"))).toMatchObject({ code: 0 });
  });

  test.each<[string, (text: string) => string | undefined, string]>([
    ["missing", () => undefined, "a.gen.ts  TL0131  is missing"],
    ["edited", (text) => text.replace("{}", "{ }"), "a.gen.ts  TL0132  was edited by hand"],
    [
      "of somebody else",
      () => "export {};\n",
      "a.gen.ts  TL0121  was not written by tapeless, so it is not overwritten",
    ],
    ["in a merge conflict", (text) => `<<<<<<< HEAD\n${text}`, "a.gen.ts  TL0132  was edited by hand"],
    ["cut off", (text) => text.slice(0, 90), "a.gen.ts  TL0132  was edited by hand"],
    ["empty", () => "", "a.gen.ts  TL0130  is stale: the model or the compiler has changed"],
  ])("finds a file that is %s", async (_, change, line) => {
    const { code, out, err } = await state(change(await good()));
    expect([code, out, firstLine(err)]).toEqual([1, "", line]);
  });

  test("finds stale files, lists all of them, and says once what to do", async () => {
    project.write("a.model.ts", model);
    project.write("b.model.ts", model);
    await cli("build");
    project.write("a.model.ts", `\n${model}`);
    project.write("b.model.ts", `\n${model}`);
    expect(await cli("build --check")).toEqual({
      code: 1,
      out: "",
      err:
        "a.gen.ts  TL0130  is stale: the model or the compiler has changed\n" +
        "b.gen.ts  TL0130  is stale: the model or the compiler has changed\n\n  run tapeless build\n",
    });
    const { files } = JSON.parse((await cli("build --check --json")).out);
    expect(files.map(({ status }: { status: string }) => status)).toEqual(["stale", "stale"]);
  });
});
