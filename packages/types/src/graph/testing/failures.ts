/** What is used wrongly, as JavaScript would write it, and the exact words that are said of it. */
import { expect, test } from "vitest";
import { f64, fn } from "../../index.js";

/** A function without its types: what is wrong is told by the compiler too, but not to those who write JavaScript. */
export const loose = (f: unknown) => f as (...args: readonly unknown[]) => unknown; // that is the point of these tests

/** Runs `body` inside of a function of one vector. */
export const inside = (body: (x: never) => unknown) => (): unknown =>
  loose(fn)({ x: f64([2]) }, ({ x }: { x: never }) => body(x));

/** What is done wrongly, and what is said of it. */
export interface Failure {
  readonly run: () => unknown;
  readonly code: string;
  readonly words: string;
}

/** The error that a run throws. */
export function thrown(run: () => unknown): { readonly code?: string; readonly message?: string } {
  try {
    run();
    return {};
  } catch (error) {
    return error as Error & { readonly code?: string }; // all of ours carry a code
  }
}

/** One test for each failure. */
export function checkFailures(failures: Readonly<Record<string, Failure>>): void {
  test.each(Object.entries(failures))("%s", (_title, { run, code, words }) => {
    const { code: actual, message } = thrown(run);
    expect({ code: actual, message }).toEqual({ code, message: words });
  });
}
