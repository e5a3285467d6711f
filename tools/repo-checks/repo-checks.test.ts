import { describe, expect, test } from "vitest";
import { type Allowed, allowed } from "./allowed.js";
import { checks, type Finding, findingsIn, generatedChecks, limits } from "./checks.js";
import { readSources, readText } from "./sources.js";

const covers = (entry: Allowed, finding: Finding): boolean =>
  entry.check === finding.check && entry.path === finding.path && (entry.subject ?? "") === finding.subject;

const names = [...checks, ...generatedChecks].map(({ name }) => name);

describe("the sources", () => {
  const sources = readSources();
  const findings = sources.flatMap(findingsIn);

  test("are read", () => {
    expect(sources.map(({ path }) => path)).toContain("tools/repo-checks/checks.ts");
    expect(sources.some(({ path }) => path.startsWith("packages/types/src/"))).toBe(true);
  });

  test.each(names)("keep to %s", (name) => {
    const broken = findings.filter(
      (finding) => finding.check === name && !allowed.some((entry) => covers(entry, finding)),
    );
    expect(broken.map(({ path, line, subject, message }) => `${path}:${line} ${subject} ${message}`)).toEqual([]);
  });

  test("need every entry of the allow-list, and each gives its reason", () => {
    const idle = allowed.filter((entry) => !findings.some((finding) => covers(entry, finding)));
    expect(idle).toEqual([]);
    expect(allowed.filter(({ reason }) => reason.trim().split(/\s+/).length < 4)).toEqual([]);
  });
});

describe("the lock file", () => {
  test("names packages and their checksums, and no address to load them from", () => {
    const lock = readText("pnpm-lock.yaml");
    expect(lock).toContain("integrity:");
    expect(lock.split("\n").filter((line) => /tarball:|resolved:|:\/\//.test(line))).toEqual([]);
  });
});

describe("each check finds what it is for", () => {
  const lines = (count: number): string => "\n".repeat(count);
  const body = (count: number): string => `{${lines(count - 1)}}`;
  const path = "packages/types/src/graph/a.ts";
  const cases: readonly (readonly [
    check: string,
    title: string,
    path: string,
    text: string,
    subjects: readonly string[],
  ])[] = [
    ["long-file", "a line too many", path, lines(limits.file + 1), [""]],
    ["long-file", "none where the limit is met", path, lines(limits.file), []],
    ["long-file", "none in a test", "packages/types/src/graph/a.test.ts", lines(limits.file + 1), []],
    ["long-function", "a declaration", path, `function far() ${body(limits.function + 1)}`, ["far"]],
    ["long-function", "none where the limit is met", path, `function far() ${body(limits.function)}`, []],
    ["long-function", "an arrow", path, `const far = () => ${body(limits.function + 1)};`, ["far"]],
    ["long-function", "a method", path, `class A { far() ${body(limits.function + 1)} }`, ["far"]],
    ["any", "an annotation", path, "const far: any = 1;", ["far"]],
    ["any", "a cast", path, "const far = (1 as any) + 1;", ["far"]],
    ["any", "none in a comment or a string", path, 'const far = "any"; // any', []],
    ["ts-ignore", "a comment", path, `// @ts-${"ignore"}\nconst far = 1;`, [""]],
    ["ts-ignore", "none where an error is expected", path, `// @ts-${"expect-error"}\nconst far = 1;`, []],
    ["file-name", "camel case", "packages/types/src/graphNodes.ts", "", [""]],
    ["file-name", "a folder", "packages/types/src/Graph/nodes.ts", "", [""]],
    ["generated-imports", "a value", "packages/examples/src/a.gen.ts", 'import { x } from "tapeless";', [""]],
    ["generated-imports", "a side effect", "packages/examples/src/a.gen.ts", 'import "tapeless";', [""]],
    ["generated-imports", "none of types", "packages/examples/src/a.gen.ts", 'import type { X } from "tapeless";', []],
    ["file-name", "none in kebab case", "packages/types/src/ops/math/log-sum-exp.op.test.ts", "", []],
  ];

  test("has a row for every check", () => {
    expect(new Set(cases.map(([check]) => check))).toEqual(new Set(names));
  });

  test.each(cases)("%s: %s", (check, _title, at, text, subjects) => {
    const found = findingsIn({ path: at, text }).filter((finding) => finding.check === check);
    expect(found.map(({ subject }) => subject)).toEqual(subjects);
  });
});
