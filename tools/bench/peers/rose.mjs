/** rose (its functions compiled to Wasm) as a contender: `rose.mjs FOLDER WORKLOAD`. It takes nested lists of numbers. */
import { pathToFileURL } from "node:url";
import { digestAll } from "../dist/measure/agreement.js";
import { serve } from "../dist/measure/serve.js";
import { workloadOf } from "../dist/workloads/data.js";

const [folder, name] = process.argv.slice(2);

const nested = (values, [first, ...rest]) => {
  if (rest.length === 0) return Array.from(values);
  const width = values.length / first;
  return Array.from({ length: first }, (_, i) => nested(values.slice(i * width, (i + 1) * width), rest));
};
const flat = (value) => {
  if (Array.isArray(value)) return value.flatMap(flat);
  return typeof value === "object" ? Object.values(value).flatMap(flat) : [value];
};

await serve(async () => {
  const rose = await import(pathToFileURL(`${folder}/node_modules/rose/dist/index.js`).href);
  const { Real, Dual, Vec, fn, vec, sum, add, sub, mul, div, select, gt, opaque, compile, vjp } = rose;
  const exp = opaque([Real], Real, Math.exp);
  exp.jvp = fn([Dual], Dual, ({ re, du }) => {
    const y = exp(re);
    return { re: y, du: mul(du, y) };
  });
  const log = opaque([Real], Real, Math.log);
  log.jvp = fn([Dual], Dual, ({ re, du }) => ({ re: log(re), du: div(du, re) }));
  const relu = (x) => select(gt(x, 0), Real, x, 0);
  const { wrt, data: dataOf } = workloadOf(name);
  const data = dataOf();

  const contender = async (f, args) => {
    const compiled = await compile(f);
    return {
      run: () => compiled(...args).loss,
      check: () => {
        const out = compiled(...args);
        return digestAll(
          out.loss,
          wrt.map((key) => flat(out[key])),
        );
      },
    };
  };

  const quadraticForm = () => {
    const M = Array.from(data.M); // constants: rose has no gradient of a part of its arguments
    const V = Vec(3, Real);
    const f = fn([V], Real, (x) => {
      let total = 0;
      for (let i = 0; i < 3; i++) {
        let row = 0;
        for (let j = 0; j < 3; j++) row = add(row, mul(M[i * 3 + j], x[j]));
        total = add(total, mul(x[i], row));
      }
      return total;
    });
    const both = fn([V], { loss: Real, x: V }, (x) => {
      const { ret, grad } = vjp(f)(x);
      return { loss: ret, x: grad(1) };
    });
    return contender(both, [Array.from(data.x)]);
  };

  const dot = () => {
    const V = Vec(14, Real);
    const f = fn([{ x: V, y: V }], Real, ({ x, y }) => sum(14, (i) => mul(x[i], y[i])));
    const both = fn([V, V], { loss: Real, x: V, y: V }, (x, y) => {
      const { ret, grad } = vjp(f)({ x, y });
      const g = grad(1);
      return { loss: ret, x: g.x, y: g.y };
    });
    return contender(both, [Array.from(data.x), Array.from(data.y)]);
  };

  const neuron = () => {
    const W = Vec(10, Real);
    const rows = Vec(100, W);
    const Y = Vec(100, Real);
    const f = fn([{ w: W, b: Real, X: rows, y: Y }], Real, ({ w, b, X, y }) => {
      const squares = sum(100, (i) => {
        const z = add(
          sum(10, (j) => mul(w[j], X[i][j])),
          b,
        );
        const miss = sub(y[i], relu(z));
        return mul(miss, miss);
      });
      return div(squares, 100);
    });
    const both = fn([W, Real, rows, Y], { loss: Real, w: W, b: Real }, (w, b, X, y) => {
      const { ret, grad } = vjp(f)({ w, b, X, y });
      const g = grad(1);
      return { loss: ret, w: g.w, b: g.b };
    });
    return contender(both, [Array.from(data.w), data.b[0], nested(data.X, [100, 10]), Array.from(data.y)]);
  };

  const mlp = (batch, widths) => () => {
    const layers = widths.length - 1;
    const params = {};
    const values = {};
    for (let l = 1; l <= layers; l++) {
      const [input, output] = [widths[l - 1], widths[l]];
      params[`W${l}`] = Vec(input, Vec(output, Real));
      params[`b${l}`] = Vec(output, Real);
      values[`W${l}`] = nested(data[`W${l}`], [input, output]);
      values[`b${l}`] = Array.from(data[`b${l}`]);
    }
    const [XT, YT] = [Vec(batch, Vec(widths[0], Real)), Vec(batch, Vec(10, Real))];
    const f = fn([{ ...params, X: XT, Y: YT }], Real, (p) => {
      let h = p.X;
      for (let l = 1; l <= layers; l++) {
        const [x, w, b, input, output] = [h, p[`W${l}`], p[`b${l}`], widths[l - 1], widths[l]];
        h = vec(batch, Vec(output, Real), (i) => {
          const row = x[i];
          return vec(output, Real, (j) => {
            const z = add(
              sum(input, (k) => mul(row[k], w[k][j])),
              b[j],
            );
            return l === layers ? z : relu(z);
          });
        });
      }
      const scores = h;
      const total = sum(batch, (i) => {
        const row = scores[i];
        const normalizer = log(sum(10, (j) => exp(row[j])));
        return sum(10, (j) => mul(p.Y[i][j], sub(normalizer, row[j])));
      });
      return div(total, batch);
    });
    const both = fn([params, XT, YT], { loss: Real, ...params }, (p, X, Y) => {
      const keys = Object.keys(params);
      const { ret, grad } = vjp(f)({ ...Object.fromEntries(keys.map((key) => [key, p[key]])), X, Y });
      const g = grad(1);
      return { loss: ret, ...Object.fromEntries(keys.map((key) => [key, g[key]])) };
    });
    return contender(both, [values, nested(data.X, [batch, widths[0]]), nested(data.Y, [batch, 10])]);
  };

  const makers = {
    W1a: quadraticForm,
    W1b: dot,
    W2: neuron,
    W3_32: mlp(32, [784, 128, 10]),
    W4: mlp(16, [64, 64, 64, 10]),
  };
  const make = makers[name];
  if (make === undefined) throw new Error("n/a");
  return { it: await make() };
});
