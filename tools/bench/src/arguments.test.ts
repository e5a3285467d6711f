/** What the command line understands, and what it refuses, in words. */
import { describe, expect, test } from "vitest";
import { argumentsOf } from "./arguments.js";

describe("understood", () => {
  test.each([
    [["gradbench"], { command: "gradbench", quick: false }],
    [["gradbench", "--quick", "--json", "x.json"], { command: "gradbench", quick: true, json: "x.json" }],
    [["--help", "whatever"], undefined],
  ])("%j", (args, expected) => {
    expect(argumentsOf(args)).toEqual(expected);
  });
});

describe("refused", () => {
  test.each([
    [["walk"], /no command "walk"; there are .*gradbench/],
    [["gradbench", "lse"], /one command is expected, not also "lse"/],
    [["gradbench", "--slow"], /--slow/],
    [["gradbench", "--json"], /--json/],
  ])("%j", (args, message) => {
    expect(() => argumentsOf(args)).toThrow(message);
  });
});
