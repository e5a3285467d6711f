/**
 * The command line with the real DSL and the real compiler: what is written and what is compared, the levels and costs
 * that it shows, and what it says of output files.
 */
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { parseFunc, printFunc } from "@tapeless/types/compiler";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ran } from "../cli/testing/fake-compiler.js";
import { firstLine } from "../cli/testing/fixtures.js";
import type { ExplainReport } from "../diagnostics/explain-report.js";
import { kernelLanguage } from "../ir/kernel/index.js";
import { loopLanguage } from "../ir/loop/index.js";
import { dumpLevels } from "../pipeline/compiled-model.js";
import { digits } from "./testing/digits.js";
import { type RealProject, realProject } from "./testing/real-project.js";

const energy = `import { f32, fn, matmul, mul, sum, valueAndGrad } from "tapeless";

export const params = { rate: 0.1 };

export const energy = fn({ x: f32([3]), m: f32([3, 3]) }, ({ x, m }) => sum(mul(x, matmul(m, x))));

export const energyAndGrad = valueAndGrad(energy, "x");
`;

const wrong = energy.replace("m: f32([3, 3])", "m: f32([3, 4])");

describe("build", () => {
  let project: RealProject;

  beforeEach(() => {
    project = realProject({ "energy.model.ts": energy });
  });

  afterEach(() => project.remove());

  test("passes over exports that are no fn, and gives the same bytes again", async () => {
    expect(await project.cli("build")).toMatchObject({ code: 0, err: "" });
    const text = project.read("energy.gen.ts");
    expect([...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => name)).toEqual(["energy", "energyAndGrad"]);
    const before = statSync(project.path("energy.gen.ts"));
    expect((await project.cli("build")).out).toMatch(/^unchanged {2}energy\.gen\.ts {2}2 functions, [\d.]+ kB\n$/);
    const after = statSync(project.path("energy.gen.ts"));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    rmSync(project.path("energy.gen.ts"));
    await project.cli("build --cwd .");
    expect(project.read("energy.gen.ts")).toBe(text);
  });

  test("compiles a model that is wrong only in its types", async () => {
    project.write("energy.model.ts", `${energy}export const n: string = 3;\n`);
    expect(await project.cli("build")).toMatchObject({ code: 0, err: "" });
  });

  test("compiles a function that is exported under two names, and one of another model", async () => {
    project.write("all.model.ts", 'export { energy, energy as again } from "./energy.model.js";\n');
    expect(await project.cli("build all.model.ts")).toMatchObject({ code: 0, err: "" });
    expect(project.read("all.gen.ts")).toMatch(/export function energy\([\s\S]*export function again\(/);
  });

  test.each<[string, (project: RealProject) => void, string, string]>([
    [
      "a folder where the file should be",
      (user) => mkdirSync(user.path("energy.gen.ts")),
      "energy.gen.ts  TL0120  cannot be written (EISDIR)",
      "that no folder has its name",
    ],
    [
      "a file of the user's where the output should be",
      (user) => writeFileSync(user.path("energy.gen.ts"), "export const mine = 1;\n"),
      "energy.gen.ts  TL0121  was not written by tapeless, so it is not overwritten",
      "move it elsewhere, or remove it",
    ],
    [
      "no model at all",
      (user) => rmSync(user.path("energy.model.ts")),
      "TL0101  no model file matches **/*.model.ts",
      "model files are named x.model.ts",
    ],
  ])("refuses %s", async (_, spoil, line, todo) => {
    spoil(project);
    const before = project.files();
    const { code, out, err } = await project.cli("build");
    expect([code, out, firstLine(err)]).toEqual([1, "", line]);
    expect(err).toContain(todo);
    expect(project.files()).toEqual(before);
  });

  test("writes the models that are right beside one that is wrong", async () => {
    project.write("other.model.ts", wrong);
    const { code, out, err } = await project.cli("build");
    expect([code, firstLine(err)]).toEqual([1, "other.model.ts:5:84  TL0202  matmul: inner dimensions 4 and 3 differ"]);
    expect(out).toMatch(/^written {4}energy\.gen\.ts /);
    expect(project.files()).toEqual(["energy.gen.ts", "energy.model.ts", "other.model.ts", "package.json"]);
  });

  test("is quiet without a terminal; on one it shows where it is, on standard error", async () => {
    expect((await project.cli("build")).err).toBe("");
    const { out, err } = await project.cli("build", { isTTY: true });
    expect(err).toBe("\r\u001b[2K[1/1] energy.model.ts\r\u001b[2K");
    expect(out).not.toContain("[1/1]");
    expect((await project.cli("build --json", { isTTY: true })).err).toBe("");
  });
});

describe("build --check", () => {
  let project: RealProject;

  beforeEach(async () => {
    project = realProject({ "energy.model.ts": energy, "other.model.ts": energy });
    await project.cli("build");
  });

  afterEach(() => project.remove());

  const checked = async (): Promise<Ran> => {
    const before = project.files().map((file) => project.read(file));
    const ran = await project.cli("build --check");
    expect(project.files().map((file) => project.read(file))).toEqual(before);
    return ran;
  };

  test("is content with what was built", async () => {
    expect(await checked()).toEqual({ code: 0, out: "2 generated files up to date\n", err: "" });
  });

  test.each<[string, (project: RealProject) => void, string]>([
    [
      "a stale file",
      (user) => user.write("energy.model.ts", energy.replace("mul(x,", "mul(2, x,")),
      "energy.gen.ts  TL0130  is stale: the model or the compiler has changed",
    ],
    [
      "a file that was edited by hand",
      (user) => user.write("energy.gen.ts", user.read("energy.gen.ts").replace("return resultValue", "return 2")),
      "energy.gen.ts  TL0132  was edited by hand",
    ],
    ["a missing file", (user) => rmSync(user.path("energy.gen.ts")), "energy.gen.ts  TL0131  is missing"],
  ])("finds %s", async (_, change, line) => {
    change(project);
    const { code, out, err } = await checked();
    expect([code, out, firstLine(err)]).toEqual([1, "", line]);
    expect(err).toContain("run tapeless build");
    const json = JSON.parse((await project.cli("build --check --json")).out);
    expect(json.diagnostics.map((one: { code: string }) => one.code)).toEqual([/TL\d+/.exec(line)?.[0]]);
    expect(await project.cli("build")).toMatchObject({ code: 0 });
    expect(await checked()).toMatchObject({ code: 0 });
  });

  test("lists all files, and a model that does not compile as what it is", async () => {
    project.write("other.model.ts", wrong);
    rmSync(project.path("energy.gen.ts"));
    const { code, err } = await checked();
    expect(code).toBe(1);
    expect(err.split("\n").filter((line) => / TL\d/.test(line))).toEqual([
      "energy.gen.ts  TL0131  is missing",
      "other.model.ts:5:84  TL0202  matmul: inner dimensions 4 and 3 differ",
    ]);
  });
});

describe("dump and explain", () => {
  let project: RealProject;

  beforeAll(() => {
    project = realProject({ "digits.model.ts": digits, "energy.model.ts": energy, "bad.model.ts": wrong });
  });

  afterAll(() => project.remove());

  const again: Readonly<Record<(typeof dumpLevels)[number], (text: string) => string>> = {
    tensor: (text) => printFunc(parseFunc(text)),
    kernel: (text) => kernelLanguage.print(kernelLanguage.parse("Program", text)),
    loop: (text) => loopLanguage.print(loopLanguage.parse("Program", text)),
  };

  test.each(dumpLevels)("--dump %s of each function reads back", async (level) => {
    const { code, out, err } = await project.cli(`build --dump ${level} --json digits.model.ts`);
    expect([code, err]).toEqual([0, ""]);
    const { functions } = JSON.parse(out) as { functions: readonly { name: string; text: string }[] };
    expect(functions.map(({ name }) => name)).toEqual(["logits", "loss", "lossAndGrad", "step"]);
    for (const { text } of functions) expect(again[level](text).trim()).toBe(text.trim());
    expect(project.files()).not.toContain("digits.gen.ts");
  });

  test.each(dumpLevels)("--dump %s of one function is text that reads back", async (level) => {
    const { code, out } = await project.cli(`build --dump ${level} energy.model.ts#energyAndGrad`);
    expect(code).toBe(0);
    expect(again[level](out).trim()).toBe(out.trim());
  });

  let reports: readonly ExplainReport[] = [];

  const reportOf = async (wanted: string): Promise<ExplainReport | undefined> => {
    if (reports.length === 0) reports = JSON.parse((await project.cli("explain digits.model.ts --json")).out).functions;
    return reports.find(({ name }) => name === wanted);
  };

  test("explain counts 2·m·n·k for a matmul, and each array once", async () => {
    const kernels = (await reportOf("logits"))?.kernels ?? [];
    expect(kernels.map(({ comment, flops, bytes }) => [comment.split(" = ")[1], flops, bytes])).toEqual([
      // The sums of a product have an array beside its result: their blocks are no smaller where rows are so short.
      ["x·hidden_w; h", `${2 * 784 * 128 + 2 * 128}*batch`, `${4 * (784 + 128 + 128)}*batch+${4 * (784 * 128 + 128)}`],
      ["h·out_w; result", `${2 * 128 * 10 + 10}*batch`, `${4 * (128 + 10 + 10)}*batch+${4 * (128 * 10 + 10)}`],
    ]);
    expect(kernels.map(({ spans }) => spans[0]?.line)).toEqual([10, 11]);
  });

  test("explain sums up its kernels, and a gradient costs about twice the value", async () => {
    const factor = (count: number | string): number => Number(/^(\d+)\*batch/.exec(`${count}`)?.[1]);
    const [value, both] = [await reportOf("loss"), await reportOf("lossAndGrad")];
    for (const report of [value, both]) {
      const sum = report?.kernels.reduce((total, { flops }) => total + (factor(flops) || 0), 0);
      expect(sum).toBe(factor(report?.flops ?? 0));
    }
    // The images have no gradient, so of the hidden layer's two backward products one is left out.
    expect(factor(both?.flops ?? 0) / factor(value?.flops ?? 1)).toBeCloseTo(2, 1);
  });

  test("explain as a table", async () => {
    const { code, out, err } = await project.cli("explain digits.model.ts#logits");
    expect([code, err]).toEqual([0, ""]);
    const [title, , flops, , , , , head, first] = out.split("\n");
    expect([title, flops]).toEqual(["digits.model.ts#logits", "  flops   203,530*batch"]);
    expect(head).toMatch(/^ {2}kernel +flops +bytes +schedule +lines +computes +why$/);
    expect(first).toMatch(
      /^ {2}h +200,960\*batch +4,160\*batch\+401,920 +tiled \dx\d +digits\.model\.ts:10 +contract = .*; h = relu\(/,
    );
  });

  test.each(["explain bad.model.ts#energy", "build --dump loop bad.model.ts", "build bad.model.ts"])(
    "%s tells what is wrong, as text and as JSON",
    async (command) => {
      const { code, out, err } = await project.cli(command);
      expect([code, out]).toEqual([1, ""]);
      expect(firstLine(err)).toBe("bad.model.ts:5:84  TL0202  matmul: inner dimensions 4 and 3 differ");
      const json = await project.cli(`${command} --json`);
      expect([json.code, json.err]).toEqual([1, ""]);
      expect(JSON.parse(json.out)).toMatchObject({
        ok: false,
        diagnostics: [{ code: "TL0202", class: "user", span: { file: "bad.model.ts", line: 5, column: 84 } }],
      });
    },
  );
});
