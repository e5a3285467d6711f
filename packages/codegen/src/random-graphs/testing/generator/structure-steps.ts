/** Random equations with nested functions: loops, batched functions, derivatives; and repeated equations. */
import {
  type Atom,
  type Attrs,
  type Aval,
  type Eqn,
  equalSize,
  type Func,
  isFloat,
  makeLit,
  makeVar,
  namesOf,
  type Size,
} from "@tapeless/types/compiler";
import { Builder, type Known, maxElements, roughCount } from "./builder.js";
import type { Choice } from "./recipe.js";
import type { Step } from "./step.js";

/** Runs the steps of a body; handed in, because the table of steps holds the ones made here. */
export type RunSteps = (builder: Builder, choices: readonly Choice[]) => void;

const paramFor = (like: Known, aval: Aval, name: string): Known => ({ ...like, atom: makeVar(aval, name) });

const namesIn = (params: readonly Known[]): readonly string[] =>
  params.flatMap(({ atom }) => atom.shape.flatMap((size: Size) => namesOf(size)));

function nested(outer: Builder, params: readonly Known[]): Builder {
  return new Builder(
    outer.style,
    params,
    outer.depth - 1,
    namesIn(params).filter((name) => outer.names.includes(name)),
  );
}

/** Distinct values among a few picks. */
function several(builder: Builder, picks: readonly number[], test: (known: Known) => boolean): readonly Known[] {
  const found = picks.flatMap((at) => builder.pick(at, test) ?? []);
  return [...new Set(found)];
}

/** What a carry becomes: the latest value of its type, kept small. */
function nextCarry(body: Builder, carry: Known): Atom {
  const like = body.alike(carry.atom, 0) ?? carry;
  return body.tame({ ...like, magnitude: like === carry ? 0 : 2 }, 1).atom;
}

const isSmall = ({ atom }: Known): boolean => roughCount(atom.shape) <= maxElements / 4;

/** Most loops are without checkpoints. */
const checkpointBy = (at: number): Attrs => {
  const every = ([1, 2, 3, "sqrt"] as const)[at % 8];
  return every === undefined ? {} : { checkpoint: every };
};

const scan =
  (run: RunSteps): Step["run"] =>
  (builder, { a, b, c, body: choices }) => {
    if (builder.depth === 0) return;
    const carries = several(
      builder,
      c % 2 === 0 ? [a] : [a, b],
      (known) => isSmall(known) && (isFloat(known.atom) || !builder.style.smooth),
    ).map((known) => builder.tame(known, 1));
    const along = builder.pick(b, (known) => known.atom.shape.length > 0 && isSmall(known));
    const length = along?.atom.shape[0] ?? 2;
    const xs =
      c % 4 === 3
        ? []
        : several(builder, [b, c], (known) => isSmall(known) && equalSize(known.atom.shape[0] ?? -1, length));
    const consts = several(builder, [c, a + 1, b + 2].slice(0, c % 3), isSmall);
    if (carries.length === 0) return;
    const params = [
      ...consts.map((known) => paramFor(known, known.atom, "w")),
      ...carries.map((known) => ({
        ...paramFor(known, known.atom, "carry"),
        magnitude: Math.max(1, known.magnitude),
        limit: undefined,
      })),
      ...xs.map((known) => paramFor(known, { shape: known.atom.shape.slice(1), dtype: known.atom.dtype }, "x")),
    ];
    const inner = nested(builder, params);
    run(inner, choices);
    const ys = inner.values
      .filter(isSmall)
      .slice(-(b % 3))
      .slice(0, b % 3);
    const next = params.slice(consts.length, consts.length + carries.length).map((carry) => nextCarry(inner, carry));
    const func = inner.finish("body", [...next, ...ys.map(({ atom }) => atom)]);
    const attrs = {
      length: xs.length === 0 ? a % 4 : length,
      consts: consts.length,
      carries: carries.length,
      reverse: c % 5 === 1,
      ...checkpointBy(a + c),
    };
    const inputs = [...consts, ...carries, ...xs].map(({ atom }) => atom);
    builder.addAll("scan", inputs, [...carries.map(() => 1), ...ys.map(({ magnitude }) => magnitude)], {
      attrs,
      funcs: [func],
    });
  };

/** `k < steps`, whatever the carries are. */
function counts(steps: number, carries: readonly Known[]): Func {
  const [k, test] = [makeVar({ shape: [], dtype: "i32" }, "k"), makeVar({ shape: [], dtype: "bool" })];
  const eqn: Eqn = {
    op: "less",
    inputs: [k, makeLit(steps, "i32")],
    attrs: {},
    funcs: [],
    batch: [],
    outs: [test],
    spans: [],
  };
  return { name: "test", params: [k, ...carries.map(({ atom }) => makeVar(atom))], eqns: [eqn], outs: [test] };
}

/** The body with a counter in front of what it carries. */
function counting(body: Func, consts: number): Func {
  const [k, next] = [makeVar({ shape: [], dtype: "i32" }, "k"), makeVar({ shape: [], dtype: "i32" })];
  const eqn: Eqn = {
    op: "add",
    inputs: [k, makeLit(1, "i32")],
    attrs: {},
    funcs: [],
    batch: [],
    outs: [next],
    spans: [],
  };
  const { params, eqns, outs } = body;
  return {
    ...body,
    params: [...params.slice(0, consts), k, ...params.slice(consts)],
    eqns: [...eqns, eqn],
    outs: [next, ...outs],
  };
}

/** A loop with a test that counts: tests of floats would take other steps where rounding differs. */
const whileSteps =
  (run: RunSteps): Step["run"] =>
  (builder, { a, b, c, body: choices }) => {
    if (builder.depth === 0) return;
    const carries = several(
      builder,
      c % 2 === 0 ? [a] : [a, b],
      (known) => isSmall(known) && (isFloat(known.atom) || !builder.style.smooth),
    ).map((known) => builder.tame(known, 1));
    const consts = several(builder, [c, a + 1, b + 2].slice(0, c % 3), isSmall);
    if (carries.length === 0) return;
    const params = [
      ...consts.map((known) => paramFor(known, known.atom, "w")),
      ...carries.map((known) => ({
        ...paramFor(known, known.atom, "carry"),
        magnitude: Math.max(1, known.magnitude),
        limit: undefined,
      })),
    ];
    const inner = nested(builder, params);
    run(inner, choices);
    const next = params.slice(consts.length).map((carry) => nextCarry(inner, carry));
    const steps = b % 4;
    const attrs: Attrs = {
      tests: 0,
      consts: consts.length,
      carries: carries.length + 1,
      ...(a % 3 === 0 ? { bound: steps + (c % 2) } : {}),
    };
    const zero = builder.filled(0, { shape: [], dtype: "i32" });
    const inputs = [...consts, zero, ...carries].map(({ atom }) => atom);
    const funcs = [counts(steps, carries), counting(inner.finish("body", next), consts.length)];
    builder.addAll("while", inputs, [steps, ...carries.map(() => 1)], { attrs, funcs });
  };

/** A nested function over some values; `core` says what it sees of each. */
function callee(
  builder: Builder,
  run: RunSteps,
  args: readonly Known[],
  choices: readonly Choice[],
  core: (known: Known, k: number) => Aval,
) {
  const inner = nested(
    builder,
    args.map((known, k) => paramFor(known, core(known, k), ["p", "q", ""][k] ?? "r")),
  );
  run(inner, choices);
  return inner;
}

/** The latest results of a nested function. */
const resultsOf = (inner: Builder, count: number): readonly Known[] => inner.values.slice(-Math.max(1, count));

const vmap =
  (run: RunSteps): Step["run"] =>
  (builder, { a, b, c, body }) => {
    const along = builder.pick(a, ({ atom }) => atom.shape.length > 0);
    const size = along?.atom.shape[0];
    if (along === undefined || size === undefined || builder.depth === 0 || !builder.style.transformations) return;
    const args = [...new Set([along, ...several(builder, [b, c], isSmall)])];
    const mapped = args.map(
      (known, k) => k === 0 || (((c >> k) & 1) === 0 && equalSize(known.atom.shape[0] ?? -1, size)),
    );
    const inner = callee(builder, run, args, body, ({ atom }, k) => ({
      shape: mapped[k] ? atom.shape.slice(1) : atom.shape,
      dtype: atom.dtype,
    }));
    const results = resultsOf(inner, 1 + (c % 2)).filter(isSmall);
    if (results.length === 0) return;
    const attrs: Attrs = { size, mapped };
    builder.addAll(
      "vmap",
      args.map(({ atom }) => atom),
      results.map(({ magnitude }) => magnitude),
      {
        attrs,
        funcs: [
          inner.finish(
            "mapped",
            results.map(({ atom }) => atom),
          ),
        ],
      },
    );
  };

const isScalar = ({ atom }: Known): boolean => atom.shape.length === 0;

/** What a choice goes by: a number or a bool that is there, or a comparison, of which smooth programs know the answer. */
function selector(builder: Builder, at: number): Known | undefined {
  const given = builder.pick(at, (known) => isScalar(known) && !isFloat(known.atom));
  const float = builder.pick(at, (known) => isScalar(known) && isFloat(known.atom));
  if (given !== undefined && (at % 2 === 0 || float === undefined)) return given;
  if (float === undefined) return undefined;
  if (!builder.style.smooth) return builder.add("less", [float, 0.1], 1);
  return builder.add("less", [builder.add("mul", [builder.tame(float, 1), 0], 0), at % 4 < 2 ? 1 : -1], 1);
}

/** A second branch gives what the first one gives, of its own values where it has any of that type. */
const choice =
  (run: RunSteps): Step["run"] =>
  (builder, { a, b, c, body }) => {
    if (builder.depth === 0) return;
    const by = selector(builder, a);
    const args = several(builder, [b, c, a + b], isSmall);
    if (by === undefined || args.length === 0) return;
    const half = Math.ceil(body.length / 2);
    const [one, other] = [body.slice(0, half), body.slice(half)].map((choices) =>
      callee(builder, run, args, choices, ({ atom }) => atom),
    ) as [Builder, Builder]; // two lists of choices
    const results = resultsOf(one, 1 + (c % 3)).filter(isSmall);
    const alike = results.map(({ atom }, k) => other.alike(atom, b + k) ?? other.filled(k % 2, atom));
    if (results.length === 0) return;
    const magnitudes = results.map(({ magnitude }, k) => Math.max(magnitude, alike[k]?.magnitude ?? 0));
    const branches = [
      one.finish(
        "first",
        results.map(({ atom }) => atom),
      ),
      other.finish(
        "second",
        alike.map(({ atom }) => atom),
      ),
    ];
    const inputs = [by, ...args].map(({ atom }) => atom);
    builder.addAll("switch", inputs, magnitudes, { funcs: b % 2 === 0 ? branches : branches.toReversed() });
  };

/** Derivatives may be large: what is made of them is squashed first. */
const large = 1e4;

const jvp =
  (run: RunSteps): Step["run"] =>
  (builder, { a, b, c, body }) => {
    if (builder.depth === 0 || !builder.style.transformations) return;
    const args = several(builder, [a, b, c], isSmall);
    const wrt = args.flatMap(({ atom }, k) => (isFloat(atom) && ((c >> k) & 1) === 0 ? [k] : []));
    if (wrt.length === 0) return;
    const inner = callee(builder, run, args, body, ({ atom }) => atom);
    const results = resultsOf(inner, 1 + (b % 2));
    const tangents = wrt.flatMap((k) => args[k] ?? []).map((known) => builder.alike(known.atom, b) ?? known);
    const func = inner.finish(
      "pushed",
      results.map(({ atom }) => atom),
    );
    builder.addAll(
      "jvp",
      [...args, ...tangents].map(({ atom }) => atom),
      [...results.map(({ magnitude }) => magnitude), ...results.map(() => large)],
      { attrs: { wrt }, funcs: [func] },
    );
  };

const vjp =
  (run: RunSteps): Step["run"] =>
  (builder, { a, b, c, body }) => {
    if (builder.depth === 0 || !builder.style.transformations) return;
    const args = several(builder, [a, b, c], isSmall);
    const wrt = args.flatMap(({ atom }, k) => (isFloat(atom) && ((c >> k) & 1) === 0 ? [k] : []));
    const inner = callee(builder, run, args, body, ({ atom }) => atom);
    const results = resultsOf(inner, 1 + (b % 2)).filter(isSmall);
    const of = results.flatMap(({ atom }, k) => (isFloat(atom) ? [k] : []));
    if (wrt.length === 0 || of.length === 0) return;
    const cotangents = of
      .flatMap((k) => results[k] ?? [])
      .map(({ atom }) => builder.alike(atom, c) ?? builder.filled(1, atom));
    const func = inner.finish(
      "pulled",
      results.map(({ atom }) => atom),
    );
    builder.addAll(
      "vjp",
      [...args, ...cotangents].map(({ atom }) => atom),
      [...results.map(({ magnitude }) => magnitude), ...wrt.map(() => large)],
      { attrs: { wrt, of }, funcs: [func] },
    );
  };

/** An equation that stands there already, once more. */
const again: Step["run"] = (builder, { a }) => {
  const eqn = builder.eqns[builder.eqns.length - 1 - (a % Math.max(1, builder.eqns.length))];
  if (eqn === undefined) return;
  const known = eqn.outs.map((out) => builder.values.find(({ atom }) => atom === out));
  builder.addAll(
    eqn.op,
    eqn.inputs,
    known.map((each) => each?.magnitude ?? large),
    eqn,
  );
};

export const structureSteps = (run: RunSteps): readonly Step[] => [
  { name: "scan", smooth: true, weight: 4, run: scan(run) },
  { name: "switch", smooth: true, weight: 3, run: choice(run) },
  { name: "while", smooth: true, weight: 3, run: whileSteps(run) },
  { name: "vmap", smooth: true, weight: 4, run: vmap(run) },
  { name: "jvp", smooth: true, weight: 1, run: jvp(run) },
  { name: "vjp", smooth: true, weight: 1, run: vjp(run) },
  { name: "again", smooth: true, weight: 2, run: again },
];
