/** Fresh LoopIR names. Invariant: a name is given once, and is none of those taken at the start. */

export class Fresh {
  private readonly taken: Set<string>;
  /** What each name given was derived from. */
  readonly hints = new Map<string, string>();

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** The hint itself where it is free, else with a number behind it. A name given before counts as its own hint. */
  take(hint: string): string {
    const root = this.hints.get(hint) ?? hint;
    const stem = /\d$/.test(root) ? `${root}_` : root;
    let name = root;
    for (let n = 2; this.taken.has(name); n++) name = `${stem}${n}`;
    this.taken.add(name);
    this.hints.set(name, root);
    return name;
  }
}
