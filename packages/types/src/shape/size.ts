/**
 * Sizes: canonical polynomials with integer coefficients over dimension names, the run-time twin of `Dim`.
 *
 * Invariant: two sizes are equal for every value of the names if and only if their texts (`showSize`) are equal.
 * A constant polynomial is always a plain `number`, so literal sizes cost nothing.
 */

/** One product of names, with its coefficient: `3·n·n·m` is `{ coefficient: 3, names: ["m", "n", "n"] }`. */
export interface SizeTerm {
  readonly coefficient: number;
  readonly names: readonly string[];
}

/** A sum of at least one term that holds a name; terms are sorted by degree (highest first), then by text. */
export interface SizePolynomial {
  readonly terms: readonly SizeTerm[];
}

export type Size = number | SizePolynomial;

/** Values of the names at run time. */
export type SizeEnv = Readonly<Record<string, number>>;

const monomialText = (names: readonly string[]): string => names.join("*");

const compareTerms = (a: SizeTerm, b: SizeTerm): number => {
  if (a.names.length !== b.names.length) return b.names.length - a.names.length;
  const [left, right] = [monomialText(a.names), monomialText(b.names)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const termsOf = (size: Size): readonly SizeTerm[] =>
  typeof size === "number" ? (size === 0 ? [] : [{ coefficient: size, names: [] }]) : size.terms;

/** Collects equal products, drops zeros, sorts; the only way a polynomial is made. */
function canonical(terms: readonly SizeTerm[]): Size {
  const sums = new Map<string, SizeTerm>();
  for (const term of terms) {
    const key = monomialText(term.names);
    const coefficient = (sums.get(key)?.coefficient ?? 0) + term.coefficient;
    sums.set(key, { coefficient, names: term.names });
  }
  const kept = [...sums.values()].filter((term) => term.coefficient !== 0).sort(compareTerms);
  const [first] = kept;
  if (first === undefined) return 0;
  return first.names.length === 0 ? first.coefficient : { terms: kept };
}

/** A size known only at run time. */
export const namedSize = (name: string): Size => ({ terms: [{ coefficient: 1, names: [name] }] });

export const addSize = (a: Size, b: Size): Size =>
  typeof a === "number" && typeof b === "number" ? a + b : canonical([...termsOf(a), ...termsOf(b)]);

export const subSize = (a: Size, b: Size): Size => addSize(a, mulSize(-1, b));

export function mulSize(a: Size, b: Size): Size {
  if (typeof a === "number" && typeof b === "number") return a * b;
  const products = termsOf(a).flatMap((left) =>
    termsOf(b).map((right) => ({
      coefficient: left.coefficient * right.coefficient,
      names: [...left.names, ...right.names].sort(),
    })),
  );
  return canonical(products);
}

export const productSize = (sizes: readonly Size[]): Size => sizes.reduce(mulSize, 1);

function withoutNames(names: readonly string[], remove: readonly string[]): readonly string[] | undefined {
  const rest = [...names];
  for (const name of remove) {
    const at = rest.indexOf(name);
    if (at < 0) return undefined;
    rest.splice(at, 1);
  }
  return rest;
}

/** `a / b` where it divides for every value of the names, else `undefined`. Long division by the leading term. */
export function divideSize(a: Size, b: Size): Size | undefined {
  if (typeof a === "number" && typeof b === "number") return b !== 0 && a % b === 0 ? a / b : undefined;
  const [lead] = termsOf(b);
  if (lead === undefined) return undefined;
  let rest = a;
  let quotient: Size = 0;
  for (;;) {
    const [top] = termsOf(rest);
    if (top === undefined) return quotient;
    const names = withoutNames(top.names, lead.names);
    if (names === undefined || top.coefficient % lead.coefficient !== 0) return undefined;
    const step = canonical([{ coefficient: top.coefficient / lead.coefficient, names }]);
    quotient = addSize(quotient, step);
    rest = subSize(rest, mulSize(step, b));
  }
}

export const equalSize = (a: Size, b: Size): boolean =>
  typeof a === "number" || typeof b === "number" ? a === b : showSize(a) === showSize(b);

export const equalShape = (a: readonly Size[], b: readonly Size[]): boolean =>
  a.length === b.length && a.every((size, axis) => equalSize(size, b[axis] ?? Number.NaN));

const showTerm = ({ coefficient, names }: SizeTerm): string =>
  names.length === 0
    ? `${coefficient}`
    : coefficient === 1
      ? monomialText(names)
      : coefficient === -1
        ? `-${monomialText(names)}`
        : `${coefficient}*${monomialText(names)}`;

/** `784`, `n`, `2*n*m+3`: the canonical text, read back by `parseSize`. */
export const showSize = (size: Size): string =>
  typeof size === "number"
    ? `${size}`
    : size.terms.map((term, i) => (i > 0 && term.coefficient > 0 ? `+${showTerm(term)}` : showTerm(term))).join("");

export const showShape = (shape: readonly Size[]): string => `[${shape.map(showSize).join(", ")}]`;

function parseTerm(text: string): Size {
  const [sign, body] = text.startsWith("-") ? [-1, text.slice(1)] : [1, text];
  return body
    .split("*")
    .map((factor) => (/^\d+$/.test(factor) ? Number(factor) : namedSize(factor)))
    .reduce(mulSize, sign);
}

/** Reads a dimension as users and printers write it: `"batch"`, `"2*n+1"`, `"784"`. */
export function parseSize(text: string): Size {
  const compact = text.replace(/\s+/g, "");
  if (!/^-?(\w+)(\*\w+)*([+-]\w+(\*\w+)*)*$/.test(compact)) throw new Error(`size: cannot read '${text}'`);
  const terms = compact.match(/[+-]?[^+-]+/g) ?? [];
  return terms.map((term) => parseTerm(term.replace(/^\+/, ""))).reduce(addSize, 0);
}

/**
 * The size of a user's dimension: a literal as it is, a name or a polynomial of names. It has one text, for types compare
 * texts: `n+n` is refused, and `2*n` it is.
 */
export function toSize(dim: number | string): Size {
  if (typeof dim === "number") return dim;
  const size = parseSize(dim);
  const text = showSize(size);
  if (text === dim) return size;
  throw new Error(`'${dim}' is written '${text}'`);
}

/** The names a size depends on, sorted, each once. */
export const namesOf = (size: Size): readonly string[] =>
  [...new Set(termsOf(size).flatMap((term) => term.names))].sort();

/** The value at given values of the names; a missing name is an error, for then the caller has lost a binding. */
export const evalSize = (size: Size, env: SizeEnv): number =>
  termsOf(size).reduce(
    (sum, term) =>
      sum +
      term.names.reduce((product, name) => {
        const value = env[name];
        if (value === undefined) throw new Error(`size: no value for dimension '${name}'`);
        return product * value;
      }, term.coefficient),
    0,
  );

/** Replaces names by sizes, all at once. */
export const substituteSize = (size: Size, env: Readonly<Record<string, Size>>): Size =>
  termsOf(size)
    .map((term) =>
      term.names.reduce<Size>((product, name) => mulSize(product, env[name] ?? namedSize(name)), term.coefficient),
    )
    .reduce<Size>(addSize, 0);
