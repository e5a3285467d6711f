/**
 * What the study of a root depends on, with positions in the place of values: roots of equal forms, as those of equal blocks
 * are, are studied once.
 *
 * Invariant: equal texts mean that the roots compute the same of their values, value `k` of one in the place of value `k` of the
 * other; whether a value is stored is part of the text, for what is stored ends the way to what it is made of.
 */
import { type Atom, type Eqn, showAttrs, showNumber, showSize, type Var } from "@tapeless/types/compiler";
import type { Region } from "./region.js";
import type { KernelRoot } from "./roots.js";

export interface Form {
  readonly text: string;
  /** The values that the root reads or computes inside, in the order in which they come up. */
  readonly values: readonly Var[];
}

/** Roots of more values are seldom equal to others, and what is known of them takes much memory. */
const mostValues = 32;

const typeText = ({ dtype, shape }: Atom): string => `${dtype}[${shape.map(showSize).join(",")}]`;

/** All that an equation's definition depends on, but for its operands. */
function equationText({ op, attrs, batch, outs }: Eqn): string {
  const axes = batch.map(({ size, mapped }) => `${showSize(size)}:${mapped.join("")}`);
  return `${op}|${showAttrs(attrs)}|${axes}|${outs.map(typeText)}`;
}

/** The forms of the roots of a region. */
export class Forms {
  /** Equations that are equal but for their operands have one number. */
  private readonly numbers = new Map<string, number>();
  private readonly known = new Map<Eqn, string>();
  private readonly types = new Map<Var, string>();

  constructor(private readonly region: Region) {}

  /** Undefined for what is no equation's, or holds programs, or is of many values. */
  of({ about, part }: KernelRoot): Form | undefined {
    const place = part === undefined || about.kind === "Lit" ? undefined : this.region.placeOf(about);
    if (place?.place !== "stored" || place.eqn.funcs.length > 0) return undefined;
    const writer = new FormWriter(this.region, this);
    const text = `${part} ${writer.equation(place.eqn)}`;
    return writer.values.length > mostValues ? undefined : { text, values: writer.values };
  }

  typeOf(value: Var): string {
    const known = this.types.get(value) ?? typeText(value);
    this.types.set(value, known);
    return known;
  }

  numberOf(eqn: Eqn): string {
    const known = this.known.get(eqn);
    if (known !== undefined) return known;
    const text = equationText(eqn);
    const number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    this.known.set(eqn, `${number}`);
    return `${number}`;
  }
}

class FormWriter {
  readonly values: Var[] = [];
  private readonly positions = new Map<Var, number>();

  constructor(
    private readonly region: Region,
    private readonly forms: Forms,
  ) {}

  equation(eqn: Eqn): string {
    let text = `${this.forms.numberOf(eqn)}(`;
    for (const atom of eqn.inputs) text += `${this.operand(atom)},`;
    return `${text})`;
  }

  private operand(atom: Atom): string {
    if (atom.kind === "Lit") return `${showNumber(atom.value)}:${atom.dtype}`;
    const known = this.positions.get(atom);
    if (known !== undefined) return `%${known}`;
    if (this.values.length > mostValues) return "";
    this.positions.set(atom, this.values.length);
    this.values.push(atom);
    const place = this.region.placeOf(atom);
    switch (place.place) {
      case "inline":
        return `=${this.equation(place.eqn)}`;
      case "literal":
        return this.operand(place.literal);
      case "counter":
        return `counter ${this.region.numberOf(atom)}`; // the indices that it stands for are its own
      case "bound":
      case "stored":
      case "view":
        return `@${this.forms.typeOf(atom)}`;
    }
  }
}
