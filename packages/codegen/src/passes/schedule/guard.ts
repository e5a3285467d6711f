/**
 * One test for the operands of several functions that are good in a range: x² + y² < b² says that |x| < b and |y| < b, and no
 * more compares or branches are between what copies of a loop's body compute (adr/0023).
 *
 * Invariant: where the test holds, the guarded body computes what the body computes; no load comes before a write that
 * could change it, and none leaves a branch that protects it.
 */
import { type Call, functions, inlinedAtMost, isFunction, type Ref, type ScalarExpr } from "@tapeless/types/compiler";
import { lazyFrom } from "../../ir/kernel/branches.js";
import { bytesInlined } from "../../ir/kernel/cost.js";
import { expressionsOf, type FlatBody, type FlatWrite } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { namesIn } from "../../ir/kernel/mentions.js";
import type { KernelLet } from "../../ir/kernel/nodes.js";

export interface Guard extends FlatBody {
  /** The operands, and what they are made of: before the test. */
  readonly before: readonly KernelLet[];
  readonly operands: readonly Ref[];
  /** Operands whose squares together are less than its square are inside. */
  readonly bound: number;
}

const insideOf = ({ fn }: Call) => (isFunction(fn) ? functions[fn].inside : undefined);

/** Out of the range of every function that has one. */
const farAway = Math.max(...Object.values(functions).map(({ inside }) => inside?.bound ?? 0));

/** Does a mask choose between values, one of them a constant that is far away? */
const choosesFar = (expr: ScalarExpr): boolean =>
  expr.kind === "Call" &&
  expr.args.some(
    (arg) => choosesFar(arg) || (expr.fn === "select" && arg.kind === "Const" && !(Math.abs(arg.value) < farAway)),
  );

class Guarding {
  readonly before: KernelLet[] = [];
  readonly operands: Ref[] = [];
  bound = Number.POSITIVE_INFINITY;
  /** Lets of the body that may move before the test. */
  private readonly plain = new Map<string, KernelLet>();
  private readonly late = new Set<string>();
  private readonly far = new Set<string>();
  readonly moved = new Set<string>();
  /** The axis of the loop, and lets that change along it. */
  private readonly along: Set<string>;

  constructor(
    axis: string,
    private readonly mayMove: (buffer: string) => boolean,
    private readonly fresh: (hint: string) => string,
  ) {
    this.along = new Set([axis]);
  }

  /** What does not change in the loop is computed, and tested, before it. */
  private changes(expr: ScalarExpr): boolean {
    return namesIn(expr).some((name) => this.along.has(name));
  }

  private mayTest(x: ScalarExpr): boolean {
    return this.changes(x) && this.isEarly(x) && !this.goesFar(x);
  }

  private isEarly(expr: ScalarExpr): boolean {
    const stays = kernelLanguage.walk(expr).some((node) => node.kind === "Load" && !this.mayMove(node.buffer));
    return !stays && !hasRange(expr) && !namesIn(expr).some((name) => this.late.has(name));
  }

  /** Where a mask sends operands far away the test would fail often. */
  private goesFar(expr: ScalarExpr): boolean {
    return choosesFar(expr) || namesIn(expr).some((name) => this.far.has(name));
  }

  /** What an expression is made of goes before the test. */
  private move(expr: ScalarExpr): void {
    for (const name of namesIn(expr)) {
      const found = this.plain.get(name);
      if (found === undefined || this.moved.has(name)) continue;
      this.moved.add(name);
      this.move(found.value);
      this.before.push(found);
    }
  }

  private operandOf(arg: ScalarExpr): Ref {
    this.move(arg);
    if (arg.kind === "Ref") return arg;
    const name = this.fresh("x");
    this.before.push({ kind: "KernelLet", name, value: arg });
    return { kind: "Ref", name, dtype: arg.dtype };
  }

  /** The expression with functions that test nothing, where their operands are before the test. */
  inside(expr: ScalarExpr): ScalarExpr {
    if (expr.kind !== "Call") return expr;
    const [x] = expr.args;
    const inside = insideOf(expr);
    if (inside === undefined || x === undefined || !this.mayTest(x)) return this.insideArgs(expr);
    const operand = this.operandOf(x);
    if (!this.operands.some(({ name }) => name === operand.name)) this.operands.push(operand);
    this.bound = Math.min(this.bound, inside.bound);
    return { ...expr, fn: inside.is, args: [operand] };
  }

  private insideArgs(call: Call): Call {
    const lazy = lazyFrom(call);
    const args = call.args.map((arg, k) => (k < lazy ? this.inside(arg) : arg));
    return args.every((arg, k) => arg === call.args[k]) ? call : { ...call, args };
  }

  let(each: KernelLet): KernelLet {
    const value = this.inside(each.value);
    if (value === each.value && this.isEarly(value)) this.plain.set(each.name, each);
    else this.late.add(each.name);
    if (this.goesFar(each.value)) this.far.add(each.name);
    if (this.changes(each.value)) this.along.add(each.name);
    return value === each.value ? each : { ...each, value };
  }
}

const hasRange = (expr: ScalarExpr): boolean =>
  expr.kind === "Call" && (insideOf(expr) !== undefined || expr.args.some(hasRange));

const bytesOf = (body: FlatBody): number => expressionsOf(body).reduce((sum, expr) => sum + bytesInlined(expr), 0);

/** Two operands are tested by one comparison less; all that is called, where the test fails too, is to be inlined. */
function pays(guard: Guard, body: FlatBody, copies: number): boolean {
  const copied = bytesOf({ lets: [...guard.before, ...guard.lets], writes: guard.writes });
  return guard.operands.length * copies > 1 && copies * copied + bytesOf(body) <= inlinedAtMost;
}

export interface GuardContext {
  /** Do two buffers share memory? */
  readonly aliases: (a: string, b: string) => boolean;
  readonly fresh: (hint: string) => string;
}

/** To see whether there is one: what it is called does not matter, but operands are told apart by their names. */
function byName(): GuardContext {
  let count = 0;
  return { aliases: (a, b) => a === b, fresh: (hint) => `${hint}#${count++}` };
}

/** So many copies of the body of a loop over `axis` with one test, if that pays. */
export function guardOf(
  body: FlatBody,
  axis: string,
  copies: number,
  context: GuardContext = byName(),
): Guard | undefined {
  if (!expressionsOf(body).some(hasRange)) return undefined;
  const isWritten = (buffer: string): boolean => body.writes.some((write) => context.aliases(write.buffer, buffer));
  const guarding = new Guarding(axis, (buffer) => !isWritten(buffer), context.fresh);
  const lets = body.lets.map((each) => guarding.let(each));
  const writes = body.writes.map((write): FlatWrite => ({ ...write, value: guarding.inside(write.value) }));
  const { before, operands, bound, moved } = guarding;
  const guard = { before, operands, bound, lets: lets.filter(({ name }) => !moved.has(name)), writes };
  return pays(guard, body, copies) ? guard : undefined;
}
