/** A process that answers, one that fails, one that is not there, and one that dies. */
import { expect, test } from "vitest";
import { Partner } from "./partner.js";

const node = (script: string): Promise<Partner> =>
  Partner.start(process.execPath, ["--input-type=module", "-e", script], "ready");

const echo = `
  import { createInterface } from "node:readline";
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "check die") { console.error("it hurts"); process.exit(3); }
    console.log(line === "check wrong" ? '{"error":"no such thing"}' : line.startsWith("time") ? '{"ms":6,"before":1,"after":2}' : "[1,2]");
  }`;

test("answers lines, and errors are errors", async () => {
  const partner = await node(echo);
  expect(await partner.check("it")).toEqual([1, 2]);
  expect(await partner.contender("a", "it").time(3)).toEqual({ ms: 6, before: 1, after: 2 });
  await expect(partner.check("wrong")).rejects.toThrow("no such thing");
  await expect(partner.check("die")).rejects.toThrow("it hurts");
  partner.stop();
});

test("one that is not ready says why", async () => {
  await expect(node(`console.log("the file is missing")`)).rejects.toThrow("the file is missing");
});

test("a program that is not there is an error, not a crash", async () => {
  const partner = await Partner.start("/nowhere/program", []);
  await expect(partner.check("it")).rejects.toThrow(/ENOENT|ended/);
});
