/** The command line of Tapeless with its compiler: takes the arguments after the command, gives the exit code. */
import { type Io, processIo } from "./io.js";
import { run } from "./run.js";

export type { Io, Output } from "./io.js";

export const main = (args: readonly string[], io: Io = processIo()): Promise<number> =>
  run(args, io, { load: async () => (await import("../pipeline/compile-module.js")).compileModule });
