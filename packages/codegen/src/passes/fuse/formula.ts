/**
 * What a kernel computes, in readable maths: `h = max(x·w + b, 0)`. For readers only; nothing depends on it.
 *
 * Invariant: stored values appear by the names of their buffers, parentheses follow precedence, long formulas end in `…`.
 */
import { type Atom, type Eqn, makeLit, showNumber, showSize, type Var } from "@tapeless/types/compiler";
import { productFormula } from "./contraction-formula.js";
import type { Region } from "./region.js";
import type { KernelRoot } from "./roots.js";
import type { RegionStorage } from "./storage.js";

const longest = 96;

interface Piece {
  readonly text: string;
  /** 3 atom or call, 2 product, 1 sum. */
  readonly level: 1 | 2 | 3;
}

const atomPiece = (text: string): Piece => ({ text, level: 3 });
const wrap = (piece: Piece, level: number): string => (piece.level < level ? `(${piece.text})` : piece.text);

const infix: Readonly<Record<string, { readonly symbol: string; readonly level: 1 | 2 }>> = {
  add: { symbol: " + ", level: 1 },
  sub: { symbol: " − ", level: 1 },
  mul: { symbol: "·", level: 2 },
  mulZero: { symbol: "·", level: 2 },
  contract: { symbol: "·", level: 2 },
  div: { symbol: " / ", level: 2 },
  equal: { symbol: " = ", level: 1 },
  notEqual: { symbol: " ≠ ", level: 1 },
  less: { symbol: " < ", level: 1 },
  lessEqual: { symbol: " ≤ ", level: 1 },
  greater: { symbol: " > ", level: 1 },
  greaterEqual: { symbol: " ≥ ", level: 1 },
};

/** Ops that only move elements: the reader sees through them. */
const transparent: ReadonlySet<string> = new Set([
  "broadcastTo",
  "reshape",
  "cast",
  "stopGradient",
  "squeeze",
  "unsqueeze",
]);

const renamed: Readonly<Record<string, string>> = {
  maximum: "max",
  minimum: "min",
  sum: "Σ",
  relu: "relu",
  where: "where",
};

function combinePieces(op: string, args: readonly Piece[]): Piece {
  const [first, second] = args;
  if (first === undefined) return atomPiece(op);
  if (transparent.has(op)) return first;
  if (op === "neg") return { text: `−${wrap(first, 3)}`, level: 2 };
  if (op === "permute") return atomPiece(`${wrap(first, 3)}ᵀ`);
  const between = infix[op];
  if (between !== undefined && second !== undefined) {
    // The right operand of − and / needs parentheses at its own level too.
    const right = op === "sub" || op === "div" ? between.level + 1 : between.level;
    return { text: `${wrap(first, between.level)}${between.symbol}${wrap(second, right)}`, level: between.level };
  }
  if (op === "sum" && first.level === 3) return atomPiece(`Σ ${first.text}`);
  return atomPiece(`${renamed[op] ?? op}(${args.map((arg) => arg.text).join(", ")})`);
}

class Writer {
  constructor(
    private readonly region: Region,
    private readonly storage: RegionStorage,
    private readonly unwritten: ReadonlySet<Var>,
  ) {}

  operand(atom: Atom, depth: number): Piece {
    if (atom.kind === "Lit") return atomPiece(showNumber(atom.value));
    const place = this.region.placeOf(atom);
    switch (place.place) {
      case "literal":
        return atomPiece(showNumber(place.literal.value));
      case "counter":
        return atomPiece(place.counter.strides.length === 0 ? showSize(place.counter.index) : "…");
      case "inline":
        return depth > 12 ? atomPiece("…") : this.eqn(place.eqn, depth + 1);
      case "stored":
        if (this.unwritten.has(atom)) return depth > 12 ? atomPiece("…") : this.eqn(place.eqn, depth + 1);
        return atomPiece(this.storage.bufferOf(atom));
      case "bound":
        return atomPiece(this.storage.bufferOf(atom));
      case "view":
        return this.operand(place.source, depth);
    }
  }

  /** `Aᵀ·B`, in the order and with the transposes that make it right. */
  private product(eqn: Eqn, depth: number): Piece {
    const { order, transposed } = productFormula(eqn);
    const factors = order.map((k, place) => {
      const piece = this.operand(eqn.inputs[k] ?? makeLit(0, "f64"), depth);
      return transposed[place] ? atomPiece(`${wrap(piece, 3)}ᵀ`) : piece;
    });
    return combinePieces("contract", factors);
  }

  eqn(eqn: Eqn, depth: number): Piece {
    if (eqn.op === "contract") return this.product(eqn, depth);
    return combinePieces(
      eqn.op,
      eqn.inputs.map((input) => this.operand(input, depth)),
    );
  }
}

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/** `buffer = formula` or, where it adds to what is there, `buffer += formula`. */
export function formulaOf(
  region: Region,
  storage: RegionStorage,
  root: KernelRoot,
  unwritten: ReadonlySet<Var>,
): string {
  const writer = new Writer(region, storage, unwritten);
  const { about } = root;
  const place = about.kind === "Var" ? region.placeOf(about) : undefined;
  const computed = place?.place === "stored" && root.combine === (place.recipe.form === "map" ? "set" : root.combine);
  const piece =
    computed && place !== undefined && "eqn" in place && root.defines !== undefined
      ? writer.eqn(place.eqn, 0)
      : undefined;
  const reduced =
    piece === undefined && place?.place === "stored" && (root.combine !== "set" || root.keep)
      ? writer.eqn(place.eqn, 0)
      : undefined;
  const text = (piece ?? reduced ?? writer.operand(about, 0)).text;
  return shorten(`${storage.targetOf(root.target)} ${root.keep && root.combine !== "set" ? "+=" : "="} ${text}`);
}
