/** jax-js (its Wasm backend) as a contender: `jax.mjs FOLDER WORKLOAD`; FOLDER is where it was installed. */
import { pathToFileURL } from "node:url";
import { digestAll } from "../dist/measure/agreement.js";
import { serve } from "../dist/measure/serve.js";
import { workloadOf } from "../dist/workloads/data.js";

const [folder, name] = process.argv.slice(2);

await serve(async () => {
  const jax = await import(pathToFileURL(`${folder}/node_modules/@jax-js/jax/dist/index.js`).href);
  const { numpy: np, jit, valueAndGrad, nn, init, defaultDevice } = jax;
  await init("wasm");
  defaultDevice("wasm");
  const workload = workloadOf(name);
  const data = workload.data();
  const of = (key, ...shape) => np.array(data[key]).reshape(shape);
  const square = (x) => np.square(x);

  /** Loss and gradients of the first arguments; every array given to jax-js is used up, `ref` keeps it. */
  const valueAndGradOf = (loss, params, rest = []) => {
    const f = jit(valueAndGrad(loss, { argnums: params.map((_, i) => i) }));
    const call = () => {
      const [value, gradients] = f(...[...params, ...rest].map((each) => each.ref));
      return { value, gradients: Array.isArray(gradients) ? gradients : [gradients] };
    };
    return {
      run: async () => {
        const { value, gradients } = call();
        for (const each of gradients) await each.blockUntilReady();
        const loss = (await value.data())[0];
        for (const each of gradients) each.dispose();
        return loss;
      },
      check: async () => {
        const { value, gradients } = call();
        const arrays = [];
        for (const each of gradients) arrays.push(await each.data());
        return digestAll((await value.data())[0], arrays);
      },
    };
  };

  const crossEntropy = (scores, Y, batch) => np.sum(nn.logSoftmax(scores, -1).mul(Y)).mul(-1 / batch);
  const norm = (x, g, b) => {
    const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
    const variance = np.mean(square(centred.ref), -1, { keepdims: true });
    return centred
      .div(np.sqrt(variance.add(1e-5)))
      .mul(g)
      .add(b);
  };
  const mlp = (batch) => () =>
    valueAndGradOf(
      (W1, b1, W2, b2, X, Y) => {
        const h = nn.relu(np.matmul(X, W1).add(b1));
        return crossEntropy(np.matmul(h, W2).add(b2), Y, batch);
      },
      [of("W1", 784, 128), of("b1", 128), of("W2", 128, 10), of("b2", 10)],
      [of("X", batch, 784), of("Y", batch, 10)],
    );

  const lstm = () =>
    valueAndGradOf(
      (Wx, Wh, b, xs) => {
        let h = np.zeros([8, 64]);
        let c = np.zeros([8, 64]);
        for (let t = 0; t < 20; t++) {
          const x = xs.ref.slice(t);
          const gates = np.matmul(x, Wx.ref).add(np.matmul(h, Wh.ref)).add(b.ref);
          const [i, f, o, u] = np.split(gates, 4, 1);
          c = nn
            .sigmoid(f)
            .mul(c)
            .add(nn.sigmoid(i).mul(np.tanh(u)));
          h = nn.sigmoid(o).mul(np.tanh(c.ref));
        }
        for (const each of [c, Wx, Wh, b, xs]) each.dispose();
        return np.mean(square(h));
      },
      [of("Wx", 64, 256), of("Wh", 64, 256), of("b", 256)],
      [of("xs", 20, 8, 64)],
    );

  const gmm = () => {
    const [n, d, k, t] = [1000, 10, 5, 45];
    const places = new Float32Array(t * d * d); // where a number of l stands in the matrix
    for (let j = 0, p = 0; j < d; j++) for (let i = j + 1; i < d; i++, p++) places[p * d * d + i * d + j] = 1;
    return valueAndGradOf(
      (alphas, means, q, l, x, S, eye) => {
        const diagonal = np.exp(q.ref);
        const L = np
          .matmul(l.ref, S)
          .reshape([k, d, d])
          .add(diagonal.ref.reshape([k, d, 1]).mul(eye));
        const centred = x.reshape([1, n, d]).sub(means.reshape([k, 1, d]));
        const squares = np.sum(square(np.matmul(centred, np.transpose(L, [0, 2, 1]))), 2);
        const inner = alphas.ref.add(np.sum(q, 1)).reshape([k, 1]).sub(squares.mul(0.5));
        const prior = np
          .sum(square(diagonal))
          .add(np.sum(square(l)))
          .mul(0.5);
        return np.sum(nn.logsumexp(inner, 0)).sub(nn.logsumexp(alphas).mul(n)).add(prior);
      },
      [of("alphas", k), of("means", k, d), of("q", k, d), of("l", k, t)],
      [of("x", n, d), np.array(places).reshape([t, d * d]), np.eye(d)],
    );
  };

  const block = () => {
    const heads = (y) => np.transpose(y.reshape([4, 64, 4, 16]), [0, 2, 1, 3]);
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
      (Wq, Wk, Wv, Wo, g1, c1, g2, c2, Wa, ba, Wb, bb, x, t) => {
        const h = norm(x.ref, g1, c1);
        const [q, k, v] = [heads(np.matmul(h.ref, Wq)), heads(np.matmul(h.ref, Wk)), heads(np.matmul(h, Wv))];
        const weights = nn.softmax(np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(1 / 4), -1);
        const attended = np.transpose(np.matmul(weights, v), [0, 2, 1, 3]).reshape([256, 64]);
        const y = x.add(np.matmul(attended, Wo));
        const u = nn.relu(np.matmul(norm(y.ref, g2, c2), Wa).add(ba));
        return np.mean(square(y.add(np.matmul(u, Wb).add(bb)).sub(t)));
      },
      workload.wrt.map((key) => of(key, ...shapes[key])),
      [of("x", 256, 64), of("t", 256, 64)],
    );
  };

  const scalar = (key) => np.array(data[key]).reshape([]);
  const makers = {
    W1a: () => valueAndGradOf((x, M) => np.dot(x.ref, np.dot(M, x)), [of("x", 3)], [of("M", 3, 3)]),
    W1b: () => valueAndGradOf((x, y) => np.dot(x, y), [of("x", 14), of("y", 14)]),
    W2: () =>
      valueAndGradOf(
        (w, b, X, y) => np.mean(square(y.sub(nn.relu(np.dot(X, w).add(b))))),
        [of("w", 10), scalar("b")],
        [of("X", 100, 10), of("y", 100)],
      ),
    W3_32: mlp(32),
    W3_128: mlp(128),
    W4: () =>
      valueAndGradOf(
        (W1, b1, W2, b2, W3, b3, X, Y) => {
          const h1 = nn.relu(np.matmul(X, W1).add(b1));
          const h2 = nn.relu(np.matmul(h1, W2).add(b2));
          return crossEntropy(np.matmul(h2, W3).add(b3), Y, 16);
        },
        [of("W1", 64, 64), of("b1", 64), of("W2", 64, 64), of("b2", 64), of("W3", 64, 10), of("b3", 10)],
        [of("X", 16, 64), of("Y", 16, 10)],
      ),
    W5: () =>
      valueAndGradOf(
        (x, y, z) => np.sum(np.tanh(x.ref.mul(y).add(z)).mul(nn.sigmoid(x))),
        [of("x", 1e6), of("y", 1e6), of("z", 1e6)],
      ),
    W6s: () => valueAndGradOf((X, T) => np.sum(nn.softmax(X, -1).mul(T)), [of("X", 512, 1024)], [of("T", 512, 1024)]),
    W6l: () =>
      valueAndGradOf(
        (X, g, b, T) => np.sum(norm(X, g, b).mul(T)),
        [of("X", 512, 1024), of("g", 1024), of("b", 1024)],
        [of("T", 512, 1024)],
      ),
    W7: () =>
      valueAndGradOf(
        (A, B, T) => np.sum(np.matmul(A, B).mul(T)),
        [of("A", 512, 512), of("B", 512, 512)],
        [of("T", 512, 512)],
      ),
    W8: lstm,
    W9: gmm,
    W10: block,
  };
  const make = makers[name];
  if (make === undefined) throw new Error("n/a");
  return { it: make() };
});
