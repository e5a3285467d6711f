/** What the compiler sees of the DSL: TensorIR, the op table, the scalar vocabulary and the node languages. */
import { installOps } from "./graph/registry.js";
import { opTable } from "./ops/table.gen.js";

installOps(opTable);

export { type ApproxTensor, exactTensor } from "./graph/approx-tensor.js";
export type * from "./graph/definition.js";
export { emit, emitAll, runTrace, traceRule, vocabulary, within } from "./graph/emit.js";
export { TraceError } from "./graph/errors.js";
export { evalEqn, evalFunc } from "./graph/eval.js";
export { type FnValue, isFn, type TracedFn, traceFn } from "./graph/fn.js";
export { foundBy, foundIn, freshTrips, mentionedBy, mentionedIn, withFreshTrips } from "./graph/found.js";
export { coreAval, inferEqn, relationsOf } from "./graph/infer.js";
export * from "./graph/ir.js";
export { type PrintOptions, parseFunc, printFunc, showAval } from "./graph/language.js";
export { GraphError, graphMessages } from "./graph/messages.js";
export type * from "./graph/op.js";
export type { OpName } from "./graph/op-names.gen.js";
export { hasOp, installOps, opNamed, opNames } from "./graph/registry.js";
export { mergeSpans } from "./graph/spans.js";
export { type SizeSubstitution, substituteFunc } from "./graph/substitute.js";
export { asTraced, atomOf, type TracedTensor, tensorOf } from "./graph/tensor.js";
export { type Capture, type EqnParts, Trace } from "./graph/trace.js";
export { branch, isFloat, leavesOf, mapStructure, type Path, type Structure, withLeaves } from "./graph/trees.js";
export { verifyFunc } from "./graph/verify.js";
export { type Attrs, type AttrValue, showAttrs } from "./node/attrs.js";
export { defineLanguage, type Grammar, type Language, type Node, type SlotCodec } from "./node/language.js";
export { ParseError, Scanner, showNumber } from "./node/scanner.js";
export { flagAttr, flagsAttr, intAttr, intsAttr, intsOr, sizeAttr, sizesAttr, textAttr } from "./ops/attrs.js";
export { floats } from "./ops/structure/jvp.op.js";
export { type ScanAttrs, scanAttrs } from "./ops/structure/scan.op.js";
export { type WhileAttrs, whileAttrs } from "./ops/structure/while.op.js";
export { kernelBuilder, type ScalarBuilder, scalarBuilder } from "./scalar/builder.js";
export {
  type Builtin,
  type BuiltinName,
  builtin,
  builtins,
  bytecodeOf,
  inlinedAtMost,
  isBuiltin,
  type JsForm,
} from "./scalar/builtins.js";
export {
  type Approx,
  applyBuiltin,
  evaluateIndex,
  evaluateScalar,
  exactly,
  type ScalarScope,
  stored,
  unitRoundoff,
} from "./scalar/evaluate.js";
export {
  type Call,
  type Const,
  type Index,
  type Load,
  type Position,
  type Ref,
  type ScalarExpr,
  scalarGrammar,
} from "./scalar/expr.js";
export { functions } from "./scalar/functions/index.js";
export { evaluateBuiltin, isFunction, type ScalarFunction, scalarFunction } from "./scalar/meaning.js";
export type { FunctionName } from "./scalar/names.js";
export { type Table, type TableName, tables } from "./scalar/tables.js";
export { messages as shapeMessages, ShapeError } from "./shape/messages.js";
export * from "./shape/size.js";
export type { DType } from "./shape/tensor.js";
export { nonLinearity } from "./transform/linearity.js";
