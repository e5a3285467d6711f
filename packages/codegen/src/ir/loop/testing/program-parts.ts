/** Pieces of LoopPrograms written by hand. */
import { parseSize, type ScalarExpr, type Size } from "@tapeless/types/compiler";
import type { Arg, BufferArg, CallFunction, LoopFunction, LoopProgram, Param, ProgramStep, Stmt } from "../nodes.js";

export const at = (text: string): Size => parseSize(text);

export const func = (name: string, comment: string, params: readonly Param[], body: readonly Stmt[]): LoopFunction => ({
  kind: "LoopFunction",
  name,
  comment,
  params,
  body,
});

export const buffer = (name: string, offset: Size = 0): BufferArg => ({ kind: "BufferArg", buffer: name, offset });
export const size = (text: string): Arg => ({ kind: "SizeArg", value: at(text) });
export const scalar = (value: ScalarExpr): Arg => ({ kind: "ScalarArg", value });
export const call = (name: string, ...args: readonly Arg[]): CallFunction => ({
  kind: "CallFunction",
  function: name,
  args,
});
export const inline = (...body: readonly Stmt[]): ProgramStep => ({ kind: "Inline", body });

/** A choice between lists of steps. */
export const choice = (selector: ScalarExpr, ...branches: readonly (readonly ProgramStep[])[]): ProgramStep => ({
  kind: "ChooseSteps",
  selector,
  branches: branches.map((steps) => ({ kind: "StepBranch", steps })),
});

export const program = (name: string, parts: Partial<LoopProgram>): LoopProgram => ({
  kind: "LoopProgram",
  name,
  sizes: [],
  scalars: [],
  buffers: [],
  functions: [],
  steps: [],
  results: [],
  arena: 0,
  ...parts,
});
