import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type UserProject, userProject } from "./user-project.js";

const publicNames = ["@tapeless/codegen", "@tapeless/runtime", "@tapeless/types", "tapeless"];

describe("the packed packages, installed with npm in an empty folder", { timeout: 120_000 }, () => {
  let project: UserProject;

  beforeAll(() => {
    project = userProject();
    project.add("energy.model.ts", "line.model.ts", "consumer.ts", "train.ts");
    project.add("wrong-consumer.ts", "tsconfig.json", "tsconfig.wrong.json");
  }, 300_000);

  afterAll(() => project?.remove());

  test("are the public ones", () => {
    expect(Object.keys(project.packed).sort()).toEqual(publicNames);
  });

  test.each(publicNames)("%s carries its built files, its licence and nothing else", (name) => {
    const files = project.packed[name] ?? [];
    expect(files).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts"]),
    );
    expect(
      files.filter((file) => !/^(dist\/|bin\/|LICENSE$|README\.md$|CHANGELOG\.md$|package\.json$)/.test(file)),
    ).toEqual([]);
    expect(files.filter((file) => /\.test(-d)?\./.test(file))).toEqual([]);
  });

  test.each(publicNames)("%s names versions, not the workspace", (name) => {
    expect(project.manifest(name)).not.toMatch(/"(workspace|catalog|link|file):/);
  });

  test("npx tapeless build writes the generated module beside the model", () => {
    expect(project.run("npx", "--no", "tapeless", "build")).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^written {4}energy\.gen\.ts {2}2 functions, .*\nwritten {4}line\.gen\.ts {4}3 functions, .*\n$/,
      ),
    });
    expect(existsSync(join(project.folder, "energy.gen.ts"))).toBe(true);
  });

  test("npx tapeless build --check finds it up to date", () => {
    expect(project.run("npx", "--no", "tapeless", "build", "--check")).toEqual({
      code: 0,
      output: "2 generated files up to date\n",
    });
  });

  test.each(["typescript", "@typescript/native"] as const)("a consumer type-checks strictly with %s", (compiler) => {
    expect(project.compile(compiler, "-p", ".", "--noEmit")).toEqual({ code: 0, output: "" });
  });

  test.each(["typescript", "@typescript/native"] as const)("a wrong array is a type error with %s", (compiler) => {
    const { code, output } = project.compile(compiler, "-p", "tsconfig.wrong.json", "--noEmit");
    expect(output).toMatch(/wrong-consumer\.ts\(7,\d+\).*Float64Array/);
    expect(output).toMatch(/wrong-consumer\.ts\(8,\d+\).*F32<\[1, 2\]>/);
    expect(output.match(/error TS/g)).toHaveLength(2);
    expect(code).not.toBe(0);
  });

  test("the consumer runs and gets the value and the gradient", () => {
    expect(project.compile("typescript", "-p", ".")).toEqual({ code: 0, output: "" });
    const { code, output } = project.run("node", join("out", "consumer.js"));
    expect({ code, output: JSON.parse(output) }).toEqual({
      code: 0,
      output: {
        ones: { value: 36, grad: [12, 12, 12], alone: 36 },
        // M counts from 1 to 9 by rows: xᵀMx = 228, and (M + Mᵀ)x.
        counted: { value: 228, grad: [44, 68, 92] },
      },
    });
  });

  test("a model with a named dimension trains in place", () => {
    const { code, output } = project.run("node", join("out", "train.js"));
    expect({ code, output: JSON.parse(output) }).toEqual({
      code: 0,
      output: {
        // With all parameters 0, the mean of (2a − b + 0.5)² over a, b ∈ {−1, 0, 1}: (4 + 1) · ⅔ + ¼.
        first: expect.closeTo(10 / 3 + 0.25, 6),
        kept: true,
        w: [2, -1],
        b: [0.5],
        at: [2.5],
        refused:
          "loss: input x must be a Float32Array of length 16 ([batch, 2] with batch = 8), got a Float32Array of length 18",
      },
    });
  });

  test("a model that is wrong is told with its place, and the good file stays", () => {
    const good = readFileSync(join(project.folder, "line.gen.ts"), "utf8");
    const model = readFileSync(join(project.folder, "line.model.ts"), "utf8");
    const wrong = model.replace("add(matmul(x, w), b)", "add(matmul(w, x), b)");
    writeFileSync(join(project.folder, "line.model.ts"), wrong);
    const { code, output } = project.run("npx", "--no", "tapeless", "build", "line.model.ts");
    expect(code).toBe(1);
    expect(output).toMatch(/^line\.model\.ts:6:\d+ {2}TL0202 {2}matmul: inner dimensions 1 and batch differ\n/);
    expect(project.compile("typescript", "-p", ".", "--noEmit").output).toContain(
      '"matmul: inner dimensions 1 and batch differ"',
    );
    expect(readFileSync(join(project.folder, "line.gen.ts"), "utf8")).toBe(good);
    expect(existsSync(join(project.folder, "node_modules", ".tapeless"))).toBe(false);
  });
});
