/** What the command line understands, and what it refuses, in words. */
import { describe, expect, test } from "vitest";
import { argumentsOf } from "./arguments.js";

const known = ["W1a", "W1b", "W3_32", "W3_128", "W10"];

describe("understood", () => {
  test.each([
    [["gradbench"], { command: "gradbench", quick: false }],
    [["gradbench", "--quick", "--json", "x.json"], { command: "gradbench", quick: true, json: "x.json" }],
    [["--help", "whatever"], undefined],
    [[], { command: "workloads", quick: false }],
    [["--only", "W3,W1b"], { command: "workloads", quick: false, only: ["W1b", "W3_32", "W3_128"] }],
    [["--svg", "x.svg"], { command: "workloads", quick: false, svg: "x.svg" }],
    [["workloads", "--only", "W3_32"], { command: "workloads", quick: false, only: ["W3_32"] }],
    [["--only", "W1a", "--only", "W10"], { command: "workloads", quick: false, only: ["W1a", "W10"] }],
    [["--only", "W1"], { command: "workloads", quick: false, only: ["W1a", "W1b"] }],
  ])("%j", (args, expected) => {
    expect(argumentsOf(args, known)).toEqual(expected);
  });
});

describe("refused", () => {
  test.each([
    [["walk"], /no command "walk"; there are .*gradbench/],
    [["gradbench", "lse"], /one command is expected, not also "lse"/],
    [["gradbench", "--slow"], /--slow/],
    [["--only", "W99"], /no workload "W99"; there are W1a, /],
    [["--only", ""], /no workload ""/],
    [["gradbench", "--only", "W3"], /--only goes with workloads/],
    [["costs", "--svg", "x.svg"], /--svg goes with workloads/],
    [["gradbench", "--json"], /--json/],
  ])("%j", (args, message) => {
    expect(() => argumentsOf(args, known)).toThrow(message);
  });
});
