/** The option `checkpoint` of loops: how many steps of the loop there are from one kept carry to the next. */
import { type CheckpointEvery, isCheckpointEvery } from "../graph/loop.js";
import { graphError } from "../graph/messages.js";
import { showGiven } from "./dimension-named.js";

/** The option as the user wrote it, checked. */
export function checkpointEvery(call: string, given: unknown): CheckpointEvery | undefined {
  if (given === undefined || isCheckpointEvery(given)) return given;
  throw graphError("loopCheckpoint", { call, given: showGiven(given) });
}
