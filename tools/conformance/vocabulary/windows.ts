/** Convolutions and pools of the fixtures' vocabulary in the DSL. */
import { avgPool2d, conv1d, conv2d, convTranspose2d, maxPool2d } from "@tapeless/types";
import type { Call, Vocabulary } from "./call.js";

/** An attr with one entry for each of two axes. */
function pair(call: Call, name: string): readonly [number, number] {
  const [first, second] = call.numbers(name);
  if (first !== undefined && second !== undefined) return [first, second];
  throw new Error(`${call.op}: attr ${name} has no two entries`);
}

/** An attr with an entry for the one axis. */
function single(call: Call, name: string): number {
  const [only] = call.numbers(name);
  if (only !== undefined) return only;
  throw new Error(`${call.op}: attr ${name} is empty`);
}

const bias = (call: Call) => (call.has(2) ? { bias: call.float(2) } : {});

const images = (call: Call) => ({ stride: pair(call, "stride"), padding: pair(call, "padding") });

export const windows: Vocabulary = {
  conv1d: (call) =>
    conv1d(call.float(0), call.float(1), {
      stride: single(call, "stride"),
      padding: single(call, "padding"),
      dilation: single(call, "dilation"),
      groups: call.number("groups"),
      ...bias(call),
    }),
  conv2d: (call) =>
    conv2d(call.float(0), call.float(1), {
      ...images(call),
      dilation: pair(call, "dilation"),
      groups: call.number("groups"),
      ...bias(call),
    }),
  convTranspose2d: (call) =>
    convTranspose2d(call.float(0), call.float(1), {
      ...images(call),
      outputPadding: pair(call, "outputPadding"),
      dilation: pair(call, "dilation"),
      groups: call.number("groups"),
      ...bias(call),
    }),
  maxPool2d: (call) => maxPool2d(call.float(0), pair(call, "kernel"), images(call)),
  avgPool2d: (call) =>
    avgPool2d(call.float(0), pair(call, "kernel"), { ...images(call), countIncludePad: call.flag("countIncludePad") }),
};
