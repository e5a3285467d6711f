/**
 * The steps of a program as statements of the exported function: calls, straight-line code, loops.
 *
 * Invariant: an array of the heap has room before a step writes to it; a loop that counts its steps does so under one name,
 * which is there after the loop as well.
 */
import type { ChooseSteps, ProgramStep, WhileSteps } from "../../ir/loop/index.js";
import { type Boundary, help } from "./checks.js";
import { arrayOf, translateBody, translateFunctionCall } from "./from-loop.js";
import { asBoolean, asNumber, translateScalar } from "./from-scalar.js";
import { declared, type Place, sizeExpr } from "./scope.js";
import {
  assign,
  binary,
  choose,
  construct,
  declare,
  id,
  member,
  not,
  num,
  raise,
  type TsExpr,
  type TsStmt,
  when,
} from "./tree.js";

export interface StepContext {
  readonly boundary: Boundary;
  readonly places: ReadonlyMap<string, Place>;
  /** Names that indices and sizes of the program mention: what they do not mention need not be counted. */
  readonly sizes: ReadonlySet<string>;
}

export function translateStep(step: ProgramStep, context: StepContext): readonly TsStmt[] {
  const { scope } = context.boundary;
  switch (step.kind) {
    case "CallFunction":
      return [translateFunctionCall(step, scope)];
    case "Inline":
      return translateBody(step.body, scope);
    case "RepeatSteps": {
      const to = sizeExpr(step.length, scope);
      const index = declared(step.index, scope);
      const body = translateSteps(step.body, context);
      return [{ kind: "Count", index, from: { kind: "Num", value: 0 }, to, step: 1, body }];
    }
    case "ChooseSteps":
      return translateChoose(step, context);
    case "WhileSteps":
      return translateWhile(step, context);
    case "Reserve":
      return [reserve(step, context)];
  }
}

const translateSteps = (steps: readonly ProgramStep[], context: StepContext): readonly TsStmt[] =>
  steps.flatMap((step) => translateStep(step, context));

/** `if (p) { … } else { … }`; a number is compared with one branch after the other, which clamps it. */
function translateChoose({ selector, branches }: ChooseSteps, context: StepContext): readonly TsStmt[] {
  const { scope } = context.boundary;
  const bodies = branches.map((branch) => translateSteps(branch.steps, context));
  const value = translateScalar(selector, scope);
  const [first = [], second = []] = bodies;
  if (bodies.length === 1) return first;
  if (selector.dtype === "bool") {
    return second.length > 0 ? [choose(asBoolean(value), second, first)] : [choose(not(asBoolean(value)), first, [])];
  }
  const name = scope.names.take("branch");
  const index = id(name);
  const chain = bodies.reduceRight<readonly TsStmt[]>((rest, body, k) => {
    if (k === bodies.length - 1) return body;
    return [choose(binary(k === 0 ? "<=" : "===", index, num(k)), body, rest)];
  }, []);
  return [declare("const", name, asNumber(value)), ...chain];
}

/** `while (test) { … }`; where the test takes more than an expression, it stands in the loop and breaks out of it. */
function translateWhile(step: WhileSteps, context: StepContext): readonly TsStmt[] {
  const { boundary, sizes } = context;
  const { scope } = boundary;
  const isCounted = step.bound !== undefined || sizes.has(step.index);
  const index = isCounted ? declared(step.index, scope) : undefined;
  const most = step.bound === undefined ? undefined : sizeExpr(step.bound, scope);
  const test = translateSteps(step.test, context);
  const condition = asBoolean(translateScalar(step.condition, scope));
  const body = [
    ...(index === undefined || most === undefined ? [] : [refuseMore(index, most, boundary)]),
    ...translateSteps(step.body, context),
    ...(index === undefined ? [] : [assign(id(index), "+=", num(1))]),
  ];
  const loop: TsStmt =
    test.length === 0
      ? { kind: "While", test: condition, body }
      : {
          kind: "While",
          test: { kind: "Bool", value: true },
          body: [...test, when(not(condition), { kind: "Break" }), ...body],
        };
  return [...(index === undefined ? [] : [declare("let", index, num(0))]), loop];
}

/** One step more than there may be. */
function refuseMore(index: string, most: TsExpr, { name }: Boundary): TsStmt {
  const parts = [`${name}: a loop goes on after its maxSteps, `, most]; // words, not code
  return when(binary(">=", id(index), most), raise(construct("RangeError", { kind: "Template", parts })));
}

/** `if (stack.length < n) stack = grown(stack, n);` */
function reserve(step: Extract<ProgramStep, { kind: "Reserve" }>, { boundary, places }: StepContext): TsStmt {
  const place = places.get(step.buffer);
  if (place === undefined) throw new Error(`emit: no array '${step.buffer}'; verify the program first`);
  const size = sizeExpr(step.size, boundary.scope);
  const { array } = place;
  const made = step.keep ? help(boundary, "grown", array, size) : construct(arrayOf[place.dtype], size);
  return when(binary("<", member(array, "length"), size), assign(array, "=", made));
}
