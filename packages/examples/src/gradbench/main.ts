/**
 * A tool of GradBench: reads a message per line, writes a response per line, and ends when its input does.
 *
 * Invariant: nothing but responses is written to stdout.
 */
import { linesOf, lineText, MalformedLine } from "./lines.js";
import { modules } from "./modules.js";
import { respond } from "./protocol.js";

/** Whoever reads the responses may have gone: then there is nobody to work for. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") console.error(`gradbench: ${error.message}`);
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });

let number = 0;
for await (const line of linesOf(process.stdin)) {
  number += 1;
  try {
    const text = lineText(line);
    if (text.trim() !== "") await write(`${await respond(modules, text)}\n`);
  } catch (error) {
    if (!(error instanceof MalformedLine)) throw error;
    console.error(`gradbench: line ${number} is no message: ${error.message}`);
  }
}
