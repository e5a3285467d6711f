/**
 * Checks the invariants of TensorIR after each pass. What it finds is a bug of the pass, never the user's.
 */

import { equalShape, namesOf, showShape } from "../shape/size.js";
import { foundBy, foundIn, mentionedBy } from "./found.js";
import { inferEqn } from "./infer.js";
import type { Atom, Eqn, Func, Var } from "./ir.js";
import { showAval } from "./language.js";
import { opNamed } from "./registry.js";

const bug = (func: Func, message: string): never => {
  throw new Error(`bug in '${func.name}': ${message}`);
};

function verifyOperands(func: Func, eqn: Eqn, defined: ReadonlySet<Var>): void {
  eqn.inputs.forEach((atom, k) => {
    if (atom.kind === "Var" && !defined.has(atom)) bug(func, `${eqn.op} uses '${atom.name}' before it is defined`);
    eqn.batch.forEach((axis, depth) => {
      if (axis.mapped.length !== eqn.inputs.length)
        bug(func, `${eqn.op}: batch axis ${depth} has no flag for each operand`);
    });
    const mapped = eqn.batch.filter((axis) => axis.mapped[k] === true).map((axis) => axis.size);
    if (!equalShape(atom.shape.slice(0, mapped.length), mapped)) {
      bug(func, `${eqn.op}: operand ${k} ${showAval(atom)} does not begin with its batch axes ${showShape(mapped)}`);
    }
  });
}

function verifyResults(func: Func, eqn: Eqn): void {
  const expected = inferEqn(eqn.op, eqn.inputs, eqn.attrs, eqn.funcs, eqn.batch);
  if (expected.length !== eqn.outs.length)
    bug(func, `${eqn.op} gives ${expected.length} results, not ${eqn.outs.length}`);
  expected.forEach((type, k) => {
    const out = eqn.outs[k];
    if (out === undefined || showAval(out) !== showAval(type)) {
      bug(
        func,
        `${eqn.op}: result ${k} is ${out === undefined ? "missing" : showAval(out)}, but the op gives ${showAval(type)}`,
      );
    }
  });
}

function verifyArity(func: Func, eqn: Eqn): void {
  const { arity } = opNamed(eqn.op);
  if (arity !== "variadic" && arity !== eqn.inputs.length) {
    bug(func, `${eqn.op} takes ${arity} operands, got ${eqn.inputs.length}`);
  }
}

/** Operands of the dtypes that the op takes; those that may be of the same ones are of one and the same. */
function verifyDTypes(func: Func, eqn: Eqn): void {
  const { dtypes } = opNamed(eqn.op);
  const found = new Map<string, Atom>();
  eqn.inputs.forEach((atom, k) => {
    const list = dtypes[k] ?? dtypes.at(-1);
    if (list === undefined) return; // the compiler's own ops take any
    if (!list.includes(atom.dtype)) bug(func, `${eqn.op}: operand ${k} is ${showAval(atom)}, not ${list.join(" or ")}`);
    const other = found.get(list.join()) ?? atom;
    if (other.dtype !== atom.dtype) bug(func, `${eqn.op}: operands of dtypes ${other.dtype} and ${atom.dtype}`);
    found.set(list.join(), other);
  });
}

/** Elementwise operands have the shape of the result, literals aside. */
function verifyShapes(func: Func, eqn: Eqn): void {
  const [out] = eqn.outs;
  if (out === undefined || !opNamed(eqn.op).elementwise) return;
  eqn.inputs.forEach((atom, k) => {
    if (atom.kind === "Var" && !equalShape(atom.shape, out.shape))
      bug(func, `${eqn.op}: operand ${k} ${showAval(atom)} must be broadcast to ${showShape(out.shape)}`);
  });
}

/** A size that a loop finds is mentioned after that loop only, and found once. */
function verifyFound(func: Func, root: Func, found: ReadonlySet<string>, known: ReadonlySet<string>): void {
  const scope = new Set(known);
  const check = (names: readonly string[], where: string): void => {
    const early = names.find((name) => found.has(name) && !scope.has(name));
    if (early !== undefined) bug(root, `${where}: the size '${early}' is not found yet`);
  };
  check(
    func.params.flatMap(({ shape }) => shape.flatMap(namesOf)),
    `parameters of '${func.name}'`,
  );
  for (const eqn of func.eqns) {
    check(mentionedBy({ ...eqn, funcs: [] }), eqn.op);
    for (const nested of eqn.funcs) verifyFound(nested, root, found, scope);
    for (const name of foundBy(eqn)) {
      if (scope.has(name)) bug(root, `${eqn.op} finds the size '${name}', which is known already`);
      scope.add(name);
    }
  }
}

/** Throws when the program is not well formed; gives it back otherwise, so that it can stand in a chain. */
export function verifyFunc(func: Func): Func {
  verifyFound(func, func, new Set(foundIn(func)), new Set());
  return verifyEqns(func);
}

function verifyEqns(func: Func): Func {
  const defined = new Set<Var>();
  const define = (variable: Var): void => {
    if (defined.has(variable)) bug(func, `'${variable.name}' is defined twice`);
    defined.add(variable);
  };
  func.params.forEach(define);
  for (const eqn of func.eqns) {
    verifyArity(func, eqn);
    verifyOperands(func, eqn, defined);
    verifyDTypes(func, eqn);
    eqn.funcs.forEach(verifyEqns);
    verifyResults(func, eqn);
    verifyShapes(func, eqn);
    eqn.outs.forEach(define);
  }
  func.outs.forEach((atom: Atom) => {
    if (atom.kind === "Var" && !defined.has(atom)) bug(func, `result '${atom.name}' is not defined`);
  });
  return func;
}
