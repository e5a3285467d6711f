/** Checks of vmap: a batched program against a loop of calls, for every choice of mapped operands. */
import { evalFunc, type Func, verifyFunc } from "@tapeless/types/compiler";
import { vjpFunc } from "../../autodiff/vjp.js";
import { batchFunc } from "../../autodiff/vmap.js";
import { subsets } from "./cases.js";
import { drawOperands, type OpCase } from "./op-case.js";
import { directions, isDifferentiable, reverseOf, type Subject, subjectOf } from "./programs.js";
import { expectSame, slot, stacked, summed, type Tensors } from "./tensors.js";

type Mapped = readonly boolean[];

/** Every non-empty choice of mapped operands. */
export const mappings = (count: number): readonly Mapped[] =>
  subsets(count)
    .filter((set) => set.length > 0)
    .map((set) => Array.from({ length: count }, (_, k) => set.includes(k)));

export const batched = (func: Func, size: number, mapped: Mapped): Func => verifyFunc(batchFunc(func, size, mapped));

/** The arguments at one position of the mapped axis. */
const at = (args: Tensors, mapped: Mapped, position: number): Tensors =>
  args.map((x, k) => (mapped[k] ? slot(x, position) : x));

/** The results of a loop of calls, stacked. */
function loop(run: (args: Tensors) => Tensors, args: Tensors, mapped: Mapped, size: number): Tensors {
  const calls = Array.from({ length: size }, (_, position) => run(at(args, mapped, position)));
  const [first = []] = calls;
  return first.map((one, k) =>
    stacked(
      calls.flatMap((call) => call[k] ?? []),
      one,
    ),
  );
}

/** Mapped operands with one more axis in front, made of independent draws. */
function drawMapped(draws: readonly Tensors[], mapped: Mapped): Tensors {
  const [first = []] = draws;
  return first.map((x, k) =>
    mapped[k]
      ? stacked(
          draws.flatMap((draw) => draw[k] ?? []),
          x,
        )
      : x,
  );
}

const size = 2;
const shown = (mapped: Mapped): string => mapped.map((on) => (on ? "x" : "_")).join("");

const draws = (opCase: OpCase, count: number, seed: number): readonly Tensors[] =>
  Array.from({ length: count }, (_, k) => drawOperands(opCase, seed + k));

/** A program over a mapped axis is the program at each position. */
export function checkMapped(func: Func, args: Tensors, mapped: Mapped, title: string): void {
  const got = evalFunc(batched(func, size, mapped), args);
  const want = loop((one) => evalFunc(func, one), args, mapped, size);
  expectSame(got, want, 1e-13, `${title}: vmap ${shown(mapped)}`);
}

/** vmap of vmap: the second axis is mapped over other operands than the first. */
function checkNested(subject: Subject, opCase: OpCase, inner: Mapped, outer: Mapped): void {
  const once = batched(subject.func, size, inner);
  const pairs = [draws(opCase, size, 31), draws(opCase, size, 41)].map((group) => drawMapped(group, inner));
  const args = drawMapped(pairs, outer);
  const got = evalFunc(batched(once, size, outer), args);
  const innerLoop = (one: Tensors): Tensors => loop((each) => evalFunc(subject.func, each), one, inner, size);
  const want = loop(innerLoop, args, outer, size);
  expectSame(got, want, 1e-13, `${subject.title}: vmap ${shown(outer)} of vmap ${shown(inner)}`);
}

/** vmap of the reverse program, and the reverse program of vmap, in which shared operands get sums. */
function checkWithReverse(subject: Subject, args: Tensors, mapped: Mapped): void {
  const { func, wrt } = subject;
  const reverse = reverseOf(subject);
  const once = evalFunc(func, at(args, mapped, 0));
  const cts = [stacked([...directions(once, 51), ...directions(once, 52)], once[0] ?? args[0]!)]; // one result
  checkMapped(reverse, [...args, ...cts], [...mapped, true], `${subject.title}: gradient`);
  const through = verifyFunc(vjpFunc(batched(func, size, mapped), wrt, [0]));
  const calls = Array.from({ length: size }, (_, position) =>
    evalFunc(reverse, [...at(args, mapped, position), ...at(cts, [true], position)]).slice(1),
  );
  const want = wrt.flatMap((k, n) => {
    const parts = calls.flatMap((call) => call[n] ?? []);
    const [first, ...rest] = parts;
    if (first === undefined) return [];
    return mapped[k] ? [stacked(parts, first)] : rest.reduce<Tensors>((sum, part) => summed(sum, [part]), [first]);
  });
  const got = evalFunc(through, [...args, ...cts]).slice(1);
  expectSame(got, want, 1e-13, `${subject.title}: gradient through vmap ${shown(mapped)}`);
}

/** Everything about vmap of one op at one shape. */
export function checkBatching(opCase: OpCase): void {
  const subject = subjectOf(opCase);
  const count = subject.func.params.length;
  for (const mapped of mappings(count)) {
    const args = drawMapped(draws(opCase, size, 31), mapped);
    checkMapped(subject.func, args, mapped, subject.title);
    if (isDifferentiable(subject)) checkWithReverse(subject, args, mapped);
    const rotated = mapped.map((_, k) => mapped[(k + 1) % count] ?? true);
    checkNested(subject, opCase, mapped, rotated);
  }
}

/** Every choice of few operands; of many each alone, all but each, and all: 2^n choices would say little more. */
const choices = (count: number): readonly Mapped[] =>
  count <= 3
    ? mappings(count)
    : mappings(count).filter((mapped) => [1, count - 1, count].includes(mapped.filter(Boolean).length));

/** vmap of a whole program and of its gradient, for several choices of mapped operands. */
export function checkMappedSubject(subject: Subject, draw: (seed: number) => Tensors): void {
  for (const mapped of choices(subject.func.params.length)) {
    const drawn = Array.from({ length: size }, (_, k) => draw(31 + k));
    const args = drawMapped(drawn, mapped);
    checkMapped(subject.func, args, mapped, subject.title);
    checkWithReverse(subject, args, mapped);
  }
}
