/**
 * Sizes: canonical polynomials with integer coefficients over dimension names, the run-time twin of `Dim`.
 *
 * Invariant: two sizes are equal for every value of the names if and only if their texts (`showSize`) are equal.
 * A constant polynomial is always a plain `number`, so literal sizes cost nothing.
 */
import { type DerivedName, derivedValue, readDerived, writeDerived } from "./derived-name.js";

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

/** A polynomial never changes, and each is asked for its text and its names again and again: it keeps them. */
class Polynomial implements SizePolynomial {
  #text: string | undefined;
  #names: readonly string[] | undefined;

  constructor(readonly terms: readonly SizeTerm[]) {}

  static textOf(size: SizePolynomial): string {
    if (!(size instanceof Polynomial)) return showTerms(size.terms);
    size.#text ??= showTerms(size.terms);
    return size.#text;
  }

  static namesOf(size: SizePolynomial): readonly string[] {
    if (!(size instanceof Polynomial)) return namesIn(size.terms);
    size.#names ??= namesIn(size.terms);
    return size.#names;
  }
}

/** Values of the names at run time. */
export type SizeEnv = Readonly<Record<string, number>>;

const monomialText = (names: readonly string[]): string => (names.length === 1 ? (names[0] ?? "") : names.join("*"));

const compareTerms = (a: SizeTerm, b: SizeTerm): number => {
  if (a.names.length !== b.names.length) return b.names.length - a.names.length;
  const [left, right] = [monomialText(a.names), monomialText(b.names)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const termsOf = (size: Size): readonly SizeTerm[] =>
  typeof size === "number" ? (size === 0 ? [] : [{ coefficient: size, names: [] }]) : size.terms;

/** Terms in canonical order as a size: a lone constant is a number. */
function ordered(terms: readonly SizeTerm[]): Size {
  const [first] = terms;
  if (first === undefined) return 0;
  return first.names.length === 0 ? first.coefficient : new Polynomial(terms);
}

/** Collects equal products, drops zeros, sorts. */
function canonical(terms: readonly SizeTerm[]): Size {
  const sums = new Map<string, SizeTerm>();
  for (const term of terms) {
    const key = monomialText(term.names);
    const coefficient = (sums.get(key)?.coefficient ?? 0) + term.coefficient;
    sums.set(key, { coefficient, names: term.names });
  }
  return ordered([...sums.values()].filter((term) => term.coefficient !== 0).sort(compareTerms));
}

const named = new Map<string, Size>();

/** A size known only at run time. */
export function namedSize(name: string): Size {
  const known = named.get(name);
  if (known !== undefined) return known;
  const made: Size = new Polynomial([{ coefficient: 1, names: [name] }]);
  named.set(name, made);
  return made;
}

/** Two sums in canonical order, merged. */
function mergedTerms(left: readonly SizeTerm[], right: readonly SizeTerm[]): readonly SizeTerm[] {
  const merged: SizeTerm[] = [];
  let [i, k] = [0, 0];
  for (let a = left[0], b = right[0]; a !== undefined || b !== undefined; a = left[i], b = right[k]) {
    const order = a === undefined ? 1 : b === undefined ? -1 : compareTerms(a, b);
    const coefficient = (order <= 0 ? (a?.coefficient ?? 0) : 0) + (order >= 0 ? (b?.coefficient ?? 0) : 0);
    const names = (order <= 0 ? a : b)?.names ?? [];
    if (coefficient !== 0) merged.push({ coefficient, names });
    if (order <= 0) i++;
    if (order >= 0) k++;
  }
  return merged;
}

export function addSize(a: Size, b: Size): Size {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a === 0) return b;
  return b === 0 ? a : ordered(mergedTerms(termsOf(a), termsOf(b)));
}

export const subSize = (a: Size, b: Size): Size => addSize(a, mulSize(-1, b));

/** A multiple keeps the order of terms. */
function scaled(size: SizePolynomial, factor: number): Size {
  if (factor === 1) return size;
  if (factor === 0) return 0;
  return new Polynomial(size.terms.map(({ coefficient, names }) => ({ coefficient: coefficient * factor, names })));
}

export function mulSize(a: Size, b: Size): Size {
  if (typeof a === "number") return typeof b === "number" ? a * b : scaled(b, a);
  if (typeof b === "number") return scaled(a, b);
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

/** At least 0 whatever the names are: sizes are. */
export const isNatural = (size: Size): boolean => termsOf(size).every(({ coefficient }) => coefficient >= 0);

const greatestDivisor = (a: number, b: number): number => (b === 0 ? Math.abs(a) : greatestDivisor(b, a % b));

/** The largest number that divides every coefficient; of 0 it is 0. */
export const contentOf = (size: Size): number =>
  termsOf(size).reduce((content, { coefficient }) => greatestDivisor(content, coefficient), 0);

/** The terms of the highest degree: what matters where all names are large. */
export function topOf(size: Size): Size {
  const terms = termsOf(size);
  return ordered(terms.filter(({ names }) => names.length === terms[0]?.names.length));
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
export function showSize(size: Size): string {
  return typeof size === "number" ? `${size}` : Polynomial.textOf(size);
}

function showTerms(terms: readonly SizeTerm[]): string {
  let text = "";
  for (const term of terms) text += text !== "" && term.coefficient > 0 ? `+${showTerm(term)}` : showTerm(term);
  return text;
}

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
  if (!/^-?([\w$]+)(\*[\w$]+)*([+-][\w$]+(\*[\w$]+)*)*$/.test(compact)) throw new Error(`size: cannot read '${text}'`);
  const terms = compact.match(/[+-]?[^+-]+/g) ?? [];
  return terms.map((term) => parseTerm(term.replace(/^\+/, ""))).reduce(addSize, 0);
}

/**
 * The size of a user's dimension: a literal as it is, a name or a polynomial of names. It has one text, for types compare
 * texts: `n+n` is refused, and `2*n` it is.
 */
export function toSize(dim: number | string): Size {
  if (typeof dim === "number") return dim;
  if (dim.includes("$")) throw new Error(`size: cannot read '${dim}'`);
  const size = parseSize(dim);
  const text = showSize(size);
  if (text === dim) return size;
  throw new Error(`'${dim}' is written '${text}'`);
}

/** The names a size depends on, sorted, each once. */
export function namesOf(size: Size): readonly string[] {
  return typeof size === "number" ? noNames : Polynomial.namesOf(size);
}

const noNames: readonly string[] = [];

function namesIn(terms: readonly SizeTerm[]): readonly string[] {
  const only = terms.length === 1 ? terms[0] : undefined;
  return only !== undefined && only.names.length < 2
    ? only.names
    : [...new Set(terms.flatMap((term) => term.names))].sort();
}

/** The factor of a name in a size, and what is left without it; `undefined` where the size is not linear in the name. */
export function linearIn(size: Size, name: string): { readonly factor: Size; readonly rest: Size } | undefined {
  if (typeof size === "number" || !namesOf(size).includes(name)) return { factor: 0, rest: size };
  const having = size.terms.filter((term) => term.names.includes(name));
  if (having.some(({ names }) => names.indexOf(name) < names.lastIndexOf(name))) return undefined;
  const factors = having.map(({ coefficient, names }) => ({
    coefficient,
    names: names.filter((each) => each !== name),
  }));
  return { factor: canonical(factors), rest: ordered(size.terms.filter((term) => !term.names.includes(name))) };
}

// ---- names that say how they follow from other names

/** A size that follows from `of`: how many steps or segments a loop of so many steps is cut into. */
export const derivedSize = (how: Pick<DerivedName, "what" | "every">, of: Size): Size =>
  typeof of === "number" ? derivedValue(how, of) : namedSize(writeDerived({ ...how, of: showSize(of) }));

/** How a size of this name follows from another; undefined for a name that is known by itself. */
export function derivationOf(name: string): (Pick<DerivedName, "what" | "every"> & { readonly of: Size }) | undefined {
  const read = readDerived(name);
  return read === undefined ? undefined : { ...read, of: parseSize(read.of) };
}

/** The value of a name at given values of the names; undefined where it is none of them and follows from none. */
export function valueOfName(name: string, env: SizeEnv): number | undefined {
  const derived = env[name] === undefined ? derivationOf(name) : undefined;
  return derived === undefined ? env[name] : derivedValue(derived, evalSize(derived.of, env));
}

function boundValue(name: string, env: SizeEnv): number {
  const value = valueOfName(name, env);
  if (value === undefined) throw new Error(`size: no value for dimension '${name}'`);
  return value;
}

/** The value at given values of the names; a missing name is an error, for then the caller has lost a binding. */
export const evalSize = (size: Size, env: SizeEnv): number =>
  termsOf(size).reduce(
    (sum, term) => sum + term.names.reduce((product, name) => product * boundValue(name, env), term.coefficient),
    0,
  );

/** What stands for a name; undefined where that is the name itself. */
function substituteName(name: string, env: Readonly<Record<string, Size>>): Size | undefined {
  const derived = env[name] === undefined ? derivationOf(name) : undefined;
  if (derived === undefined) return env[name];
  const of = substituteSize(derived.of, env);
  return equalSize(of, derived.of) ? undefined : derivedSize(derived, of);
}

/** Replaces names by sizes, all at once. */
export const substituteSize = (size: Size, env: Readonly<Record<string, Size>>): Size =>
  namesOf(size).every((name) => substituteName(name, env) === undefined) ? size : substitutedTerms(size, env);

const substitutedTerms = (size: Size, env: Readonly<Record<string, Size>>): Size =>
  termsOf(size)
    .map((term) =>
      term.names.reduce<Size>(
        (product, name) => mulSize(product, substituteName(name, env) ?? namedSize(name)),
        term.coefficient,
      ),
    )
    .reduce<Size>(addSize, 0);
