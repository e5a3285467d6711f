import { test } from "vitest";
import { emitModule, type EmitFunction, type SpecTree } from "./index.js";
import { verifyProgram } from "../../ir/loop/index.js";
import * as P from "../../ir/loop/testing/programs.js";
const leaf = (buffer: string, dtype: any, ...shape: any[]): SpecTree => ({ kind: "leaf", buffer, dtype, shape: shape.map((x) => (typeof x === "string" ? P.at(x) : x)) });
const obj = (o: Record<string, SpecTree>): SpecTree => ({ kind: "object", entries: Object.entries(o) });
const fns: EmitFunction[] = [
  { name: "quadraticForm", input: obj({ x: leaf("x", "f64", 3), m: leaf("m", "f64", 3, 3) }), output: obj({ value: leaf("loss", "f64"), grad: leaf("g", "f64", 3) }), donate: [], program: P.quadraticForm(), indexChecks: [] },
  { name: "matmul", doc: "Product.", span: {file:"m.model.ts",line:3,column:1}, input: obj({ a: leaf("a", "f32", 4,5), b: leaf("b", "f32", 5,6) }), output: leaf("c", "f32", 4,6), donate: [], program: P.tiledMatmul(), indexChecks: [] },
  { name: "batchRows", input: obj({ data: obj({x: leaf("x", "f32", "batch", 3)}), label: leaf("label", "i32", "batch") }), output: obj({ spread: leaf("spread", "f32", "batch"), big: leaf("big", "bool", "batch"), count: leaf("count", "i32") }), donate: [], program: P.batchRows(), indexChecks: [{buffer:"label", bound: 3}] },
  { name: "recurrence", input: obj({ start: leaf("start", "f64", 2), w: leaf("w", "f64", 2, 2) }), output: leaf("last", "f64", 2), donate: [], program: P.recurrence(), indexChecks: [] },
  { name: "descend", input: obj({ p: leaf("p", "f32", 4), g: leaf("g", "f32", 4), lr: leaf("lr","f32"), t: leaf("t","i32") }), output: obj({p: leaf("next", "f32", 4), t: leaf("count","i32")}), donate: ["p"], program: P.descend(), indexChecks: [] },
];
test("x", () => { for (const f of fns) verifyProgram(f.program); verifyProgram(P.fourAccumulators()); console.log(emitModule({ modelFile: "m.model.ts", functions: fns })); });
