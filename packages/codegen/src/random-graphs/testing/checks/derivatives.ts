/**
 * Derivatives of a random smooth program, through generated code: against central differences (P1), forward against reverse
 * mode (P4, P5), second derivatives against each other (P10). Each check throws where its property does not hold.
 */
import { type ApproxTensor, type Attrs, type Func, isFloat, Trace, type Var } from "@tapeless/types/compiler";
import { expand } from "../../../autodiff/expand.js";
import type { RandomGraph } from "../generator/random-graph.js";
import { random } from "../generator/recipe.js";
import { blame, evaluate } from "./compare.js";
import { elementsOf, runnable, toLeaf } from "./generated.js";

const floatsOf = (func: Func): readonly number[] => func.params.flatMap((param, k) => (isFloat(param) ? [k] : []));

/** A program of one scalar: the sum of all float results, each weighted so that none cancels another. */
function scalarised(func: Func): Func {
  const trace = new Trace("loss");
  const outs = trace.inline(
    func,
    func.params.map((param) => trace.param(param, param.name)),
  );
  const terms = outs.filter(isFloat).map((out, k) => {
    const [flat] = trace.emit({ op: "sum", inputs: [out], attrs: { axes: out.shape.map((_, axis) => axis) } });
    const weight = { kind: "Lit", value: 1 + k / 4, dtype: "f64", shape: [] } as const;
    const [term] = trace.emit({ op: "mul", inputs: [flat ?? weight, weight] });
    return term ?? weight;
  });
  const [first, ...rest] = terms;
  const total = rest.reduce((sum, term) => trace.emit({ op: "add", inputs: [sum ?? term, term] })[0], first);
  return trace.finish(total === undefined ? [] : [total]);
}

/** A program of one transformation of another, whose parameters are the first's and `extra`. */
function transformed(op: "jvp" | "vjp", inner: Func, attrs: Attrs, extra: readonly Var[]): Func {
  const trace = new Trace(op);
  const params = [...inner.params, ...extra].map((param, k) => trace.param(param, `p${k}`));
  return trace.finish(trace.emit({ op, inputs: params, attrs, funcs: [inner] }));
}

const gradientOf = (loss: Func): Func => {
  const trace = new Trace("gradient");
  const params = loss.params.map((param) => trace.param(param, param.name));
  const one = { kind: "Lit", value: 1, dtype: "f64", shape: [] } as const;
  const outs = trace.emit({
    op: "vjp",
    inputs: [...params, one],
    attrs: { wrt: floatsOf(loss), of: [0] },
    funcs: [loss],
  });
  return trace.finish(outs);
};

type Values = readonly (readonly number[])[];

const moved = (args: readonly ApproxTensor[], k: number, i: number, by: number): readonly ApproxTensor[] =>
  args.map((arg, at) => (at === k ? { ...arg, value: arg.value.map((x, j) => (j === i ? x + by : x)) } : arg));

/** Central differences of five points at two widths: the derivative and how much the two disagree. */
function difference(value: (by: number) => number): { readonly slope: number; readonly doubt: number } {
  const at = (h: number): number => (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h);
  const [wide, narrow] = [at(2e-3), at(1e-3)];
  return { slope: narrow, doubt: Math.abs(wide - narrow) };
}

/** How many partial derivatives were compared, and of how many the differences were too coarse to tell. */
export interface Tally {
  compared: number;
  unclear: number;
}

/** P1: each element of the gradient against central differences. */
export async function checkDifferences(graph: RandomGraph, tally: Tally): Promise<void> {
  const loss = scalarised(graph.func);
  if (loss.outs.length === 0) return;
  const [value, gradient] = [await runnable(loss), await runnable(gradientOf(loss))];
  const valueAt = (args: readonly ApproxTensor[]): number => elementsOf(value.call(args.map(toLeaf))[0] ?? 0)[0] ?? 0;
  const base = valueAt(graph.args);
  const [again, ...grads]: Values = gradient.call(graph.args.map(toLeaf)).map(elementsOf);
  const wrt = floatsOf(loss);
  blame(
    graph,
    "gradient against differences",
    () => {
      if (!(Math.abs((again?.[0] ?? Number.NaN) - base) <= 1e-12 * Math.max(1, Math.abs(base))))
        throw new Error(`beside its gradient the value is ${again?.[0]}, alone ${base}`);
      wrt.forEach((k, n) =>
        grads[n]?.forEach((g, i) => {
          const { slope, doubt } = difference((by) => valueAt(moved(graph.args, k, i, by)));
          const scale = Math.max(1, Math.abs(g), Math.abs(base));
          tally.compared++;
          if (doubt > 1e-6 * scale) tally.unclear++;
          else if (!(Math.abs(g - slope) <= 1e-9 * scale + 2 * doubt))
            throw new Error(`d/d x${k}[${i}] is ${g}, differences give ${slope} ± ${doubt}`);
        }),
      );
    },
    () => gradient.text,
  );
}

const inner = (a: Values, b: Values): number =>
  a.reduce((sum, list, k) => sum + list.reduce((part, x, i) => part + x * (b[k]?.[i] ?? 0), 0), 0);
const norm = (a: Values): number => Math.sqrt(inner(a, a));

/** P4 and P5: <u, J v> = <Jᵀ u, v> with random u and v; J v generated and as it is evaluated, equation by equation. */
export async function checkDuality(graph: RandomGraph): Promise<void> {
  const func = expand(graph.func);
  const wrt = floatsOf(func);
  const of = func.outs.flatMap((out, k) => (isFloat(out) && out.kind === "Var" ? [k] : []));
  if (wrt.length === 0 || of.length !== func.outs.length) return;
  const outs = func.outs.filter((out) => out.kind === "Var");
  const next = random(7);
  const like = (shapes: readonly ApproxTensor[]): readonly ApproxTensor[] =>
    shapes.map((x) => ({ ...x, value: x.value.map(() => next() * 2 - 1) }));
  const v = like(wrt.flatMap((k) => graph.args[k] ?? []));
  const u = like(evaluate(func, graph));
  const forward = transformed(
    "jvp",
    func,
    { wrt },
    wrt.flatMap((k) => func.params[k] ?? []),
  );
  const push = await runnable(forward);
  const pull = await runnable(transformed("vjp", func, { wrt, of }, outs));
  const pushed = push
    .call([...graph.args, ...v].map(toLeaf))
    .map(elementsOf)
    .slice(outs.length);
  const pulled = pull
    .call([...graph.args, ...u].map(toLeaf))
    .map(elementsOf)
    .slice(outs.length);
  blame(
    graph,
    "forward against reverse mode",
    () => {
      const [us, vs]: readonly [Values, Values] = [u.map(({ value }) => [...value]), v.map(({ value }) => [...value])];
      const allowed = 1e-11 * (1 + norm(us) * norm(pushed) + norm(vs) * norm(pulled));
      const evaluated = evaluate(expand(forward), { ...graph, args: [...graph.args, ...v] })
        .slice(outs.length)
        .map(({ value }) => [...value]);
      const apart = norm(pushed.map((list, k) => list.map((x, i) => x - (evaluated[k]?.[i] ?? Number.NaN))));
      if (!(apart <= 1e-11 * (1 + norm(pushed))))
        throw new Error(`generated and evaluated tangents are ${apart} apart`);
      const gap = Math.abs(inner(us, pushed) - inner(pulled, vs));
      if (!(gap <= allowed)) throw new Error(`<u, Jv> = ${inner(us, pushed)}, <J'u, v> = ${inner(pulled, vs)}`);
    },
    () => pull.text,
  );
}

/** The gradient of the loss as a program of the parameters, and how it changes along directions of them. */
function hessianProduct(loss: Func): Func {
  const wrt = floatsOf(loss);
  const gradient = gradientOf(loss);
  return transformed(
    "jvp",
    gradient,
    { wrt },
    wrt.flatMap((k) => loss.params[k] ?? []),
  );
}

/** P10: <a, H b> = <b, H a>. */
export async function checkHessian(graph: RandomGraph): Promise<void> {
  const loss = scalarised(graph.func);
  const wrt = floatsOf(loss);
  if (loss.outs.length === 0 || wrt.length === 0) return;
  const next = random(11);
  const at = wrt.flatMap((k) => graph.args[k] ?? []);
  const direction = (): readonly ApproxTensor[] => at.map((x) => ({ ...x, value: x.value.map(() => next() * 2 - 1) }));
  const [a, b] = [direction(), direction()];
  const program = await runnable(hessianProduct(loss));
  const product = (v: readonly ApproxTensor[]): Values =>
    program
      .call([...graph.args, ...v].map(toLeaf))
      .map(elementsOf)
      .slice(-wrt.length);
  const valuesOf = (v: readonly ApproxTensor[]): Values => v.map(({ value }) => [...value]);
  blame(
    graph,
    "symmetry of second derivatives",
    () => {
      const [ha, hb] = [product(a), product(b)];
      const allowed = 1e-9 * (1 + norm(valuesOf(a)) * norm(hb) + norm(valuesOf(b)) * norm(ha));
      const gap = Math.abs(inner(valuesOf(b), ha) - inner(valuesOf(a), hb));
      if (!(gap <= allowed))
        throw new Error(`<b, Ha> = ${inner(valuesOf(b), ha)}, <a, Hb> = ${inner(valuesOf(a), hb)}`);
    },
    () => program.text,
  );
}
