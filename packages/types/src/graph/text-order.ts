/**
 * Texts in one order, as types and at run time: lists in messages (keys, clashing sizes) come out the same in both.
 *
 * Invariant: the order is that of the UTF-16 codes of ASCII texts. Types need it because a union has no order of its
 * own: TypeScript 6 lists its members as they were made, TypeScript 7 by value. Only messages pay for it.
 */
import type { Dim } from "../shape/tensor.js";

/** Printable ASCII, in order; `Before` looks characters up in it. */
type Ascii = ` !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\`abcdefghijklmnopqrstuvwxyz{|}~`;

/** Whether text `A` comes before the different text `B`: the first unequal characters decide, else the shorter wins. */
type Before<A extends string, B extends string> = A extends `${infer HeadA}${infer RestA}`
  ? B extends `${infer HeadB}${infer RestB}`
    ? HeadA extends HeadB
      ? Before<RestA, RestB>
      : Ascii extends `${string}${HeadA}${infer After}`
        ? After extends `${string}${HeadB}${string}`
          ? true
          : false
        : false
    : false
  : true;

/** The members of `U` that do not come first: those with some other member before them. */
type NotFirst<U extends Dim, V extends Dim = U> = U extends unknown
  ? V extends U
    ? never
    : Before<`${V}`, `${U}`> extends true
      ? U
      : never
  : never;

/** The members of a union as a sorted tuple. */
export type SortTexts<U extends Dim, Done extends readonly Dim[] = []> = [U] extends [never]
  ? Done
  : Exclude<U, NotFirst<U>> extends infer First extends Dim
    ? SortTexts<Exclude<U, First>, [...Done, First]>
    : never;

/** The run-time twin of `SortTexts`: each member once, sorted. */
export const sortTexts = <T extends Dim>(members: readonly T[]): readonly T[] =>
  [...new Set(members)].sort((a, b) => (`${a}` < `${b}` ? -1 : 1));

/** `'a', 'b' or 'c'`: sorted names as a reader wants them listed. */
export type ListTexts<Names extends readonly Dim[], Word extends string> = Names extends readonly [
  infer Only extends Dim,
]
  ? `'${Only}'`
  : Names extends readonly [infer Left extends Dim, infer Right extends Dim]
    ? `'${Left}' ${Word} '${Right}'`
    : Names extends readonly [infer Head extends Dim, ...infer Tail extends readonly Dim[]]
      ? `'${Head}', ${ListTexts<Tail, Word>}`
      : "nothing";

/** The run-time twin of `ListTexts`. */
export function listTexts(names: readonly Dim[], word: string): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.pop();
  if (last === undefined) return "nothing";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${word} ${last}`;
}
