/**
 * Names for the axes of a composition's inputs: as many as it takes, each axis with a name of its own where that works.
 *
 * Invariant: an axis stays a literal only where every way to name it makes the model throw; what it threw is kept.
 */
import { evalSize, toSize } from "@tapeless/types/compiler";
import { type Composition, functionOf } from "../compositions/composition.js";
import { programOf } from "../programs-of-users.js";

/** Shapes of the inputs, in names where they may stand. */
export type Shapes = Readonly<Record<string, readonly (number | string)[]>>;

/** One axis of one input. */
interface Axis {
  readonly input: string;
  readonly axis: number;
  readonly size: number;
}

export interface Naming {
  readonly shapes: Shapes;
  /** The names, with the sizes that they have in the samples. */
  readonly names: Readonly<Record<string, number>>;
  /** Axes that no name fits: `x.1`, and what the model says of the first try. */
  readonly refused: Readonly<Record<string, string>>;
}

const letters = "nmkpqrstuvwabcdefg";

/** The composition with other shapes; names may be among them, which `functionOf` takes. */
export function reshaped(given: Composition, shapes: Shapes): Composition {
  const inputs = Object.entries(given.inputs).map(([name, spec]) => [name, { ...spec, shape: shapes[name] }]);
  return { ...given, inputs: Object.fromEntries(inputs) }; // `Composition` has no type for names
}

const withDim = (shapes: Shapes, { input, axis }: Axis, dim: string): Shapes => ({
  ...shapes,
  [input]: (shapes[input] ?? []).with(axis, dim),
});

/** Why a composition cannot be traced; undefined if it can. */
export function refusal(given: Composition): string | undefined {
  try {
    programOf(functionOf(given));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : `${error}`;
  }
}

export interface State {
  readonly shapes: Shapes;
  readonly names: Readonly<Record<string, number>>;
}

/** Multiples of a name, and one more: `2*n+1`. The axis gets about the size that it has in the samples. */
const formsOf = (size: number, name: string): readonly (readonly [text: string, value: number])[] =>
  [2, 3, 4].flatMap((factor) => {
    const value = Math.max(1, Math.floor(size / factor));
    return [[`${factor}*${name}`, value] as const, [`${factor}*${name}+1`, value] as const];
  });

/** Ways to name an axis, the most general first. */
function* waysToName(axis: Axis, { shapes, names }: State, left: readonly Axis[]): Generator<State> {
  const fresh = letters[Object.keys(names).length] ?? "z";
  const known = Object.keys(names).filter((name) => names[name] === axis.size);
  const alike = left.filter((one) => one.size === axis.size && one !== axis);
  const put = (dim: string, axes: readonly Axis[]): Shapes => axes.reduce((all, one) => withDim(all, one, dim), shapes);
  const added = { ...names, [fresh]: axis.size };
  yield { shapes: put(fresh, [axis]), names: added };
  for (const name of known) yield { shapes: put(name, [axis]), names };
  for (const one of alike) yield { shapes: put(fresh, [axis, one]), names: added };
  if (alike.length > 1) yield { shapes: put(fresh, [axis, ...alike]), names: added };
  for (const one of alike) for (const name of known) yield { shapes: put(name, [axis, one]), names };
  for (const [text, value] of formsOf(axis.size, fresh))
    yield { shapes: put(text, [axis]), names: { ...names, [fresh]: value } };
}

/** The axes of the inputs with a literal size. */
const literalAxes = (shapes: Shapes): readonly Axis[] =>
  Object.entries(shapes).flatMap(([input, shape]) =>
    shape.flatMap((size, axis) => (typeof size === "number" ? [{ input, axis, size }] : [])),
  );

/** Names every axis that can be named; `start` says the first ones. */
export function namingOf(given: Composition, start?: State): Naming {
  let state: State = start ?? {
    shapes: Object.fromEntries(Object.entries(given.inputs).map(([name, { shape }]) => [name, shape])),
    names: {},
  };
  const refused: Record<string, string> = {};
  for (const axis of literalAxes(state.shapes)) {
    const left = literalAxes(state.shapes).filter(({ input, axis: at }) => !(`${input}.${at}` in refused));
    const here = left.find((one) => one.input === axis.input && one.axis === axis.axis);
    if (here === undefined) continue;
    const tries = [...waysToName(here, state, left)];
    const found = tries.find((way) => refusal(reshaped(given, way.shapes)) === undefined);
    if (found !== undefined) state = found;
    else refused[`${axis.input}.${axis.axis}`] = refusal(reshaped(given, tries[0]?.shapes ?? {})) ?? "";
  }
  return { ...state, refused };
}

/** The shapes where the names have these values. */
export const literalShapes = (shapes: Shapes, values: Readonly<Record<string, number>>): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, shape.map((dim) => evalSize(toSize(dim), values))]),
  );

/** `x: [n, 3], y: [n]` */
export const showShapes = (shapes: Shapes): string =>
  Object.entries(shapes)
    .map(([name, shape]) => `${name}: [${shape.join(", ")}]`)
    .join(", ");
