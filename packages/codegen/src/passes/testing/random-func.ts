/**
 * Random functions for property tests: a list of small numbers picks ops and operands, so fast-check can shrink it.
 *
 * Invariant: every function made is well typed; sizes are 0, 1, small literals or the names `n` and `m`.
 */
import {
  type Attrs,
  type Aval,
  type Eqn,
  equalSize,
  type Func,
  makeLit,
  makeVar,
  namedSize,
  opNamed,
  productSize,
  type Size,
  type Var,
} from "@tapeless/types/compiler";

export type Choice = readonly [op: number, a: number, b: number];

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

const sizesToPick: readonly Size[] = [2, 3, 1, namedSize("n"), namedSize("m"), 0];

class FuncMaker {
  private readonly eqns: Eqn[] = [];
  private readonly values: Var[] = [];

  constructor(readonly params: readonly Var[]) {
    this.values.push(...params.filter((param) => param.dtype !== "i32"));
  }

  private value(at: number): Var {
    return pick(this.values, at) ?? makeVar({ shape: [], dtype: "f32" });
  }

  private emit(op: string, inputs: Eqn["inputs"], attrs: Attrs = {}): void {
    const avals: readonly Aval[] = inputs;
    const outs = opNamed(op)
      .infer(avals, attrs, [])
      .map((aval, k) => makeVar(aval, this.eqns.length % 3 === 0 ? `v${this.eqns.length}${k}` : ""));
    this.eqns.push({ op, inputs, attrs, funcs: [], batch: [], outs, spans: [] });
    this.values.push(...outs);
  }

  private sameShape(value: Var, at: number): Var {
    const alike = this.values.filter(
      (other) =>
        other.dtype === value.dtype &&
        other.shape.length === value.shape.length &&
        other.shape.every((size, k) => equalSize(size, value.shape[k] ?? 0)),
    );
    return pick(alike, at) ?? value;
  }

  private reshape(x: Var, b: number): void {
    const { shape } = x;
    const k = b % Math.max(1, shape.length);
    const [first, second] = [shape[k], shape[k + 1]];
    if (first !== undefined && second !== undefined) {
      this.emit("reshape", [x], { shape: [...shape.slice(0, k), productSize([first, second]), ...shape.slice(k + 2)] });
    } else if (typeof first === "number" && first % 2 === 0)
      this.emit("reshape", [x], { shape: [...shape.slice(0, k), 2, first / 2, ...shape.slice(k + 1)] });
    else this.emit("reshape", [x], { shape: [1, ...shape] });
  }

  private shapeOp(op: number, x: Var, b: number): void {
    const { shape } = x;
    const rank = shape.length;
    const axis = b % Math.max(1, rank);
    switch (op) {
      case 0:
        if (rank < 3)
          this.emit("broadcastTo", [x], {
            shape: [...shape.slice(0, axis), pick(sizesToPick, b) ?? 2, ...shape.slice(axis)],
            axes: [...shape.keys()].map((k) => (k < axis ? k : k + 1)),
          });
        return;
      case 1:
        this.emit("permute", [x], { perm: [...shape.keys()].map((k) => (k + b) % rank) });
        return;
      case 2:
        this.reshape(x, b);
        return;
      case 3:
        if (rank > 0)
          this.emit("pad", [x], {
            before: shape.map((_, k) => (k === axis ? 1 : 0)),
            after: shape.map((_, k) => (k === axis ? b % 2 : 0)),
            value: 0,
          });
        return;
      case 4:
        if (rank > 0 && shape.every((size) => size !== 0)) {
          const size = shape[axis];
          if (typeof size === "number" && size > 1)
            this.emit("slice", [x], {
              start: shape.map((_, k) => (k === axis ? 1 : 0)),
              shape: shape.map((each, k) => (k === axis ? size - 1 : each)),
            });
        }
        return;
      default:
        if (rank > 0) this.emit("concat", [x, this.sameShape(x, b)], { axis });
    }
  }

  private contract(x: Var, b: number): void {
    const y = this.value(b);
    const shared = x.shape.findIndex((size) => y.shape.some((other) => equalSize(size, other)));
    const at = y.shape.findIndex((other) => equalSize(other, x.shape[shared] ?? -1));
    if (shared < 0 || at < 0 || x.dtype !== y.dtype || x.shape.length + y.shape.length > 5) return;
    const left = [...x.shape.keys()];
    const right = [...y.shape.keys()].map((k) => (k === at ? shared : 10 + k));
    this.emit("contract", [x, y], {
      left,
      right,
      out: [...left.filter((k) => k !== shared), ...right.filter((k) => k !== shared)],
    });
  }

  step([op, a, b]: Choice): void {
    const x = this.value(a);
    const table = [
      () => this.emit(pick(["add", "mul", "sub", "maximum"], b) ?? "add", [x, this.sameShape(x, b)]),
      () => this.emit(pick(["tanh", "sin", "neg", "relu", "abs"], b) ?? "neg", [x]),
      () => this.emit("mul", [x, makeLit(0.5, x.dtype)]),
      () => x.shape.length > 0 && this.emit("sum", [x], { axes: [b % x.shape.length] }),
      () => x.shape.length > 0 && !x.shape.includes(0) && this.emit("max", [x], { axes: [b % x.shape.length] }),
      () => this.emit("sum", [x], { axes: [...x.shape.keys()] }),
      () => this.shapeOp(b % 6, x, Math.floor(b / 6)),
      () => this.shapeOp(b % 6, x, Math.floor(b / 6)),
      () => this.contract(x, b),
      () => this.gatherOrScatter(x, b),
    ];
    (pick(table, op) ?? (() => undefined))();
  }

  /** The index parameter holds 0s and 1s, so rows 0 and 1 must be there. */
  private gatherOrScatter(x: Var, b: number): void {
    const at = this.params.find((param) => param.dtype === "i32");
    const rows = x.shape[0];
    if (at === undefined || typeof rows !== "number" || rows < 2) return;
    if (b % 2 === 0) {
      this.emit("gather", [x, at]);
      return;
    }
    const updates = this.values.find(
      (value) =>
        value.dtype === x.dtype &&
        value.shape.length === x.shape.length &&
        equalSize(value.shape[0] ?? 0, at.shape[0] ?? 0) &&
        value.shape.slice(1).every((size, k) => equalSize(size, x.shape[k + 1] ?? -1)),
    );
    if (updates !== undefined) this.emit("scatterAdd", [x, at, updates]);
  }

  finish(outs: number): Func {
    const results = this.values.slice(-outs);
    return { name: "f", params: this.params, eqns: this.eqns, outs: results };
  }
}

const n = namedSize("n");
const m = namedSize("m");

export function randomFunc(choices: readonly Choice[], outs: number): Func {
  const params = [
    makeVar({ shape: [3, n], dtype: "f32" }, "x"),
    makeVar({ shape: [n, m], dtype: "f64" }, "w"),
    makeVar({ shape: [3], dtype: "i32" }, "at"),
    makeVar({ shape: [], dtype: "f32" }, "c"),
    makeVar({ shape: [1, 2], dtype: "f32" }, "b"),
  ];
  const maker = new FuncMaker(params);
  for (const choice of choices) maker.step(choice);
  return maker.finish(outs);
}
