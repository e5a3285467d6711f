/**
 * Every dimension of a function is the size of an input.
 *
 * Invariant: a program that passes can compute each of its sizes from the shapes of what it is given; nothing below has
 * to ask where a name comes from.
 */
import { type AttrValue, type Eqn, type Func, namesOf, type Size, type Span } from "@tapeless/types/compiler";
import { CompileError } from "../diagnostics/compile-error.js";

const isSize = (value: object): value is Exclude<Size, number> => "terms" in value;

/** Names in a value that an equation carries: a size, or a list with sizes in it. */
function namesIn(value: AttrValue): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (isSize(value)) return namesOf(value);
  return Array.isArray(value) ? value.flatMap(namesIn) : [];
}

interface Use {
  readonly name: string;
  readonly span: Span | undefined;
}

/** The dimensions that an equation speaks of, those of the functions in it included. */
const usesOf = (eqn: Eqn): readonly Use[] => [
  ...[...eqn.outs.flatMap((out) => out.shape.flatMap(namesOf)), ...Object.values(eqn.attrs).flatMap(namesIn)].map(
    (name) => ({ name, span: eqn.spans[0] }),
  ),
  ...eqn.funcs.flatMap((func) => func.eqns.flatMap(usesOf)),
];

/** Throws where a program uses a dimension that no parameter has. */
export function checkDimensions(func: Func): void {
  const known = new Set(func.params.flatMap((param) => param.shape.flatMap(namesOf)));
  const unknown = func.eqns.flatMap(usesOf).find(({ name }) => !known.has(name));
  if (unknown === undefined) return;
  throw new CompileError(
    "TL0402",
    `'${func.name}' uses the dimension '${unknown.name}', which no input has; name it in the shape of an input`,
    unknown.span,
  );
}
