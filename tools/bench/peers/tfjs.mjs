/** TensorFlow.js as a contender: `tfjs.mjs FOLDER BACKEND WORKLOAD`, where the backend is cpu or wasm. */
import { createRequire } from "node:module";
import { digestAll } from "../dist/measure/agreement.js";
import { serve } from "../dist/measure/serve.js";
import { workloadOf } from "../dist/workloads/data.js";

const [folder, backend, name] = process.argv.slice(2);

await serve(async () => {
  const require = createRequire(`${folder}/package.json`);
  const tf = require("@tensorflow/tfjs");
  tf.env().set("PROD", true);
  const loaded = require(`@tensorflow/tfjs-backend-${backend}`);
  if (backend === "wasm") loaded.setWasmPaths(`${folder}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
  await tf.setBackend(backend);
  await tf.ready();
  const workload = workloadOf(name);
  const data = workload.data();
  const of = (key, ...shape) => tf.tensor(data[key], shape, "float32");

  const valueAndGradOf = (loss, params) => {
    const f = tf.valueAndGrads(loss);
    return {
      run: () => {
        const { value, grads } = f(params);
        const result = value.dataSync()[0];
        value.dispose();
        for (const each of grads) each.dispose();
        return result;
      },
      check: () => {
        const { value, grads } = f(params);
        return digestAll(
          value.dataSync()[0],
          grads.map((each) => each.dataSync()),
        );
      },
    };
  };

  const dense = (x, w, b) => tf.add(tf.matMul(x, w), b);
  const norm = (x, g, b) => {
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const variance = tf.mean(tf.square(centred), 1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), g), b);
  };
  const mlp = (batch) => () => {
    const [X, Y] = [of("X", batch, 784), of("Y", batch, 10)];
    return valueAndGradOf(
      (W1, b1, W2, b2) => tf.losses.softmaxCrossEntropy(Y, dense(tf.relu(dense(X, W1, b1)), W2, b2)),
      [of("W1", 784, 128), of("b1", 128), of("W2", 128, 10), of("b2", 10)],
    );
  };

  const lstm = () => {
    const xs = Array.from({ length: 20 }, (_, t) =>
      tf.tensor(data.xs.slice(t * 512, (t + 1) * 512), [8, 64], "float32"),
    );
    const nothing = tf.zeros([8, 64]);
    return valueAndGradOf(
      (Wx, Wh, b) => {
        let [h, c] = [nothing, nothing];
        for (const x of xs) {
          const gates = tf.add(tf.add(tf.matMul(x, Wx), tf.matMul(h, Wh)), b);
          const [i, f, o, u] = tf.split(gates, 4, 1);
          c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(u)));
          h = tf.mul(tf.sigmoid(o), tf.tanh(c));
        }
        return tf.mean(tf.square(h));
      },
      [of("Wx", 64, 256), of("Wh", 64, 256), of("b", 256)],
    );
  };

  const gmm = () => {
    const [n, d, k, t] = [1000, 10, 5, 45];
    const places = new Float32Array(t * d * d); // where a number of l stands in the matrix
    for (let j = 0, p = 0; j < d; j++) for (let i = j + 1; i < d; i++, p++) places[p * d * d + i * d + j] = 1;
    const [S, x, eye] = [tf.tensor(places, [t, d * d], "float32"), of("x", 1, n, d), tf.eye(d)];
    return valueAndGradOf(
      (alphas, means, q, l) => {
        const diagonal = tf.exp(q);
        const L = tf.add(tf.reshape(tf.matMul(l, S), [k, d, d]), tf.mul(tf.expandDims(diagonal, 2), eye));
        const centred = tf.sub(x, tf.expandDims(means, 1));
        const squares = tf.sum(tf.square(tf.matMul(centred, L, false, true)), 2);
        const inner = tf.sub(tf.expandDims(tf.add(alphas, tf.sum(q, 1)), 1), tf.mul(0.5, squares));
        const prior = tf.mul(0.5, tf.add(tf.sum(tf.square(diagonal)), tf.sum(tf.square(l))));
        return tf.add(tf.sub(tf.sum(tf.logSumExp(inner, 0)), tf.mul(n, tf.logSumExp(alphas))), prior);
      },
      [of("alphas", k), of("means", k, d), of("q", k, d), of("l", k, t)],
    );
  };

  const block = () => {
    const [x, t] = [of("x", 256, 64), of("t", 256, 64)];
    const heads = (y) => tf.transpose(tf.reshape(y, [4, 64, 4, 16]), [0, 2, 1, 3]);
    const [square64, vector] = [[64, 64], [64]];
    const shapes = {
      Wq: square64,
      Wk: square64,
      Wv: square64,
      Wo: square64,
      g1: vector,
      c1: vector,
      g2: vector,
      c2: vector,
    };
    Object.assign(shapes, { Wa: [64, 256], ba: [256], Wb: [256, 64], bb: vector });
    return valueAndGradOf(
      (Wq, Wk, Wv, Wo, g1, c1, g2, c2, Wa, ba, Wb, bb) => {
        const h = norm(x, g1, c1);
        const [q, k, v] = [Wq, Wk, Wv].map((w) => heads(tf.matMul(h, w)));
        const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / 4));
        const attended = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [256, 64]);
        const y = tf.add(x, tf.matMul(attended, Wo));
        const u = tf.relu(dense(norm(y, g2, c2), Wa, ba));
        return tf.mean(tf.square(tf.sub(tf.add(y, dense(u, Wb, bb)), t)));
      },
      workload.wrt.map((key) => of(key, ...shapes[key])),
    );
  };

  const makers = {
    W1a: () => {
      const M = of("M", 3, 3);
      return valueAndGradOf((x) => tf.dot(x, tf.dot(M, x)), [of("x", 3)]);
    },
    W1b: () => valueAndGradOf((x, y) => tf.dot(x, y), [of("x", 14), of("y", 14)]),
    W2: () => {
      const [X, y] = [of("X", 100, 10), of("y", 100)];
      const loss = (w, b) => tf.mean(tf.square(tf.sub(y, tf.relu(tf.add(tf.dot(X, w), b)))));
      return valueAndGradOf(loss, [of("w", 10), tf.scalar(data.b[0])]);
    },
    W3_32: mlp(32),
    W3_128: mlp(128),
    W4: () => {
      const [X, Y] = [of("X", 16, 64), of("Y", 16, 10)];
      return valueAndGradOf(
        (W1, b1, W2, b2, W3, b3) =>
          tf.losses.softmaxCrossEntropy(Y, dense(tf.relu(dense(tf.relu(dense(X, W1, b1)), W2, b2)), W3, b3)),
        [of("W1", 64, 64), of("b1", 64), of("W2", 64, 64), of("b2", 64), of("W3", 64, 10), of("b3", 10)],
      );
    },
    W5: () =>
      valueAndGradOf(
        (x, y, z) => tf.sum(tf.mul(tf.tanh(tf.add(tf.mul(x, y), z)), tf.sigmoid(x))),
        [of("x", 1e6), of("y", 1e6), of("z", 1e6)],
      ),
    W6s: () => {
      const T = of("T", 512, 1024);
      return valueAndGradOf((X) => tf.sum(tf.mul(tf.softmax(X), T)), [of("X", 512, 1024)]);
    },
    W6l: () => {
      const T = of("T", 512, 1024);
      const params = [of("X", 512, 1024), of("g", 1024), of("b", 1024)];
      return valueAndGradOf((X, g, b) => tf.sum(tf.mul(norm(X, g, b), T)), params);
    },
    W7: () => {
      const T = of("T", 512, 512);
      return valueAndGradOf((A, B) => tf.sum(tf.mul(tf.matMul(A, B), T)), [of("A", 512, 512), of("B", 512, 512)]);
    },
    W8: lstm,
    W9: gmm,
    W10: block,
  };
  const make = makers[name];
  if (make === undefined) throw new Error("n/a");
  return { it: make() };
});
