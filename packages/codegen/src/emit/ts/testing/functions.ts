/** The hand-written LoopPrograms as functions of a module. Invariant: trees and storage fit together. */
import { scalarBuilder } from "@tapeless/types/compiler";
import { ref } from "../../../ir/loop/build.js";
import { program } from "../../../ir/loop/testing/program-parts.js";
import { fourAccumulators, quadraticForm, tiledMatmul } from "../../../ir/loop/testing/programs.js";
import { batchRows, descend, recurrence } from "../../../ir/loop/testing/programs-of-steps.js";
import { unroll } from "../../../passes/unroll/index.js";
import type { EmitFunction } from "../index.js";
import { leaf, tree } from "./build-module.js";

const plain = { donate: [], indexChecks: [], sizeChecks: [] } as const;

export const form: EmitFunction = {
  ...plain,
  name: "form",
  doc: "The quadratic form x'Mx and its gradient.",
  span: { file: "test.model.ts", line: 4, column: 14 },
  input: tree({ x: leaf("x", "f64", 3), m: leaf("m", "f64", 3, 3) }),
  output: tree({ value: leaf("loss", "f64"), grad: leaf("g", "f64", 3) }),
  program: unroll(quadraticForm()),
  donate: [],
};

export const formF32: EmitFunction = {
  ...form,
  name: "formF32",
  input: tree({ x: leaf("x", "f32", 3), m: leaf("m", "f32", 3, 3) }),
  output: tree({ value: leaf("loss", "f32"), grad: leaf("g", "f32", 3) }),
  program: unroll(quadraticForm("f32")),
};

/** Of a scalar to a scalar: its module imports nothing. */
export const double: EmitFunction = {
  ...plain,
  name: "double",
  input: tree({ x: leaf("x", "f64") }),
  output: leaf("y", "f64"),
  program: program("double", {
    scalars: [{ kind: "ScalarParam", name: "x", dtype: "f64" }],
    results: [{ kind: "Result", name: "y", dtype: "f64", value: scalarBuilder.add(ref("x", "f64"), ref("x", "f64")) }],
  }),
};

export const looped: EmitFunction = { ...form, name: "looped", program: quadraticForm() };

export const sumTanh: EmitFunction = {
  ...plain,
  name: "sumTanh",
  input: tree({ x: leaf("x", "f32", "n"), y: leaf("y", "f32", "n"), scale: leaf("scale", "f32") }),
  output: { kind: "list", items: [leaf("loss", "f32"), leaf("products", "f32", "n")] },
  program: fourAccumulators(),
};

export const matmul: EmitFunction = {
  ...plain,
  name: "matmul",
  input: tree({ a: leaf("a", "f32", 4, 5), b: leaf("b", "f32", 5, 6) }),
  output: leaf("c", "f32", 4, 6),
  program: unroll(tiledMatmul()),
};

export const rows: EmitFunction = {
  ...plain,
  name: "rows",
  input: tree({ data: tree({ x: leaf("x", "f32", "batch", 3) }), label: leaf("label", "i32", "batch") }),
  output: tree({
    spread: leaf("spread", "f32", "batch"),
    big: leaf("big", "bool", "batch"),
    count: leaf("count", "i32"),
  }),
  program: unroll(batchRows()),
  indexChecks: [{ buffer: "label", bound: 3 }],
};

export const recur: EmitFunction = {
  ...plain,
  name: "recur",
  input: tree({ start: leaf("start", "f64", 2), w: leaf("w", "f64", 2, 2) }),
  output: leaf("last", "f64", 2),
  program: unroll(recurrence()),
};

export const descent: EmitFunction = {
  ...plain,
  name: "descent",
  input: tree({ p: leaf("p", "f32", 4), g: leaf("g", "f32", 4), lr: leaf("lr", "f32"), t: leaf("t", "i32") }),
  output: tree({ p: leaf("next", "f32", 4), t: leaf("count", "i32") }),
  program: unroll(descend()),
  donate: ["p"],
};

export const everyFunction = [form, formF32, looped, sumTanh, matmul, rows, recur, descent] as const;
