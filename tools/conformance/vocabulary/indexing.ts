/** Ops of the fixtures' vocabulary that go by indices, in the DSL. */
import { addAlongAxis, gather, putAlongAxis, take, takeAlongAxis } from "@tapeless/types";
import type { Vocabulary } from "./call.js";

export const indexing: Vocabulary = {
  indexSelect: (call) => take(call.float(0), call.index(1), call.number("axis")),
  takeAlongAxis: (call) => takeAlongAxis(call.float(0), call.index(1), call.number("axis")),
  scatterAdd: (call) => addAlongAxis(call.float(0), call.index(1), call.float(2), call.number("axis")),
  scatter: (call) => putAlongAxis(call.float(0), call.index(1), call.float(2), call.number("axis")),
  embedding: (call) => gather(call.float(0), call.index(1)),
};
