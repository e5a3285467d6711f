/**
 * Node kinds as data: each kind is declared once by a template, from which print, parse, equality and visitors derive.
 *
 * A slot of a template is a lexical word (`ident`, `num`, `size`, `str`, `attrs`, …) or a category of kinds. White space in
 * a template is printed as it stands and ignored by the parser. Invariant: parse(print(node)) is structurally equal to
 * node, for every node of the language.
 */
import { type Size, showSize } from "../shape/size.js";
import { type Attrs, parseAttrs, showAttrs } from "./attrs.js";
import { Scanner, showNumber } from "./scanner.js";
import { isText, type Piece, readTemplate, type SlotPiece, wordsOf } from "./template.js";

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

type Codecs = Readonly<Record<string, SlotCodec<never>>>;

/** A codec of some type among others: the template says which slot holds which, so values meet their own codec only. */
const codec = <T>(slot: SlotCodec<T>): SlotCodec<never> => slot as unknown as SlotCodec<never>;

const codecs: Codecs = {
  ident: codec<string>({ print: (value) => value, parse: (scanner) => scanner.identifier() }),
  num: codec<number>({ print: showNumber, parse: (scanner) => scanner.number() }),
  str: codec<string>({ print: (value) => JSON.stringify(value), parse: (scanner) => scanner.string() }),
  size: codec<Size>({ print: showSize, parse: (scanner) => scanner.size() }),
  flag: codec<boolean>({ print: (value) => `${value}`, parse: (scanner) => scanner.identifier() === "true" }),
  attrs: codec<Attrs>({ print: showAttrs, parse: parseAttrs }),
};

const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ");

export interface Language<N extends Node> {
  /** Canonical text of a node; equal texts mean structurally equal nodes, so it is also the key for hashing. */
  readonly print: (node: N) => string;
  /** Reads one node of a category; `ParseError` with line and column otherwise. */
  readonly parse: (category: string, text: string) => N;
  readonly equal: (a: N, b: N) => boolean;
  /** Direct children, in template order. */
  readonly children: (node: N) => readonly N[];
  /** A copy with each direct child replaced; an empty list drops it from a list or a block. */
  readonly mapChildren: (node: N, replace: (child: N) => N | readonly N[]) => N;
  /** The node and all below it, parents first. */
  readonly walk: (node: N) => readonly N[];
}

// A node's fields are read by the names in its template; the grammar is the witness that they are there.
const fieldsOf = (node: Node): Readonly<Record<string, unknown>> =>
  node as unknown as Readonly<Record<string, unknown>>;

class TemplateLanguage<N extends Node> implements Language<N> {
  private readonly words: Codecs;
  private readonly templates = new Map<string, readonly Piece[]>();
  private readonly fieldsOfNodes = new Map<string, readonly string[]>();

  constructor(
    private readonly grammar: Grammar,
    slots: Codecs,
  ) {
    this.words = { ...codecs, ...slots };
    for (const kinds of Object.values(grammar)) {
      for (const [kind, template] of Object.entries(kinds)) {
        const pieces = readTemplate(template);
        this.templates.set(kind, pieces);
        this.fieldsOfNodes.set(
          kind,
          pieces.flatMap((piece) => (isText(piece) || piece.slot in this.words ? [] : [piece.field])),
        );
      }
    }
  }

  private piecesOf(kind: string): readonly Piece[] {
    const pieces = this.templates.get(kind);
    if (pieces === undefined) throw new Error(`no node kind '${kind}' in this language`);
    return pieces;
  }

  // ---- printing

  private printValue(slot: string, value: unknown): string {
    const word = this.words[slot];
    return word === undefined ? this.print(value as N) : word.print(value as never); // the template's word, see `codec`
  }

  private printSlot({ slot, repeat, word }: SlotPiece, value: unknown): string {
    if (repeat === "one") return this.printValue(slot, value);
    if (repeat === "optional") return value === undefined ? "" : ` ${word} ${this.printValue(slot, value)}`;
    const items = (value as readonly unknown[]).map((item) => this.printValue(slot, item)); // lists and blocks hold arrays
    if (repeat === "list") return items.join(", ");
    return items.length === 0 ? "{}" : `{\n${indent(items.join("\n"))}\n}`;
  }

  print = (node: N): string => {
    const fields = fieldsOf(node);
    return this.piecesOf(node.kind)
      .map((piece) => (isText(piece) ? piece.text : this.printSlot(piece, fields[piece.field])))
      .join("")
      .trimEnd();
  };

  // ---- parsing

  private parseValue(slot: string, scanner: Scanner): unknown {
    const word = this.words[slot];
    return word === undefined ? this.parseNode(slot, scanner) : word.parse(scanner);
  }

  /** Items up to the word that follows the list in its template. */
  private parseList(slot: string, follow: string, scanner: Scanner): readonly unknown[] {
    const items: unknown[] = [];
    while (!scanner.sees(follow)) {
      if (items.length > 0) scanner.expect(",");
      items.push(this.parseValue(slot, scanner));
    }
    return items;
  }

  private parseSlot({ slot, repeat, word }: SlotPiece, next: Piece | undefined, scanner: Scanner): unknown {
    switch (repeat) {
      case "one":
        return this.parseValue(slot, scanner);
      case "block":
        return scanner.list("{", "", "}", () => this.parseValue(slot, scanner));
      case "optional":
        return scanner.takeInLine(word) ? this.parseValue(slot, scanner) : undefined;
      case "list":
        return this.parseList(slot, next !== undefined && isText(next) ? (wordsOf(next.text)[0] ?? "") : "", scanner);
    }
  }

  private parseKind(kind: string, scanner: Scanner): N {
    const fields: Record<string, unknown> = {};
    const pieces = this.piecesOf(kind);
    for (const [at, piece] of pieces.entries()) {
      if (isText(piece)) for (const word of wordsOf(piece.text)) scanner.expect(word);
      else {
        const value = this.parseSlot(piece, pieces[at + 1], scanner);
        if (value !== undefined) fields[piece.field] = value;
      }
    }
    return { kind, ...fields } as unknown as N; // built field by field from the template of this kind
  }

  private parseNode(category: string, scanner: Scanner): N {
    const kinds = this.grammar[category];
    if (kinds === undefined) throw new Error(`no category or slot '${category}' in this language`);
    const alternatives = Object.keys(kinds).map((kind) => () => this.parseKind(kind, scanner));
    return scanner.firstOf(alternatives, category);
  }

  parse = (category: string, text: string): N => {
    const scanner = new Scanner(text);
    const node = this.parseNode(category, scanner);
    scanner.end();
    return node;
  };

  equal = (a: N, b: N): boolean => this.print(a) === this.print(b);

  // ---- visiting

  /** The fields of a kind that hold nodes; an optional one may be missing in a node. */
  private nodeFields({ kind }: N): readonly string[] {
    const fields = this.fieldsOfNodes.get(kind);
    if (fields === undefined) throw new Error(`no node kind '${kind}' in this language`);
    return fields;
  }

  /**
   * In methods of arrays, for most of a build runs before V8 optimises it, and what is not optimised makes an object for each
   * turn of a loop.
   */
  private forEachChild(node: N, visit: (child: N) => void): void {
    const fields = fieldsOf(node);
    this.nodeFields(node).forEach((field) => {
      const value = fields[field];
      if (Array.isArray(value)) value.forEach(visit);
      else if (value !== undefined) visit(value as N); // slots of categories hold nodes
    });
  }

  children = (node: N): readonly N[] => {
    const found: N[] = [];
    this.forEachChild(node, (child) => found.push(child));
    return found;
  };

  mapChildren = (node: N, replace: (child: N) => N | readonly N[]): N => {
    const fields: Record<string, unknown> = { ...fieldsOf(node) };
    for (const field of this.nodeFields(node)) {
      const value = fields[field];
      if (Array.isArray(value)) fields[field] = value.flatMap((child: N) => replace(child));
      else if (value !== undefined) fields[field] = replace(value as N); // as above
    }
    return fields as unknown as N; // same kind, same fields
  };

  walk = (node: N): readonly N[] => {
    const found: N[] = [];
    const visit = (each: N): void => {
      found.push(each);
      this.forEachChild(each, visit);
    };
    visit(node);
    return found;
  };
}

/** Derives the language of a grammar; `slots` adds lexical words of its own. */
export const defineLanguage = <N extends Node>(grammar: Grammar, slots: Codecs = {}): Language<N> => {
  const language = new TemplateLanguage<N>(grammar, slots);
  return {
    print: language.print,
    parse: language.parse,
    equal: language.equal,
    children: language.children,
    mapChildren: language.mapChildren,
    walk: language.walk,
  };
};
