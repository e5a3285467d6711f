/**
 * Parameters as the calls of a function need them: what is called with a part of the arena here and with an input there
 * takes an array and where to start in it.
 *
 * Invariant: a function that is called with whole arrays alone takes no starts; an input goes where it is only read.
 */
import {
  type CallFunction,
  type LoopFunction,
  loopLanguage,
  type Param,
  type ProgramBuffer,
  type ProgramStep,
  passedParams,
  type Space,
} from "../../ir/loop/index.js";

/** What a parameter is handed. */
interface Given {
  readonly spaces: Set<Space>;
  /** Some call says where to start. */
  starts: boolean;
}

/** A buffer as a call names it. */
interface Source {
  readonly space: Space;
  readonly starts: boolean;
}

class Calls {
  private readonly given = new Map<string, Given>();

  private of(name: string, at: number): Given {
    const key = `${name} ${at}`;
    const known = this.given.get(key) ?? { spaces: new Set(), starts: false };
    this.given.set(key, known);
    return known;
  }

  add(call: CallFunction, sources: ReadonlyMap<string, Source>): void {
    call.args.forEach((arg, at) => {
      const source = arg.kind === "BufferArg" ? sources.get(arg.buffer) : undefined;
      if (arg.kind !== "BufferArg" || source === undefined) return;
      const given = this.of(call.function, at);
      given.spaces.add(source.space);
      given.starts ||= source.starts || arg.offset !== 0;
    });
  }

  /** `at`: its position among those that take arguments. */
  private param(fn: LoopFunction, param: Param, at: number | undefined): Param {
    if (param.kind !== "BufferParam" || at === undefined) return param;
    const { spaces, starts } = this.of(fn.name, at);
    const [only = "arena", ...others] = spaces;
    if (spaces.size === 0) return param;
    const space = others.length === 0 ? only : spaces.has("input") ? "input" : "arena";
    return { ...param, space, offset: param.offset || starts };
  }

  settle(fn: LoopFunction): LoopFunction {
    const positions = new Map(passedParams(fn).map((param, at) => [param, at] as const));
    return { ...fn, params: fn.params.map((param) => this.param(fn, param, positions.get(param))) };
  }
}

const sourcesIn = ({ params }: LoopFunction): ReadonlyMap<string, Source> =>
  new Map(
    params.flatMap((param) =>
      param.kind === "BufferParam" ? [[param.name, { space: param.space, starts: param.offset }] as const] : [],
    ),
  );

/** The functions with parameters for all that the steps, and functions after them, hand over. */
export function settleParameters(
  functions: readonly LoopFunction[],
  steps: readonly ProgramStep[],
  buffers: readonly ProgramBuffer[],
): readonly LoopFunction[] {
  const calls = new Calls();
  const storage = new Map(
    buffers.map(({ name, space }): [string, Source] => [name, { space, starts: space === "arena" }]),
  );
  for (const step of steps)
    for (const node of loopLanguage.walk(step)) if (node.kind === "CallFunction") calls.add(node, storage);
  // A function stands before those that call it.
  const settled: LoopFunction[] = [];
  for (const fn of functions.toReversed()) {
    const made = calls.settle(fn);
    settled.push(made);
    const sources = sourcesIn(made);
    for (const stmt of made.body)
      for (const node of loopLanguage.walk(stmt)) if (node.kind === "CallFunction") calls.add(node, sources);
  }
  return settled.reverse();
}
