/**
 * The functions that tiled contractions of a program have in common: those that pack panels, and those that sum tiles.
 *
 * Invariant: a part names nothing of its kernel. Its buffer is called by its role, and steps, starts and lengths come from
 * the caller, so parts of different kernels that do the same are one function.
 */
import { type Index, namedSize, type Size } from "@tapeless/types/compiler";
import {
  type Arg,
  type BufferParam,
  bufferParam,
  type CallFunction,
  type LoopFunction,
  loopLanguage,
  type Stmt,
} from "../../ir/loop/index.js";
import type { NameSupply } from "../fuse/names.js";
import { freeNames } from "./kernel-function.js";
import { isPanel, scratchParam } from "./tile-parts.js";

/** What a part is: its name and what it does in words; the parameters are those of `buffer` and `sizes` that it uses. */
export interface PartOutline {
  readonly name: string;
  readonly what: string;
  /** The buffer that the caller says, from where he says. */
  readonly buffer: BufferParam;
  /** Numbers that the caller says, in the order of the parameters. */
  readonly sizes: readonly string[];
  readonly body: readonly Stmt[];
}

/** How to call a part: with a buffer from some element on, and with its sizes by the names that they have in it. */
export type Part = (buffer: string, from: Index, sizes: Readonly<Record<string, Size>>) => CallFunction;

/** The parameter of a part for a buffer of that role. */
export const roleParam = (role: string, space: "input" | "output", dtype: BufferParam["dtype"]): BufferParam =>
  bufferParam(role, space, dtype, 1, true); // 1: at least what is there

export class PartSupply {
  private readonly known = new Map<string, LoopFunction>();

  /** `names` are those of all functions of the program, of kernels too. */
  constructor(readonly names: NameSupply) {}

  /** All that were asked for, each after those that it calls. */
  get functions(): readonly LoopFunction[] {
    return [...this.known.values()];
  }

  private made({ name, what, buffer, sizes, body }: PartOutline): LoopFunction {
    const free = freeNames(body);
    const used = new Set(free.sizes);
    const fn: LoopFunction = {
      kind: "LoopFunction",
      name: "part",
      comment: "",
      params: [
        buffer,
        ...free.buffers.filter(isPanel).map(scratchParam),
        ...sizes.filter((size) => used.has(size)).map((size) => ({ kind: "SizeParam", name: size }) as const),
      ],
      body,
    };
    const text = loopLanguage.print(fn);
    const known = this.known.get(text) ?? { ...fn, name: this.names.fresh(name), comment: what };
    this.known.set(text, known);
    return known;
  }

  part(outline: PartOutline): Part {
    const fn = this.made(outline);
    return (buffer, from, sizes) => ({
      kind: "CallFunction",
      function: fn.name,
      args: fn.params.flatMap((param): readonly Arg[] => {
        if (param.kind !== "BufferParam")
          return [{ kind: "SizeArg", value: sizes[param.name] ?? namedSize(param.name) }];
        return param.space === "scratch" ? [] : [{ kind: "BufferArg", buffer, offset: from }];
      }),
    });
  }
}
