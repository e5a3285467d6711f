/**
 * The hook through which ops ask where in the model they are called.
 *
 * Invariant: while it is installed, and only then, an op gets the innermost line of the user's that is on the stack;
 * what was installed before comes back.
 */
import type { Span } from "@tapeless/types/compiler";
import type { SourcePositions } from "./source-positions.js";

const hook = Symbol.for("tapeless.spanCapture");

type SpanCapture = () => Span | undefined;

/** An op is a few calls away from the line that causes it, within compositions and transformations many. */
const stackDepths = [16, 200] as const;

const innermost = (sites: readonly NodeJS.CallSite[], url: string, { at }: SourcePositions): Span | undefined => {
  for (const site of sites) {
    if (site.getFileName() !== url) continue;
    const span = at(site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0);
    if (span !== undefined) return span;
  }
  return undefined;
};

/** What `read` makes of the calls on the stack, innermost first, unformatted and at most `depth` of them. */
function readStack<T>(depth: number, read: (sites: readonly NodeJS.CallSite[]) => T): T | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  let result: T | undefined;
  Error.stackTraceLimit = depth;
  Error.prepareStackTrace = (_, sites) => {
    result = read(sites);
    return "";
  };
  try {
    void new Error().stack; // reading it is what calls prepareStackTrace
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = prepareStackTrace;
  }
  return result;
}

/** Costs tens of microseconds, however deep the stack is; reading all of a deep one each time costs some hundred. */
const captureIn =
  (url: string, positions: SourcePositions): SpanCapture =>
  () => {
    for (const depth of stackDepths) {
      const span = readStack(depth, (sites) => innermost(sites, url, positions));
      if (span !== undefined) return span;
    }
    return undefined;
  };

/** Listens to the ops that the bundle at `url` calls; the result stops it. */
export function installSpanCapture(url: string, positions: SourcePositions): () => void {
  const scope = globalThis as { [hook]?: SpanCapture | undefined }; // a property that only loaders set
  const before = { capture: scope[hook], limit: Error.stackTraceLimit };
  scope[hook] = captureIn(url, positions);
  Error.stackTraceLimit = stackDepths[1];
  return () => {
    scope[hook] = before.capture;
    Error.stackTraceLimit = before.limit;
  };
}
