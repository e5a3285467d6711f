/**
 * Node kinds as data: each kind is declared once by a template, from which print, parse, equality and visitors derive.
 *
 * A template is text with slots: `{f:slot}` one value, `{f:slot,}` a comma list, `{f:slot;}` a block in braces, one
 * item a line, `{f:slot?word}` an optional value after ` word `. A slot is a lexical word (`ident`, `num`, `size`, `str`,
 * `attrs`, …) or a category of kinds. White space in a template is printed as it stands and ignored by the parser.
 *
 * Invariant: parse(print(node)) is structurally equal to node, for every node of the language.
 */

import { type Size, showSize } from "../shape/size.js";
import { type Attrs, parseAttrs, showAttrs } from "./attrs.js";
import { Scanner, showNumber } from "./scanner.js";

export interface Node {
  readonly kind: string;
}

/** A lexical word: how a value of the slot is written and read. */
export interface SlotCodec<T> {
  readonly print: (value: T) => string;
  readonly parse: (scanner: Scanner) => T;
}

/** Categories of kinds, each kind with its template. Kinds are tried in order, so put the ambiguous ones last. */
export type Grammar = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Fields = Readonly<Record<string, unknown>>;
type Repeat = "one" | "list" | "block" | "optional";
type Piece =
  | { readonly text: string }
  | { readonly field: string; readonly slot: string; readonly repeat: Repeat; readonly word: string };

const codecs: Readonly<Record<string, SlotCodec<never>>> = {
  ident: { print: (value: string) => value, parse: (scanner) => scanner.identifier() as never },
  num: { print: showNumber, parse: (scanner) => scanner.number() as never },
  str: { print: (value: string) => JSON.stringify(value), parse: (scanner) => scanner.string() as never },
  size: { print: (value: Size) => showSize(value), parse: (scanner) => scanner.size() as never },
  flag: { print: (value: boolean) => `${value}`, parse: (scanner) => (scanner.identifier() === "true") as never },
  attrs: { print: (value: Attrs) => showAttrs(value), parse: (scanner) => parseAttrs(scanner) as never },
};

const slotPattern = /\{(\w+):(\w+)([,;]|\?[^}]*)?\}/g;

function compileTemplate(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of template.matchAll(slotPattern)) {
    const [whole, field = "", slot = "", suffix = ""] = match;
    if (match.index > end) pieces.push({ text: template.slice(end, match.index) });
    const repeat = suffix === "" ? "one" : suffix === "," ? "list" : suffix === ";" ? "block" : "optional";
    pieces.push({ field, slot, repeat, word: suffix.slice(1).trim() });
    end = match.index + whole.length;
  }
  if (end < template.length) pieces.push({ text: template.slice(end) });
  return pieces;
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ");

export interface Language<N extends Node> {
  /** Canonical text of a node; equal texts mean structurally equal nodes, so it is also the key for hashing. */
  readonly print: (node: N) => string;
  /** Reads one node of a category; `ParseError` with line and column otherwise. */
  readonly parse: (category: string, text: string) => N;
  readonly equal: (a: N, b: N) => boolean;
  /** Direct children, in template order. */
  readonly children: (node: N) => readonly N[];
  /** A copy with each direct child replaced; `undefined` drops it from a list. */
  readonly mapChildren: (node: N, replace: (child: N) => N | readonly N[]) => N;
  /** The node and all below it, parents first. */
  readonly walk: (node: N) => Generator<N>;
}

/** Derives the language of a grammar; `slots` adds lexical words of its own. */
export function defineLanguage<N extends Node>(
  grammar: Grammar,
  slots: Readonly<Record<string, SlotCodec<never>>> = {},
): Language<N> {
  const words: Readonly<Record<string, SlotCodec<never>>> = { ...codecs, ...slots };
  const templates = new Map<string, readonly Piece[]>();
  for (const kinds of Object.values(grammar))
    for (const [kind, template] of Object.entries(kinds)) templates.set(kind, compileTemplate(template));
  const piecesOf = (kind: string): readonly Piece[] => {
    const pieces = templates.get(kind);
    if (pieces === undefined) throw new Error(`no node kind '${kind}' in this language`);
    return pieces;
  };
  // A node's fields are read by the names in its template; the grammar is the witness that they are there.
  const fieldsOf = (node: N): Fields => node as unknown as Fields;

  const printValue = (slot: string, value: unknown): string => {
    const codec = words[slot];
    return codec === undefined ? print(value as N) : codec.print(value as never);
  };
  const printPiece = (piece: Piece, fields: Fields): string => {
    if ("text" in piece) return piece.text;
    const value = fields[piece.field];
    if (piece.repeat === "one") return printValue(piece.slot, value);
    if (piece.repeat === "optional")
      return value === undefined ? "" : ` ${piece.word} ${printValue(piece.slot, value)}`;
    const items = (value as readonly unknown[]).map((item) => printValue(piece.slot, item));
    if (piece.repeat === "list") return items.join(", ");
    return items.length === 0 ? "{}" : `{\n${indent(items.join("\n"))}\n}`;
  };
  const print = (node: N): string => {
    const fields = fieldsOf(node);
    return piecesOf(node.kind)
      .map((piece) => printPiece(piece, fields))
      .join("")
      .trimEnd();
  };

  const parseValue = (slot: string, scanner: Scanner): unknown => {
    const codec = words[slot];
    return codec === undefined ? parseNode(slot, scanner) : codec.parse(scanner);
  };
  const parseList = (slot: string, follow: string, scanner: Scanner): unknown[] => {
    const items: unknown[] = [];
    while (!scanner.sees(follow)) {
      if (items.length > 0) scanner.expect(",");
      items.push(parseValue(slot, scanner));
    }
    return items;
  };
  const parseKind = (kind: string, scanner: Scanner): N => {
    const fields: Record<string, unknown> = {};
    const pieces = piecesOf(kind);
    pieces.forEach((piece, at) => {
      if ("text" in piece) {
        for (const word of piece.text.split(/\s+/).filter((part) => part !== "")) scanner.expect(word);
      } else if (piece.repeat === "one") fields[piece.field] = parseValue(piece.slot, scanner);
      else if (piece.repeat === "block")
        fields[piece.field] = scanner.list("{", "", "}", () => parseValue(piece.slot, scanner));
      else if (piece.repeat === "optional") {
        if (scanner.take(piece.word)) fields[piece.field] = parseValue(piece.slot, scanner);
      } else {
        const next = pieces[at + 1];
        const follow = next !== undefined && "text" in next ? (next.text.trim().split(/\s+/)[0] ?? "") : "";
        fields[piece.field] = parseList(piece.slot, follow, scanner);
      }
    });
    return { kind, ...fields } as unknown as N; // built field by field from the template of this kind
  };
  const parseNode = (category: string, scanner: Scanner): N => {
    const kinds = grammar[category];
    if (kinds === undefined) throw new Error(`no category or slot '${category}' in this language`);
    return scanner.firstOf(
      Object.keys(kinds).map((kind) => () => parseKind(kind, scanner)),
      category,
    );
  };

  const children = (node: N): readonly N[] =>
    piecesOf(node.kind).flatMap((piece) => {
      if ("text" in piece || piece.slot in words) return [];
      const value = fieldsOf(node)[piece.field];
      return value === undefined ? [] : ([value].flat() as N[]);
    });
  const mapChildren = (node: N, replace: (child: N) => N | readonly N[]): N => {
    const fields: Record<string, unknown> = { ...fieldsOf(node) };
    for (const piece of piecesOf(node.kind)) {
      if ("text" in piece || piece.slot in words || fields[piece.field] === undefined) continue;
      const value = fields[piece.field];
      fields[piece.field] = Array.isArray(value) ? value.flatMap((child: N) => replace(child)) : replace(value as N);
    }
    return fields as unknown as N; // same kind, same fields
  };
  function* walk(node: N): Generator<N> {
    yield node;
    for (const child of children(node)) yield* walk(child);
  }
  const parse = (category: string, text: string): N => {
    const scanner = new Scanner(text);
    const node = parseNode(category, scanner);
    scanner.end();
    return node;
  };
  return { print, parse, equal: (a, b) => print(a) === print(b), children, mapChildren, walk };
}
