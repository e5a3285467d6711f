/**
 * The values of one step of a loop: what defines them, who uses them, and which of them are there for all steps.
 *
 * Invariant: what no result needs counts for nothing.
 */
import { type Atom, type Eqn, type Func, foundIn, namesOf, scanAttrs, type Var } from "@tapeless/types/compiler";
import { backwards, giving } from "./hoist.js";
import { bodyOf, type Groups, groupsOf } from "./scan-parts.js";

/** The equations that the results need. */
const liveEqns = ({ eqns, outs }: Func): readonly Eqn[] => backwards(eqns, [...giving(outs)(eqns)]);

export class StepValues {
  readonly body: Func;
  readonly params: Groups<Var>;
  readonly eqns: readonly Eqn[];
  /** Results that are stacked. */
  readonly stacked: readonly Atom[];
  private readonly makers = new Map<Atom, Eqn>();
  private readonly users = new Map<Atom, (Eqn | undefined)[]>();
  private readonly found: ReadonlySet<string>;

  constructor(eqn: Eqn) {
    const attrs = scanAttrs(eqn.attrs);
    this.body = bodyOf(eqn);
    this.params = groupsOf(this.body.params, attrs);
    this.eqns = liveEqns(this.body);
    this.stacked = this.body.outs.slice(attrs.carries);
    this.found = new Set(foundIn(this.body));
    const use = (atom: Atom, by?: Eqn) => this.users.set(atom, [...(this.users.get(atom) ?? []), by]);
    for (const each of this.eqns) {
      for (const out of each.outs) this.makers.set(out, each);
      for (const input of each.inputs) use(input, each);
    }
    for (const out of this.body.outs) use(out);
  }

  maker(atom: Atom): Eqn | undefined {
    return this.makers.get(atom);
  }

  /** Who uses a value, if one does: an equation, or `undefined` for a result. */
  usersOf(atom: Atom): readonly (Eqn | undefined)[] {
    return this.users.get(atom) ?? [];
  }

  /** Changes from step to step, and has the same shape in all of them. */
  isOfStep(atom: Atom): atom is Var {
    const isFixed = atom.kind === "Lit" || this.params.consts.includes(atom);
    return !isFixed && !atom.shape.flatMap(namesOf).some((name) => this.found.has(name));
  }
}
