/** The arena of a module: one ArrayBuffer under a view per dtype. Invariant: it only grows, until `release`. */
import type { DType } from "@tapeless/types/compiler";
import { arrayOf, viewOf } from "./from-loop.js";
import { printBody, printFunction } from "./print.js";
import { assign, binary, construct, declare, id, math, member, num, type TsExpr, type TsStmt, when } from "./tree.js";

const dtypes = ["f64", "f32", "i32", "bool"] as const satisfies readonly DType[];

const viewsOver = (memory: TsExpr, used: readonly DType[]): readonly TsStmt[] =>
  used.map((dtype) => assign(id(viewOf[dtype]), "=", construct(arrayOf[dtype], memory)));

/** Arrays of 8 bytes an element lie over all of it. */
const roundedUp = binary("*", math("ceil", binary("/", id("bytes"), num(8))), num(8));

/** `let f64 = new Float64Array(0);` for each view, and the function that makes room. */
export function arenaTexts(used: ReadonlySet<DType>): readonly string[] {
  const views = dtypes.filter((dtype) => used.has(dtype));
  const [first = "f64"] = views;
  const reserve = printFunction({
    kind: "Function",
    name: "reserveArena",
    comment: ["Makes room for the temporaries of a call; the memory is kept for the next one."],
    params: [{ name: "bytes", type: "number" }],
    returns: "void",
    body: [
      when(
        binary(">", id("bytes"), member(id(viewOf[first]), "byteLength")),
        declare("const", "memory", construct("ArrayBuffer", roundedUp)),
        ...viewsOver(id("memory"), views),
      ),
    ],
  });
  return [
    ...printBody(views.map((dtype) => declare("let", viewOf[dtype], construct(arrayOf[dtype], num(0))))),
    "",
    ...reserve.split("\n"),
  ];
}

/** An array of the module that grows. */
export interface HeapArray {
  readonly name: string;
  /** What its program calls it. */
  readonly source: string;
  readonly dtype: DType;
}

const empty = ({ dtype }: HeapArray) => construct(arrayOf[dtype], num(0));

/** `let stack = new Float64Array(0);` */
export const heapStatements = (heap: readonly HeapArray[]): readonly TsStmt[] =>
  heap.map((array) => declare("let", array.name, empty(array)));

/** The body of `release`. */
export const releaseBody = (used: ReadonlySet<DType>, heap: readonly HeapArray[]): readonly TsStmt[] => [
  ...viewsOver(
    num(0),
    dtypes.filter((dtype) => used.has(dtype)),
  ),
  ...heap.map((array) => assign(id(array.name), "=", empty(array))),
];
