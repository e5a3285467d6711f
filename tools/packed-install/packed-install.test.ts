import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type UserProject, userProject } from "./user-project.js";

const publicNames = ["@tapeless/codegen", "@tapeless/runtime", "@tapeless/types", "tapeless"];

describe("the packed packages, installed with npm in an empty folder", { timeout: 120_000 }, () => {
  let project: UserProject;

  beforeAll(() => {
    project = userProject();
    project.add("energy.model.ts", "consumer.ts", "wrong-consumer.ts", "tsconfig.json", "tsconfig.wrong.json");
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
    expect(project.run("npx", "--no", "tapeless", "build")).toMatchObject({ code: 0 });
    expect(existsSync(join(project.folder, "energy.gen.ts"))).toBe(true);
  });

  test("npx tapeless build --check finds it up to date", () => {
    expect(project.run("npx", "--no", "tapeless", "build", "--check")).toMatchObject({ code: 0 });
  });

  test.each(["typescript", "@typescript/native"] as const)("a consumer type-checks strictly with %s", (compiler) => {
    expect(project.compile(compiler, "-p", ".", "--noEmit")).toEqual({ code: 0, output: "" });
  });

  test.each(["typescript", "@typescript/native"] as const)("a wrong array is a type error with %s", (compiler) => {
    const { code, output } = project.compile(compiler, "-p", "tsconfig.wrong.json", "--noEmit");
    expect(output).toMatch(/wrong-consumer\.ts\(3,\d+\).*Float64Array/);
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
});
