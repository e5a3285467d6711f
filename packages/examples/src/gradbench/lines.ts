/**
 * Lines of a stream of bytes.
 *
 * Invariant: a byte is looked at once and copied at most once, however long a line is and into how many chunks it is cut;
 * text is decoded of whole lines only, so no character is cut.
 */

const newline = 10;

/** The chunks of each line; the last line may have no end. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Uint8Array[]> {
  let line: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      yield [...line, chunk.subarray(from, end)];
      line = [];
      from = end + 1;
    }
    if (from < chunk.length) line.push(chunk.subarray(from));
  }
  if (line.length > 0) yield line;
}

/** A line in which there is nothing that could be answered. */
export class MalformedLine extends Error {}

/** The text of a line, without a mark of the byte order; a line longer than a text can be is malformed. */
export function lineText(line: readonly Uint8Array[]): string {
  try {
    const text = Buffer.concat(line).toString("utf8");
    return text.startsWith("\uFEFF") ? text.slice(1) : text;
  } catch (error) {
    throw new MalformedLine(error instanceof Error ? error.message : String(error));
  }
}
