/** The tables of `costs`. */
import { digits, showTime, table } from "../report/table.js";
import type { Costs } from "./costs.js";

const kilobytes = (bytes: number | undefined): string => (bytes === undefined ? "–" : `${digits(bytes / 1000)} kB`);

const bytesShown = (bytes: number): string => (bytes < 1000 ? `${Math.round(bytes)} B` : kilobytes(bytes));

export function costsText({ functions, firstCall, sizes, types }: Costs): string {
  const head = ["function", "file", "gzipped", "arena", "a call leaves", "without out", "build"];
  return [
    table(
      head,
      functions.map(({ workload, bytes, gzipped, arenaBytes, given, fresh, build }) => [
        workload,
        kilobytes(bytes),
        kilobytes(gzipped),
        bytesShown(arenaBytes),
        bytesShown(given),
        bytesShown(fresh),
        showTime(build * 1000),
      ]),
    ),
    `W4, import and first call in a fresh process: generated ${showTime(firstCall.generated)}, tuned by hand ${showTime(firstCall.hand)}`,
    table(
      ["W4, loaded by an app", "minified", "gzipped"],
      sizes.map(({ what, bytes, gzipped, failure }) => [what, failure ?? kilobytes(bytes), kilobytes(gzipped)]),
    ),
    table(
      ["model, type-checked alone", "instantiations", "check"],
      types.map(({ model, instantiations, check }) => [model, String(instantiations), showTime(check * 1000)]),
    ),
  ].join("\n\n");
}
