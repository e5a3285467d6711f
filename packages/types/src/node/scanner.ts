/**
 * A cursor over IR text: the few lexical words that every level shares (identifiers, numbers, strings, sizes).
 *
 * Invariant: each `read…` skips white space first, and on failure throws `ParseError` with the place; `attempt` puts
 * the cursor back where it was.
 */
import { parseSize, type Size } from "../shape/size.js";

/** IR text that does not parse; carries line and column of the place. */
export class ParseError extends Error {
  override readonly name = "ParseError";
}

const numberPattern = /-?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|Infinity)|NaN/y;
const identifierPattern = /[A-Za-z_$][\w$]*/y;
const stringPattern = /"(?:[^"\\]|\\.)*"/y;
const factor = String.raw`(?:\d+|[A-Za-z_$][\w$]*)`;
const term = String.raw`${factor}(?:\*${factor})*`;
const sizePattern = new RegExp(`-?${term}(?:[+-]${term})*`, "y");

export class Scanner {
  private position = 0;

  constructor(private readonly text: string) {}

  private skipSpace(): void {
    while (/\s/.test(this.text[this.position] ?? "")) this.position++;
  }

  private read(pattern: RegExp, expected: string): string {
    this.skipSpace();
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return this.fail(expected);
    this.position += match[0].length;
    return match[0];
  }

  /** Throws with the place, what was expected and what stands there. */
  fail(expected: string): never {
    this.skipSpace();
    const before = this.text.slice(0, this.position).split("\n");
    const found = this.text.slice(this.position, this.position + 20).split("\n")[0];
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw new ParseError(`line ${before.length}, column ${column}: expected ${expected}, found '${found}'`);
  }

  /** Does `literal` come next? A word must end where the literal ends. */
  sees(literal: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(literal, this.position)) return false;
    const next = this.text[this.position + literal.length] ?? "";
    return !(/\w$/.test(literal) && /[\w$]/.test(next));
  }

  /** As `take`, but a word may go on after it. */
  takeRaw(literal: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(literal, this.position)) return false;
    this.position += literal.length;
    return true;
  }

  take(literal: string): boolean {
    const seen = this.sees(literal);
    if (seen) this.position += literal.length;
    return seen;
  }

  /** As `take`, but not across the end of a line: what stands on the next line is another item. */
  takeInLine(literal: string): boolean {
    const start = this.position;
    this.skipSpace();
    const crossed = this.text.slice(start, this.position).includes("\n");
    this.position = start;
    return !crossed && this.take(literal);
  }

  expect(literal: string): void {
    if (!this.take(literal)) this.fail(`'${literal}'`);
  }

  identifier(): string {
    return this.read(identifierPattern, "a name");
  }

  number(): number {
    return Number(this.read(numberPattern, "a number"));
  }

  string(): string {
    return JSON.parse(this.read(stringPattern, "a string")) as string; // the pattern admits only JSON strings
  }

  size(): Size {
    return parseSize(this.read(sizePattern, "a size"));
  }

  /** Items between `open` and `close`, separated by `separator` (an empty one: by nothing). */
  list<T>(open: string, separator: string, close: string, item: () => T): T[] {
    this.expect(open);
    const items: T[] = [];
    while (!this.take(close)) {
      if (items.length > 0 && separator !== "") this.expect(separator);
      items.push(item());
    }
    return items;
  }

  /** The first alternative that parses; when none does, the error of the one that came furthest. */
  firstOf<T>(alternatives: readonly (() => T)[], expected: string): T {
    const start = this.position;
    let furthest = start;
    let deepest: ParseError | undefined;
    for (const alternative of alternatives) {
      try {
        return alternative();
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        if (this.position > furthest || deepest === undefined) [furthest, deepest] = [this.position, error];
        this.position = start;
      }
    }
    if (deepest !== undefined && furthest > start) throw deepest;
    return this.fail(expected);
  }

  end(): void {
    this.skipSpace();
    if (this.position < this.text.length) this.fail("the end");
  }
}

/** Shortest text that reads back as the same double, -0 and non-finite values included. */
export const showNumber = (value: number): string => (Object.is(value, -0) ? "-0" : `${value}`);
