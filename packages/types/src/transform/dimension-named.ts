/** Sizes that the options and bounds of loops name, and what else was given there in words. */
import { graphError } from "../graph/messages.js";
import { listTexts, sortTexts } from "../graph/text-order.js";
import type { Trace } from "../graph/trace.js";
import { namesOf, type Size, toSize } from "../shape/size.js";

const dimension = /^[A-Za-z_]\w*$/;

/** The size of a dimension that the function has; nothing where `given` is no name at all. */
export function dimensionNamed(trace: Trace, call: string, given: unknown): Size | undefined {
  if (typeof given !== "string" || !dimension.test(given)) return undefined;
  const size = toSize(given);
  const known = trace.dimensions;
  const missing = namesOf(size).find((name) => !known.has(name));
  if (missing === undefined) return size;
  const names = known.size === 0 ? "none" : listTexts(sortTexts([...known]), "and");
  throw graphError("loopName", { call, name: missing, names });
}

/** A value as a message says it. */
export function showGiven(given: unknown): string {
  if (Array.isArray(given)) return "a list";
  if (typeof given === "function") return "a function";
  return typeof given === "object" && given !== null ? "an object" : String(given);
}
