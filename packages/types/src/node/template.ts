/**
 * Templates of node kinds: text with slots, read once into pieces.
 *
 * `{f:slot}` is one value, `{f:slot,}` a comma list, `{f:slot;}` a block in braces, one item a line, `{f:slot? word }` an
 * optional value after a word. Invariant: the pieces joined give the template.
 */

/** How many values a slot holds, and how they are written. */
export type Repeat = "one" | "list" | "block" | "optional";

export interface SlotPiece {
  readonly field: string;
  readonly slot: string;
  readonly repeat: Repeat;
  /** Of an optional value: the word before it. */
  readonly word: string;
}

export type Piece = { readonly text: string } | SlotPiece;

export const isText = (piece: Piece): piece is { readonly text: string } => "text" in piece;

const slotPattern = /\{(\w+):(\w+)([,;]|\?[^}]*)?\}/g;

function repeatOf(suffix: string): Repeat {
  if (suffix === "") return "one";
  if (suffix === ",") return "list";
  return suffix === ";" ? "block" : "optional";
}

export function readTemplate(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of template.matchAll(slotPattern)) {
    const [whole, field = "", slot = "", suffix = ""] = match;
    if (match.index > end) pieces.push({ text: template.slice(end, match.index) });
    pieces.push({ field, slot, repeat: repeatOf(suffix), word: suffix.slice(1).trim() });
    end = match.index + whole.length;
  }
  if (end < template.length) pieces.push({ text: template.slice(end) });
  return pieces;
}

/** The words of a piece of text, which is how a parser reads it. */
export const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");
