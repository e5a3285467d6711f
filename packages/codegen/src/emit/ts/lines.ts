/** Lists and chains of operators over several lines. Invariant: no line is wider than asked for unless one item alone is. */

export type Lines = readonly string[];

export const indent = (lines: Lines): Lines => lines.map((line) => (line === "" ? "" : `  ${line}`));

/** Lists of so many short items stand several on a line. */
const manyItems = 8;
const shortItem = 40;

/** Texts with commas behind them, as many on a line as fit. */
function filled(texts: Lines, width: number): Lines {
  const lines: string[] = [];
  for (const text of texts) {
    const line = lines.at(-1);
    if (line === undefined || line.length + text.length + 2 > width) lines.push(`${text},`);
    else lines[lines.length - 1] = `${line} ${text},`;
  }
  return lines;
}

/** `open`, the items with commas behind them, `close`. */
export function items(open: string, inner: readonly Lines[], close: string, width = 0): Lines {
  const short = inner.every(([line = "", ...more]) => more.length === 0 && line.length <= shortItem);
  const body =
    inner.length >= manyItems && short
      ? filled(inner.flat(), width - 2)
      : inner.flatMap((lines) => lines.map((line, i) => (i === lines.length - 1 ? `${line},` : line)));
  return [open, ...indent(body), close];
}

/** Operands filled into lines of at most `width`, each line but the last ending with an operator. */
export function fill(links: readonly { readonly operator: string; readonly text: string }[], width: number): Lines {
  const lines: string[] = [];
  let line = "";
  for (const { operator, text } of links) {
    const longer = line === "" ? text : `${line} ${operator} ${text}`;
    if (line !== "" && longer.length + 2 > width) {
      lines.push(`${line} ${operator}`);
      line = text;
    } else line = longer;
  }
  return [...lines, line];
}
