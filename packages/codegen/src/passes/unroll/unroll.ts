/**
 * The pass: LoopProgram to LoopProgram. Full loops are written out; in the program's own steps the code that is left
 * without loops loses its temporaries, so that tiny shapes become straight lines of scalars.
 *
 * Invariant: the program computes the same bits as before (under exact storage), but for the sign of a sum of zeros.
 */
import type { ScalarExpr } from "@tapeless/types/compiler";
import type {
  LoopFunction,
  LoopNode,
  LoopProgram,
  ProgramStep,
  Result,
  Stmt,
  WhileSteps,
} from "../../ir/loop/nodes.js";
import { buffersIn, findCells, privateTo } from "./cells.js";
import { Fresh } from "./fresh.js";
import { unrollBody } from "./full-loops.js";
import { type Straightened, straighten } from "./straighten.js";
import { inArg, inExpr, inIndex, nothing, type Substitution, withScalar } from "./substitute.js";
import { dropDead, inlineOnce, shortenNames } from "./tidy.js";
import { countAll, type Uses } from "./uses.js";

const nobody: ReadonlySet<string> = new Set();

function unrollFunction(fn: LoopFunction): LoopFunction {
  const { body } = unrollBody(fn.body, nothing, new Fresh(fn.params.map(({ name }) => name)));
  return { ...fn, body: dropDead(body, nobody) };
}

/** Inline steps that follow each other become one; the names of each come apart when it is unrolled. */
interface Group {
  readonly bodies: readonly (readonly Stmt[])[];
}

function grouped(steps: readonly ProgramStep[]): readonly (ProgramStep | Group)[] {
  const groups: (ProgramStep | Group)[] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.kind !== "Inline") groups.push(step);
    else if (last !== undefined && "bodies" in last)
      groups[groups.length - 1] = { bodies: [...last.bodies, step.body] };
    else groups.push({ bodies: [step.body] });
  }
  return groups;
}

/** Scalars that a node mentions. */
function namesIn(node: LoopNode): readonly string[] {
  const uses: Uses = new Map();
  countAll(node, uses);
  return [...uses.keys()];
}

/** `first`, then `second`, as seen by those who know the names before both. */
function chained(first: Substitution, second: Substitution): Substitution {
  return [...first.scalars].reduce((all, [name, atom]) => withScalar(all, name, inExpr(atom, second)), first);
}

/** The pass while it runs over the steps of a program. */
interface Run {
  readonly program: LoopProgram;
  /** Names that straight-line code must not take. */
  readonly outer: Set<string>;
  /** What the scalars of steps so far are called now. */
  names: Substitution;
  results: readonly Result[];
}

const isKnownLoad = (value: ScalarExpr, dead: ReadonlySet<string>, straight: Straightened): ScalarExpr | undefined => {
  const [index] = value.kind === "Load" ? value.index : [];
  if (value.kind !== "Load" || typeof index !== "number" || !dead.has(value.buffer)) return undefined;
  return straight.valueOf(value.buffer, index);
};

/** Results that loaded an element which is a scalar now take that; the others follow renamings. */
function replaceLoads(expr: ScalarExpr, dead: ReadonlySet<string>, straight: Straightened): ScalarExpr {
  const known = isKnownLoad(expr, dead, straight);
  if (known !== undefined || expr.kind !== "Call") return known ?? expr;
  return { ...expr, args: expr.args.map((arg) => replaceLoads(arg, dead, straight)) };
}

function straightenGroup(
  { bodies }: Group,
  later: readonly LoopNode[],
  dead: ReadonlySet<string>,
  run: Run,
): ProgramStep {
  const { program } = run;
  const fresh = new Fresh(run.outer);
  const unrolled: Stmt[] = [];
  for (const body of bodies) {
    const each = unrollBody(body, run.names, fresh);
    unrolled.push(...each.body);
    run.names = each.after;
  }
  const spaces = new Map(program.buffers.map(({ name, space }) => [name, space] as const));
  const sizes = new Map(
    program.buffers.flatMap(({ name, size }) => (typeof size === "number" ? [[name, size] as const] : [])),
  );
  const cells = findCells(unrolled, spaces);
  const removable = new Set([...dead].filter((name) => cells.buffers.has(name)));
  const straight = straighten(unrolled, { cells, spaces, sizes, dead: removable, fresh });
  run.names = chained(run.names, straight.after);
  run.results = run.results.map((result) => ({ ...result, value: replaceLoads(result.value, removable, straight) }));
  return { kind: "Inline", body: tidied(straight.body, later, fresh, run) };
}

/** Dead scalars out, single uses in place, names short; later steps and results learn the new names. */
function tidied(body: readonly Stmt[], later: readonly LoopNode[], fresh: Fresh, run: Run): readonly Stmt[] {
  const mentioned = [...later, ...run.results].flatMap((node) => [...namesIn(node)]);
  const kept = new Set(
    mentioned.flatMap((name) => [
      name,
      ...namesIn(run.names.scalars.get(name) ?? { kind: "Const", value: 0, dtype: "i32" }),
    ]),
  );
  const lean = inlineOnce(dropDead(body, kept), kept);
  const short = shortenNames(lean, run.outer, fresh.hints);
  run.names = chained(run.names, short.after);
  // Results may hold names of this body already, which no earlier substitution knows.
  run.results = run.results.map((result) => ({ ...result, value: inExpr(result.value, short.after) }));
  for (const name of short.after.scalars.keys()) run.outer.add(inExprName(name, short.after));
  return short.body;
}

function inExprName(name: string, substitution: Substitution): string {
  const atom = substitution.scalars.get(name);
  return atom?.kind === "Ref" ? atom.name : name;
}

function unrollSteps(
  steps: readonly ProgramStep[],
  after: readonly LoopNode[],
  isTop: boolean,
  run: Run,
): readonly ProgramStep[] {
  const groups = grouped(steps);
  return groups.map((group, i): ProgramStep => {
    // Most steps are calls, which need not know what comes later.
    const rest = (): readonly LoopNode[] =>
      groups.slice(i + 1).flatMap((each): readonly LoopNode[] => ("bodies" in each ? each.bodies.flat() : [each]));
    if ("bodies" in group) {
      const whole: ProgramStep = { kind: "Inline", body: group.bodies.flat() };
      return straightenGroup(
        group,
        [...rest(), ...after],
        isTop ? privateTo(whole, withStep(run.program, steps, whole, group)) : nobody,
        run,
      );
    }
    if (group.kind === "CallFunction") return { ...group, args: group.args.map((arg) => inArg(arg, run.names)) };
    if (group.kind === "Inline") return group; // grouped() leaves none
    if (group.kind === "ChooseSteps") {
      const selector = inExpr(group.selector, run.names);
      const branches = group.branches.map((branch) => ({
        ...branch,
        steps: unrollSteps(branch.steps, [...rest(), ...after, group], false, run),
      }));
      return { ...group, selector, branches };
    }
    if (group.kind === "Reserve") return { ...group, size: inIndex(group.size, run.names) };
    if (group.kind === "WhileSteps") return unrollWhile(group, [...rest(), ...after], run);
    const length = inIndex(group.length, run.names);
    run.outer.add(group.index);
    return { ...group, length, body: unrollSteps(group.body, [...rest(), ...after, group], false, run) };
  });
}

/** What a step leaves is used by the next one, and by the test. */
function unrollWhile(step: WhileSteps, after: readonly LoopNode[], run: Run): WhileSteps {
  const later = [...after, step];
  run.outer.add(step.index);
  const bound = step.bound === undefined ? {} : { bound: inIndex(step.bound, run.names) };
  const test = unrollSteps(step.test, later, false, run);
  const condition = inExpr(step.condition, run.names);
  return { ...step, ...bound, test, condition, body: unrollSteps(step.body, later, false, run) };
}

/** The program with the steps of a group as one, so that the group's own mentions do not count as others'. */
function withStep(
  program: LoopProgram,
  steps: readonly ProgramStep[],
  whole: ProgramStep,
  { bodies }: Group,
): LoopProgram {
  const others = steps.filter((step) => step.kind !== "Inline" || !bodies.includes(step.body));
  return { ...program, steps: [...others, whole] };
}

function withoutUnusedArena(program: LoopProgram): LoopProgram {
  const used = new Set([...program.steps, ...program.results].flatMap((node) => [...buffersIn(node)]));
  const buffers = program.buffers.filter(({ name, space }) => space !== "arena" || used.has(name));
  return { ...program, buffers, arena: buffers.some(({ space }) => space === "arena") ? program.arena : 0 };
}

/** Writes out full loops everywhere and makes straight-line steps free of temporaries. */
export function unroll(program: LoopProgram): LoopProgram {
  const outer = [
    ...program.sizes,
    ...program.scalars.map(({ name }) => name),
    ...program.buffers.map(({ name }) => name),
  ];
  const hidden = new Set(program.buffers.filter(({ space }) => space === "arena").map(({ name }) => name));
  const run: Run = {
    program,
    outer: new Set(outer.filter((name) => !hidden.has(name))),
    names: nothing,
    results: program.results,
  };
  const steps = unrollSteps(program.steps, [], true, run);
  const results = run.results.map((result) => ({ ...result, value: inExpr(result.value, run.names) }));
  return withoutUnusedArena({ ...program, functions: program.functions.map(unrollFunction), steps, results });
}
