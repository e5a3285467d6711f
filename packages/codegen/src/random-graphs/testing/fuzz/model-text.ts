/**
 * A random program as a model file that a person can run: equations of public functions by their names, all others through
 * the compiler's own `emitAll`.
 *
 * Invariant: the model traces to the program it was printed from.
 */
import * as dsl from "@tapeless/types";
import {
  type Atom,
  type Attrs,
  type Eqn,
  type Func,
  isFloat,
  opNamed,
  printFunc,
  type Size,
  showSize,
} from "@tapeless/types/compiler";
import type { RandomGraph } from "../generator/random-graph.js";

const publicNames = new Set(Object.keys(dsl));
const overAxes = new Set(["sum", "max", "min", "logSumExp", "argmax", "argmin"]);

const sizeText = (size: Size): string => (typeof size === "number" ? String(size) : JSON.stringify(showSize(size)));

class Names {
  readonly #given = new Map<Atom, string>();

  define(atom: Atom): string {
    const name = `v${this.#given.size}`;
    this.#given.set(atom, name);
    return name;
  }

  take(atom: Atom, name: string): void {
    this.#given.set(atom, name);
  }

  of(atom: Atom): string {
    return atom.kind === "Lit" ? literalText(atom.value) : (this.#given.get(atom) ?? "undefined");
  }
}

const literalText = (value: number): string =>
  Object.is(value, -0)
    ? "-0"
    : Number.isFinite(value)
      ? String(value)
      : `Number.${value > 0 ? "POSITIVE" : "NEGATIVE"}_INFINITY`;

const attrsText = (attrs: Attrs): string => JSON.stringify(attrs);

/** The function of the DSL that makes an equation, with its arguments; undefined where there is none. */
function publicCall({ op, inputs, attrs, funcs, batch }: Eqn, names: Names): string | undefined {
  const [first] = inputs;
  const tensors = inputs.filter(({ kind }) => kind === "Var");
  if (funcs.length > 0 || batch.length > 0 || first === undefined || tensors.length === 0) return undefined;
  if (!publicNames.has(op)) return undefined;
  const given = inputs.map((input) => names.of(input)).join(", ");
  if (op === "cast") return `cast(${given}, ${JSON.stringify(attrs.dtype)})`;
  if (opNamed(op).elementwise && Object.keys(attrs).length === 0) return `${op}(${given})`;
  const literal = (first.shape as readonly Size[]).every((size) => typeof size === "number");
  if (overAxes.has(op) && literal) return `${op}(${given}, ${JSON.stringify(attrs.axes)})`;
  return undefined;
}

/** A number takes the dtype of the tensors beside it; the starts of a slice have another, and say so. */
function operandText(atom: Atom, { inputs }: Eqn, names: Names): string {
  const isAlone = inputs.some((other) => other.kind === "Var" && other.dtype !== atom.dtype);
  return atom.kind === "Lit" && isAlone
    ? `tensorOf(makeLit(${literalText(atom.value)}, "${atom.dtype}"))`
    : names.of(atom);
}

function eqnText(eqn: Eqn, names: Names): { readonly line: string; readonly used: readonly string[] } {
  const call = publicCall(eqn, names);
  const inputs = eqn.inputs.map((input) => operandText(input, eqn, names)).join(", ");
  const outs = eqn.outs.map((out) => names.define(out));
  if (call !== undefined) return { line: `const ${outs[0]} = ${call};`, used: [eqn.op] };
  const nested = eqn.funcs.map((func) => `parseFunc(${JSON.stringify(printFunc(func, { spans: false }))})`).join(", ");
  const funcs = nested === "" ? "" : `, [${nested}]`;
  return {
    line: `const [${outs.join(", ")}] = made("${eqn.op}", [${inputs}], ${attrsText(eqn.attrs)}${funcs});`,
    used: [],
  };
}

const paramText = ({ shape, dtype }: Func["params"][number]): string => `${dtype}([${shape.map(sizeText).join(", ")}])`;

const helper = `import { emitAll, makeLit, parseFunc, tensorOf, type TracedTensor } from "@tapeless/types/compiler";

/** An equation that no public function makes. */
const made = (...parts: Parameters<typeof emitAll>): readonly TracedTensor[] => emitAll(...parts);
`;

/** The model file of a program: itself, and its pullback where it can be differentiated. */
export function modelText({ func, args, sizes }: RandomGraph, why: string): string {
  const names = new Names();
  for (const param of func.params) names.take(param, param.name);
  const lines = func.eqns.map((eqn) => eqnText(eqn, names));
  const body = lines.map(({ line }) => `  ${line}`);
  const resultText = (out: Atom): string =>
    out.kind === "Lit" ? `full([], ${literalText(out.value)}, "${out.dtype}")` : names.of(out);
  const results = func.outs.map((out, k) => `y${k}: ${resultText(out)}`).join(", ");
  const input = func.params.map((param) => `${param.name}: ${paramText(param)}`).join(", ");
  const floats = func.params.filter(isFloat).map(({ name }) => JSON.stringify(name));
  const used = new Set(["fn", ...func.params.map(({ dtype }) => dtype), ...lines.flatMap((line) => line.used)]);
  const differentiable = floats.length > 0 && func.outs.some((out) => isFloat(out) && out.kind === "Var");
  if (differentiable) used.add("vjp");
  if (func.outs.some(({ kind }) => kind === "Lit")) used.add("full");
  const point = args.map(({ value }, k) => ` *   ${func.params[k]?.name} = [${[...value].join(", ")}]`);
  return [
    "/**",
    ` * ${why.split("\n")[0]?.replaceAll("*/", "* /")}`,
    ` * with sizes ${JSON.stringify(sizes)} at`,
    ...point,
    " */",
    `import { ${[...used].sort().join(", ")} } from "@tapeless/types";`,
    lines.some((line) => line.used.length === 0) ? helper : "",
    `export const random = fn({ ${input} }, ({ ${func.params.map(({ name }) => name).join(", ")} }) => {`,
    ...body,
    `  return { ${results} };`,
    "});",
    differentiable ? `\nexport const pulled = vjp(random, [${floats.join(", ")}]);` : "",
  ].join("\n");
}
