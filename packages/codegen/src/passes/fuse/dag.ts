/**
 * Scalar expressions as a hash-consed graph: equal expressions are one node, so what is shared can be seen.
 *
 * Invariant: a node's operands, and the values of the integer lets that its index names, have smaller numbers.
 */
import { type Index, namesOf, type ScalarExpr, showNumber, showSize } from "@tapeless/types/compiler";

export type NodeId = number;

export interface DagNode {
  readonly expr: ScalarExpr;
  readonly args: readonly NodeId[];
  /** Integer lets named in the node's index. */
  readonly indexLets: readonly NodeId[];
}

/** Indices that an expression holds itself, not those of its operands. */
export const indicesOf = (expr: ScalarExpr): readonly Index[] =>
  expr.kind === "Load" ? expr.index : expr.kind === "Position" ? [expr.index] : [];

export class Dag {
  private readonly ids = new Map<string, NodeId>();
  private readonly seen = new Map<ScalarExpr, NodeId>();
  private readonly list: DagNode[] = [];
  private readonly integers = new Map<string, NodeId>();
  private readonly namesOfIntegers = new Map<NodeId, string>();

  node(id: NodeId): DagNode {
    const node = this.list[id];
    if (node === undefined) throw new Error(`fuse: no expression ${id}`);
    return node;
  }

  get size(): number {
    return this.list.length;
  }

  intern(expr: ScalarExpr): NodeId {
    const known = this.seen.get(expr);
    if (known !== undefined) return known;
    const args = expr.kind === "Call" ? expr.args.map((arg) => this.intern(arg)) : [];
    const key = keyOf(expr, args);
    const id = this.ids.get(key) ?? this.add(key, expr, args);
    this.seen.set(expr, id);
    return id;
  }

  private add(key: string, expr: ScalarExpr, args: readonly NodeId[]): NodeId {
    const indexLets = indicesOf(expr).flatMap((index) => this.letsIn(index));
    this.list.push({ expr, args, indexLets });
    this.ids.set(key, this.list.length - 1);
    return this.list.length - 1;
  }

  /** Integer lets that an index names. */
  letsIn(index: Index): readonly NodeId[] {
    return namesOf(index).flatMap((name) => this.integers.get(name) ?? []);
  }

  /** The name under which an integer value is used in indices; the same value always has the same name. */
  nameInteger(value: ScalarExpr, fresh: () => string): string {
    const id = this.intern(value);
    const known = this.namesOfIntegers.get(id);
    if (known !== undefined) return known;
    const name = fresh();
    this.integers.set(name, id);
    this.namesOfIntegers.set(id, name);
    return name;
  }

  get integerNames(): ReadonlyMap<string, NodeId> {
    return this.integers;
  }

  /** How many expressions an expression is made of, itself included. */
  countFrom(id: NodeId, counted = new Set<NodeId>()): number {
    counted.add(id);
    for (const arg of this.node(id).args) if (!counted.has(arg)) this.countFrom(arg, counted);
    return counted.size;
  }

  /** What a node needs before it: its operands and the integer lets in its index. */
  dependencies(id: NodeId): readonly NodeId[] {
    const { args, indexLets } = this.node(id);
    return [...args, ...indexLets];
  }
}

function keyOf(expr: ScalarExpr, args: readonly NodeId[]): string {
  switch (expr.kind) {
    case "Const":
      return `${showNumber(expr.value)}:${expr.dtype}`;
    case "Position":
      return `(${showSize(expr.index)})`;
    case "Ref":
      return `ref ${expr.name}`;
    case "Load":
      return `${expr.buffer}[${expr.index.map(showSize).join(",")}]`;
    case "Call":
      return `${expr.fn}(${args.join(",")}):${expr.dtype}`;
  }
}
