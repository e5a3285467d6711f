/**
 * From a recipe to a program with inputs: `const graph = makeGraph(recipe, { smooth: false, … })`.
 *
 * Invariant: the program verifies, and its inputs keep indices in range; the same recipe gives the same program, inputs
 * and sizes.
 */
import {
  type ApproxTensor,
  type Atom,
  type DType,
  type Eqn,
  equalSize,
  evalSize,
  exactTensor,
  type Func,
  isFloat,
  makeLit,
  makeVar,
  namedSize,
  namesOf,
  printFunc,
  type Size,
  type SizeEnv,
  verifyFunc,
} from "@tapeless/types/compiler";
import { Builder, type Known, type Style } from "./builder.js";
import { elementwiseHandled, elementwiseSteps } from "./elementwise-steps.js";
import { patternSteps } from "./pattern-steps.js";
import { type Choice, type Recipe, random } from "./recipe.js";
import { shapeHandled, shapeSteps } from "./shape-steps.js";
import type { Step } from "./step.js";
import { structureSteps } from "./structure-steps.js";
import { tableSteps } from "./table-steps.js";

export const allSteps: readonly Step[] = [
  ...elementwiseSteps,
  ...shapeSteps,
  ...structureSteps((builder, choices) => runSteps(builder, choices)),
  ...patternSteps,
  ...tableSteps(new Set([...elementwiseHandled, ...shapeHandled])),
];

/** Each step as often as it weighs, so that a number picks one. */
const weighted = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => Array.from({ length: step.weight }, () => step));
const any = weighted(allSteps);

/** The number by which a choice takes the step of this name, where any may be taken. */
export const stepNumber = (name: string): number => any.findIndex((step) => step.name === name);

const smooth = weighted(allSteps.filter((step) => step.smooth));

function runSteps(builder: Builder, choices: readonly Choice[]): void {
  const steps = builder.style.smooth ? smooth : any;
  for (const choice of choices) steps[choice.step % steps.length]?.run(builder, choice);
}

// ---- parameters

const [n, m] = [namedSize("n"), namedSize("m")];
const shapes: readonly (readonly Size[])[] = [
  [3],
  [2, 3],
  [],
  [n],
  [n, 3],
  [3, 2],
  [1],
  [m, 2],
  [2, n],
  [4],
  [2, 3, 2],
  [1, 3],
  [2, 1],
  [2, 2],
  [n, m],
  [2, 0],
  [3, 1, 2],
];
const dtypes: readonly (DType | "index")[] = ["f64", "f32", "f64", "f32", "index", "f32", "i32", "bool"];
const smoothDTypes: readonly (DType | "index")[] = ["f64", "f64", "f64", "index"];

export interface GraphStyle extends Partial<Style> {
  /** Floats of this dtype only. */
  readonly float?: "f32" | "f64";
}

function parameter(
  k: number,
  [shape, dtype]: readonly [number, number],
  { smooth: isSmooth, float }: GraphStyle,
): Known {
  const menu = isSmooth === true ? smoothDTypes : dtypes;
  const chosen = menu[dtype % menu.length] ?? "f64";
  const told = chosen === "index" ? "i32" : isFloat({ dtype: chosen }) ? (float ?? chosen) : chosen;
  const atom = makeVar({ shape: shapes[shape % shapes.length] ?? [], dtype: told }, `x${k}`);
  return { atom, magnitude: told === "bool" ? 1 : 1.5, limit: chosen === "index" ? 1 + (dtype % 3) : undefined };
}

// ---- results

/** The last few values; sometimes a parameter, a literal or the same value twice. */
function chooseOuts(builder: Builder, bits: number): readonly Atom[] {
  const latest = builder.values.slice(-(1 + (bits % 3))).map(({ atom }) => atom);
  const [first] = builder.params;
  const extra: readonly Atom[] =
    bits % 16 === 15
      ? [makeLit(1.5, "f32")]
      : bits % 16 === 14 && first !== undefined
        ? [first.atom]
        : bits % 16 === 13
          ? latest.slice(0, 1)
          : [];
  const middle = builder.values[Math.floor(builder.values.length / 2)];
  return [...latest, ...(bits % 4 === 3 && middle !== undefined ? [middle.atom] : []), ...extra];
}

// ---- inputs

const exactFloats = [0, 1, -1, 0.5, -0.5, 2] as const;

function drawElement(next: () => number, { atom, limit }: Known): number {
  if (limit !== undefined) return Math.floor(next() * limit);
  if (atom.dtype === "bool") return Number(next() < 0.5);
  if (atom.dtype === "i32") return next() < 0.1 ? (next() * 2 ** 32) | 0 : Math.floor(next() * 11) - 5;
  const value = next() < 0.15 ? (exactFloats[Math.floor(next() * exactFloats.length)] ?? 0) : next() * 3 - 1.5;
  return atom.dtype === "f32" ? Math.fround(value) : value;
}

export interface RandomGraph {
  readonly func: Func;
  readonly params: readonly Known[];
  readonly sizes: SizeEnv;
  readonly args: readonly ApproxTensor[];
  /** The program and what to call it with: enough to do it again. */
  readonly text: string;
}

export function drawArgs(params: readonly Known[], sizes: SizeEnv, seed: number): readonly ApproxTensor[] {
  const next = random(seed);
  return params.map((known) => {
    const shape = known.atom.shape.map((size) => evalSize(size, sizes));
    const length = shape.reduce((product, size) => product * size, 1);
    return exactTensor(
      shape,
      known.atom.dtype,
      Array.from({ length }, () => drawElement(next, known)),
    );
  });
}

/** Does the length of an array of this shape say what `name` is? */
const tells = (shape: readonly Size[], name: string): boolean =>
  shape.every((size) => size !== 0 && (typeof size === "number" || equalSize(size, namedSize(name)))) &&
  shape.filter((size) => typeof size !== "number").length === 1;

/** One more parameter for each dimension that no other tells. */
function withTellers(params: readonly Known[]): readonly Known[] {
  const names = [...new Set(params.flatMap(({ atom }) => atom.shape.flatMap(namesOf)))];
  const missing = names.filter((name) => !params.some(({ atom }) => tells(atom.shape, name)));
  const tellers = missing.map((name, k) =>
    parameter(params.length + k, [shapes.findIndex((shape) => tells(shape, name)), 0], {}),
  );
  return [...params, ...tellers];
}

const ofSomething = new Set(["max", "min", "argmax", "argmin", "logSumExp"]);

/** Does it reduce what must not be empty, or differentiate something that does? */
const needsElements = (eqn: Eqn): boolean =>
  ofSomething.has(eqn.op) || eqn.funcs.some((nested) => nested.eqns.some(needsElements));

export function makeGraph(recipe: Recipe, style: GraphStyle = {}): RandomGraph {
  const params = withTellers(recipe.params.map((spec, k) => parameter(k, spec, style)));
  const names = [...new Set(params.flatMap(({ atom }) => atom.shape.flatMap(namesOf)))];
  const full = { smooth: false, wild: false, transformations: true, ...style };
  const builder = new Builder(full, params, 2, names);
  runSteps(builder, recipe.choices);
  const func = verifyFunc(builder.finish("random", chooseOuts(builder, recipe.outs)));
  const least = func.eqns.some(needsElements) ? 1 : 0;
  const sizes = { n: Math.max(least, recipe.sizes[0]), m: Math.max(least, recipe.sizes[1]) };
  const args = drawArgs(params, sizes, recipe.seed);
  const shown = args.map(({ value }, k) => `x${k} = [${[...value].join(", ")}]`).join("\n");
  return { func, params, sizes, args, text: `${printFunc(func)}\nsizes ${JSON.stringify(sizes)}\n${shown}` };
}
