/**
 * Parameters that are passed as places in one array: those that all callers of a function have in the arena. A kernel of an
 * LSTM's backward pass has thirty of them, and V8 checks each array that a loop reads or writes in every step.
 *
 * Invariant: what a function that is no program passes on may be anywhere, so its callees share nothing.
 */
import type { DType } from "@tapeless/types/compiler";
import { type CallFunction, type LoopProgram, loopLanguage } from "../../ir/loop/index.js";

/** By their positions: parameters that have no array of their own, and the one whose array they are in. */
export type SharedArrays = ReadonlyMap<number, number>;

export const nothingShared: SharedArrays = new Map();

/** Of each parameter, the dtype of the arena that all callers so far have it in. */
type Found = readonly (DType | undefined)[];

const callsIn = (nodes: LoopProgram["steps"] | LoopProgram["functions"]): readonly CallFunction[] =>
  nodes.flatMap((node) => [...loopLanguage.walk(node)].flatMap((each) => (each.kind === "CallFunction" ? [each] : [])));

/** The buffers of a program that are in the arena. */
const arenaOf = ({ buffers }: LoopProgram): ReadonlyMap<string, DType> =>
  new Map(buffers.flatMap(({ name, space, dtype }) => (space === "arena" ? [[name, dtype]] : [])));

/** Where a call of a program has its operands. */
const placesIn = (inArena: ReadonlyMap<string, DType>, { args }: CallFunction): Found =>
  args.map((arg) => (arg.kind === "BufferArg" ? inArena.get(arg.buffer) : undefined));

function sharedIn(found: Found): SharedArrays {
  const first = new Map<DType, number>();
  const shared = new Map<number, number>();
  found.forEach((dtype, k) => {
    if (dtype === undefined) return;
    const at = first.get(dtype);
    if (at === undefined) first.set(dtype, k);
    else shared.set(k, at);
  });
  return shared;
}

/** What the functions share, which each program finds by the names in its map. */
export function sharedArrays<F>(
  programs: readonly LoopProgram[],
  functionsOf: readonly ReadonlyMap<string, F>[],
): ReadonlyMap<F, SharedArrays> {
  const found = new Map<F, Found>();
  const note = (fn: F | undefined, places: Found): void => {
    if (fn === undefined) return;
    const known = found.get(fn) ?? places;
    found.set(
      fn,
      known.map((dtype, k) => (dtype === places[k] ? dtype : undefined)),
    );
  };
  programs.forEach((program, i) => {
    const inArena = arenaOf(program);
    for (const call of callsIn(program.steps)) note(functionsOf[i]?.get(call.function), placesIn(inArena, call));
    for (const call of callsIn(program.functions))
      note(
        functionsOf[i]?.get(call.function),
        call.args.map(() => undefined),
      );
  });
  return new Map([...found].map(([fn, places]) => [fn, sharedIn(places)]));
}
