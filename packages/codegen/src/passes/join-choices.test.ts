/** Choices by one selector become one, but not where what lies between them stands on a size that is found in between. */
import { evalFunc, exactTensor, type Func, parseFunc, verifyFunc } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { joinChoices } from "./join-choices.js";

const choice = (result: string, operand: string): string => `
  ${result}: f64[2] = switch(c, ${operand}) with func no(v: f64[2]) {
  } -> (v) with func yes(v: f64[2]) {
    w: f64[2] = mul(v, 3:f64)
  } -> (w)`;

/** A loop until `from` reaches 10, its steps counted as \`k\`. */
const counted = (from: string): string => `
  n: f64[] = while(${from}) {bound=100, carries=1, consts=0, tests=0, trips=k} with func test(h: f64[]) {
    t: bool[] = less(h, 10:f64)
  } -> (t) with func body(h: f64[]) {
    g: f64[] = add(h, 1:f64)
  } -> (g)`;

const program = (body: string): Func =>
  parseFunc(`func f(c: bool[], x: f64[2]) {${body}
} -> (b, n)`);

const scan = `
  r: f64[2] = scan(x) {carries=1, consts=0, length=k, reverse=false} with func step(h: f64[2]) {
    g: f64[2] = mul(h, 0.5:f64)
  } -> (g)`;

const choices = ({ eqns }: Func): number => eqns.filter(({ op }) => op === "switch").length;

function expectSame(before: Func, after: Func): void {
  for (const c of [0, 1]) {
    const args = [exactTensor([], "bool", [c]), exactTensor([2], "f64", [1, 2])];
    expect(evalFunc(after, args).map(({ value }) => [...value])).toEqual(
      evalFunc(before, args).map(({ value }) => [...value]),
    );
  }
}

test("a loop as long as another one took stays behind it, and the choice that needs it too", () => {
  const sum = "\n  s: f64[] = sum(a) {axes=[0]}";
  const func = verifyFunc(program(choice("a", "x") + sum + counted("s") + scan + choice("b", "r")));
  const after = verifyFunc(joinChoices(func));
  expect(choices(after)).toBe(2);
  expectSame(func, after);
});

test("what needs no such size lets choices be one", () => {
  const sum = "\n  s: f64[] = sum(x) {axes=[0]}";
  const func = verifyFunc(program(choice("a", "x") + sum + counted("s") + scan + choice("b", "a")));
  const after = verifyFunc(joinChoices(func));
  expect(choices(after)).toBe(1);
  expectSame(func, after);
});
