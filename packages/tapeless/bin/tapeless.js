#!/usr/bin/env node
import { main } from "@tapeless/codegen/cli";

// A reader that has seen enough, as in `tapeless build --dump loop | head`, is no error.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2));
