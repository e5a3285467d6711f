/**
 * LoopIR: what a target prints. Loops, scalars, loads and stores on flat buffers; no shapes, no fusion decisions left.
 *
 * Invariants: a buffer is (space, dtype, size), never an array of some language; a load or store has exactly one flat
 * index, in elements; names of loop indices, lets and locals are unique within a function (or an Inline step) and
 * differ from its parameters; `Let` is assigned once; a function is defined before the functions that call it.
 * `verify` checks these.
 */
import type { Combine, DType, Index, ScalarExpr, Size } from "@tapeless/types/compiler";

/**
 * Where a buffer lives: handed in by the caller, handed out to him, in the arena, in an array of its own that grows
 * (`Reserve` makes room in it), or a fixed-size module constant.
 */
export type Space = "input" | "output" | "arena" | "heap" | "scratch";

/**
 * A flat buffer a function works on. `scratch` takes no argument: it is the program's scratch buffer of that name, read
 * directly (V8 folds address and length of a module constant, and only of that).
 */
export interface BufferParam {
  readonly kind: "BufferParam";
  readonly name: string;
  readonly space: Space;
  readonly dtype: DType;
  /** Elements. */
  readonly size: Size;
  /** True: the caller says where the buffer starts, in elements; loads and stores are relative to that. */
  readonly offset: boolean;
}

/** An input scalar, passed as a number. */
export interface ScalarParam {
  readonly kind: "ScalarParam";
  readonly name: string;
  readonly dtype: DType;
}

/** A dimension known at run time, passed as a number. */
export interface SizeParam {
  readonly kind: "SizeParam";
  readonly name: string;
}

export type Param = BufferParam | ScalarParam | SizeParam;

/** `for (index = from; index < to; index += step)`, and with a step of -1 from `to - 1` down to `from`. `unroll`: "full" is done by the pass unroll, a number by lowering. */
export interface For {
  readonly kind: "For";
  readonly index: string;
  readonly from: Size;
  /** Exclusive. */
  readonly to: Size;
  readonly step: number;
  readonly unroll: "none" | "full";
  readonly body: readonly Stmt[];
}

/** A scalar assigned once. An i32 let may be used as a name in later indices. */
export interface Let {
  readonly kind: "Let";
  readonly name: string;
  readonly dtype: DType;
  readonly value: ScalarExpr;
}

/** A mutable scalar: an accumulator, or what the next iteration is to know. */
export interface Local {
  readonly kind: "Local";
  readonly name: string;
  readonly dtype: DType;
  readonly value: ScalarExpr;
}

/** `local = combine(local, value)`; `sum` prints as `+=`, and `set` is the value alone. */
export interface Update {
  readonly kind: "Update";
  readonly name: string;
  readonly combine: "set" | Combine;
  readonly value: ScalarExpr;
}

/** `buffer[index] = value`. Storing rounds to the buffer's dtype. */
export interface Store {
  readonly kind: "Store";
  readonly buffer: string;
  readonly index: Index;
  readonly value: ScalarExpr;
}

/** `buffer[index] = combine(buffer[index], value)`. */
export interface Accumulate {
  readonly kind: "Accumulate";
  readonly buffer: string;
  readonly index: Index;
  readonly combine: Combine;
  readonly value: ScalarExpr;
}

/** `if (condition) body else otherwise`. What a branch declares ends with it. */
export interface If {
  readonly kind: "If";
  readonly condition: ScalarExpr;
  readonly body: readonly Stmt[];
  readonly otherwise: readonly Stmt[];
}

/** A group with a comment for the reader. */
export interface Block {
  readonly kind: "Block";
  readonly comment: string;
  readonly body: readonly Stmt[];
}

export type Stmt = For | If | Let | Local | Update | Store | Accumulate | Block | CallFunction;

/** One kernel as a function: what it is given, what it does. */
export interface LoopFunction {
  readonly kind: "LoopFunction";
  readonly name: string;
  /** For the reader: the formula it computes and the lines of the model it comes from. */
  readonly comment: string;
  readonly params: readonly Param[];
  readonly body: readonly Stmt[];
}

/**
 * Storage of a program: an input or output array, a range of the arena, or scratch: a module constant of a fixed size,
 * shared by all programs of the module that name one so, its contents dead outside the kernel that fills it.
 */
export interface ProgramBuffer {
  readonly kind: "ProgramBuffer";
  readonly name: string;
  readonly space: Space;
  readonly dtype: DType;
  /** Elements. */
  readonly size: Size;
  /** Arena only: the first byte, a multiple of 8. */
  readonly offset?: Size;
}

/** A buffer handed to a function, from element `offset` on (the index of a `Repeat` may occur in it). */
export interface BufferArg {
  readonly kind: "BufferArg";
  readonly buffer: string;
  readonly offset: Size;
}

export interface SizeArg {
  readonly kind: "SizeArg";
  readonly value: Size;
}

/** A scalar handed to a function: an input scalar, or an element of the arena. */
export interface ScalarArg {
  readonly kind: "ScalarArg";
  readonly value: ScalarExpr;
}

export type Arg = BufferArg | SizeArg | ScalarArg;

/**
 * A kernel called: a step of the program, or a statement of another function (a tile loop calls its micro-kernel). One
 * argument a parameter, in order, scratch parameters left out. An arena buffer goes only where the parameter is of the
 * arena or has `offset: true`.
 */
export interface CallFunction {
  readonly kind: "CallFunction";
  readonly function: string;
  readonly args: readonly Arg[];
}

export interface RepeatSteps {
  readonly kind: "RepeatSteps";
  readonly index: string;
  readonly length: Size;
  readonly body: readonly ProgramStep[];
}

/**
 * One of several lists of steps. The selector is an i32, which is clamped to the branches, or, of two branches, a bool: the
 * first where it is false.
 */
export interface ChooseSteps {
  readonly kind: "ChooseSteps";
  readonly selector: ScalarExpr;
  readonly branches: readonly StepBranch[];
}

export interface StepBranch {
  readonly kind: "StepBranch";
  readonly steps: readonly ProgramStep[];
}

/**
 * Steps repeated as long as `condition`, which is looked at after the steps of `test`, holds. `index` is the number of the
 * step in `body`; after the loop it is how many there were, and a name that later indices and sizes may hold. To take more
 * steps than `bound` is an error of the run.
 */
export interface WhileSteps {
  readonly kind: "WhileSteps";
  readonly index: string;
  readonly bound?: Size;
  readonly test: readonly ProgramStep[];
  readonly condition: ScalarExpr;
  readonly body: readonly ProgramStep[];
}

/** Makes room for `size` elements in a heap buffer. `keep`: what it holds stays, and room is made for more to come. */
export interface Reserve {
  readonly kind: "Reserve";
  readonly buffer: string;
  readonly size: Size;
  readonly keep: boolean;
}

/**
 * Statements in the body of the program itself: the straight-line code of tiny shapes. Buffers go by program name.
 * Names at the top level of the body stay in scope for the steps after it and for the results.
 */
export interface Inline {
  readonly kind: "Inline";
  readonly body: readonly Stmt[];
}

export type ProgramStep = CallFunction | RepeatSteps | WhileSteps | ChooseSteps | Reserve | Inline;

/**
 * A scalar handed back to the caller, evaluated after the last step: at first a load of an arena buffer of one element
 * (best an f64 one: a f32 one would round), after unrolling the name of a let.
 */
export interface Result {
  readonly kind: "Result";
  readonly name: string;
  readonly dtype: DType;
  readonly value: ScalarExpr;
}

/**
 * One exported function: its storage, its kernels as functions, and the order in which it calls them. Input scalars are
 * `ScalarParam`s, output scalars are `Result`s; all names of buffers, scalars, sizes and results differ (a result may be
 * called as the arena buffer that holds it).
 */
export interface LoopProgram {
  readonly kind: "LoopProgram";
  readonly name: string;
  readonly sizes: readonly string[];
  readonly scalars: readonly ScalarParam[];
  readonly buffers: readonly ProgramBuffer[];
  readonly functions: readonly LoopFunction[];
  readonly steps: readonly ProgramStep[];
  readonly results: readonly Result[];
  /** Bytes of arena; a multiple of 8 where they are known at build time, otherwise rounded up in the call. */
  readonly arena: Size;
}

export type LoopNode =
  | LoopProgram
  | ProgramBuffer
  | ProgramStep
  | StepBranch
  | Result
  | Arg
  | LoopFunction
  | Param
  | Stmt
  | ScalarExpr;
