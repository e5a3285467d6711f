#!/usr/bin/env node
import module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

// A build runs most of its code a few hundred times, on forms that change with what is compiled. V8 of Node 20 and 22, which has no
// compiler between its baseline and its optimising one, then optimises a great deal too early, and again after each wrong guess.
// Waiting thirty times as long halves the processor time of a build of twelve transformer blocks, and takes nothing from that of
// 10,000 equations (tools/bench/models). Node 24 has such a compiler, Maglev, and gains nothing.
const v8 = Number.parseInt(process.versions.v8, 10);
if (v8 < 12) setFlagsFromString("--interrupt-budget=2000000");
else if (v8 === 12) setFlagsFromString("--invocation-count-for-turbofan=90000");

// With compiled code kept from run to run TypeScript is loaded in a fraction of the time. Node does it from 22.1 on; before that we do it
// (`util/ts-morph.ts`), in the folder that Node would take.
if (module.enableCompileCache) module.enableCompileCache();
else process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");

// Loaded now, and not with an import of this file, which would come before the above.
const { main } = await import("@tapeless/codegen/cli");

// A reader that has seen enough, as in `tapeless build --dump loop | head`, is no error.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2));
