/** Where equations come from, while a trace is written. */
import { afterEach, expect, test } from "vitest";
import { emit, runTrace, within } from "../compiler.js";
import type { Span } from "./ir.js";
import { tensorOf } from "./tensor.js";

const hook = Symbol.for("tapeless.spanCapture");
const scope = globalThis as { [hook]?: () => Span };
const line = (n: number): Span => ({ file: "a.model.ts", line: n, column: 1 });

afterEach(() => {
  delete scope[hook];
});

test("an op asks for its line in the model only where nobody says what it is of", () => {
  let asked = 0;
  scope[hook] = () => {
    asked++;
    return line(7);
  };
  const { trace, result } = runTrace("f", (running) => {
    const x = tensorOf(running.param({ shape: [3], dtype: "f64" }));
    const y = emit("sin", [x]);
    return running.at([line(1)], () => within(running, () => emit("exp", [y])));
  });
  const { eqns } = trace.finish([]);
  expect(result.dtype).toBe("f64");
  expect(eqns.map(({ op, spans }) => [op, spans.map((span) => span.line)])).toEqual([
    ["sin", [7]],
    ["exp", [1]],
  ]);
  expect(asked).toBe(1);
});
