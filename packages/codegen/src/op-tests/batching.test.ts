/** vmap of every op of the table, in every choice of mapped operands, against a loop of calls. */
import { describe, test } from "vitest";
import { checkBatching } from "./testing/batching.js";
import { allCases } from "./testing/cases.js";
import { titleOf } from "./testing/op-case.js";

describe("vmap", () => {
  test.each(allCases().map((opCase) => ({ title: titleOf(opCase), opCase })))("$title", ({ opCase }) => {
    checkBatching(opCase);
  });
});
