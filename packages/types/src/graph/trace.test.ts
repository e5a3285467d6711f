/** Where equations come from, while a trace is written, and how they are copied into another. */
import { afterEach, expect, test } from "vitest";
import { emit, runTrace, within } from "../compiler.js";
import type { Aval, Eqn, Span } from "./ir.js";
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

/** `exp(x)` of another program, copied with an operand of the given type. */
function copiedOnto(operand: Aval): { readonly old: Eqn; readonly copy: Eqn } {
  const { trace: first } = runTrace("f", (running) =>
    emit("exp", [tensorOf(running.param({ shape: [3], dtype: "f64" }))]),
  );
  const [old] = first.finish([]).eqns;
  if (old === undefined) throw new Error("no equation");
  const named = { ...old, outs: old.outs.map((out) => ({ ...out, name: "y" })) };
  const { trace } = runTrace("g", (running) => running.copy(named, [running.param(operand)]));
  const [copy] = trace.finish([]).eqns;
  if (copy === undefined) throw new Error("no copy");
  return { old, copy };
}

test("a copy whose operand has the same type takes over the types of the results, and their names", () => {
  const { old, copy } = copiedOnto({ shape: [3], dtype: "f64" });
  expect(copy.outs[0]?.shape).toBe(old.outs[0]?.shape);
  expect(copy.outs).toMatchObject([{ name: "y", shape: [3], dtype: "f64" }]);
});

test.each<readonly [string, Aval]>([
  ["shape", { shape: [2, 5], dtype: "f64" }],
  ["dtype", { shape: [3], dtype: "f32" }],
])("a copy whose operand has another %s has results of another", (_, operand) => {
  expect(copiedOnto(operand).copy.outs).toMatchObject([operand]);
});

test("a copy of what is there already is that", () => {
  const { trace, result } = runTrace("f", (running) => {
    const x = running.param({ shape: [3], dtype: "f64" });
    emit("exp", [tensorOf(x)]);
    const [eqn] = runTrace("g", (inner) => emit("exp", [tensorOf(inner.param(x))]), true).trace.finish([]).eqns;
    return eqn === undefined ? [] : running.copy(eqn, [x]);
  });
  const { eqns } = trace.finish([]);
  expect(eqns).toHaveLength(1);
  expect(eqns[0]?.outs).toEqual(result);
});
