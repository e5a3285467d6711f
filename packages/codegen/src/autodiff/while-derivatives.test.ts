/** Derivatives of loops with a test: by differences, in both modes against each other, twice in all ways of nesting. */
import { describe, test } from "vitest";
import { checkWhole } from "../op-tests/testing/whole-programs.js";
import { loops } from "./testing/loops-with-a-test.js";

describe("derivatives", () => {
  test.each(Object.entries(loops))("of %s", (title, loop) => {
    checkWhole(loop, title);
  });
});
