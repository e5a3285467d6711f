/**
 * A network that writes first names letter by letter: a long short-term memory (Hochreiter & Schmidhuber 1997) reads the
 * letters so far and says which comes next. One step of the loop over the letters is the body of a `scan`; the weights are
 * captured by it.
 */
import {
  adam,
  crossEntropy,
  embedding,
  f32,
  fn,
  i32,
  linear,
  lstmCell,
  scan,
  softmax,
  transpose,
  valueAndGrad,
  zeros,
} from "tapeless";

/** 26 letters, the hyphen, and the end of the name, which stands before the first letter too. */
const symbols = 28;
/** Letters of the longest name, and its end. */
const length = 12;
/** In place of a letter, where a name has ended. */
const padding = -1;
const features = 24;
const hidden = 64;

const params = {
  letters: f32([symbols, features]),
  cell: { wx: f32([4 * hidden, features]), wh: f32([4 * hidden, hidden]), b: f32([4 * hidden]) },
  out: { w: f32([symbols, hidden]), b: f32([symbols]) },
};

/** What is remembered of the letters so far, of each name of a batch. */
const state = { h: f32(["batch", hidden]), c: f32(["batch", hidden]) };

/** One letter further: scores of the letters that may come next, and what is remembered then. */
const step = fn({ params, state, letter: i32(["batch"]) }, ({ params: { letters, cell, out }, state, letter }) => {
  const next = lstmCell(embedding(letters, letter), state, cell);
  return { state: next, scores: linear(next.h, out.w, out.b) };
});

/**
 * Mean cross entropy, in nats, of the letters `to` with what the letters `from` let expect. Names are padded to one
 * length; where `to` is -1 there is no letter, and nothing is counted.
 */
export const loss = fn({ params, from: i32(["batch", length]), to: i32(["batch", length]) }, ({ params, from, to }) => {
  const nothing = { h: zeros(["batch", hidden]), c: zeros(["batch", hidden]) };
  const [, scores] = scan(
    (state, letter) => {
      const { state: next, scores } = step({ params, state, letter });
      return [next, scores];
    },
    nothing,
    transpose(from),
  );
  return crossEntropy(scores, transpose(to), { ignoreIndex: padding, reduction: "mean" });
});

export const lossAndGrad = valueAndGrad(loss, "params");

/** One Adam step, gradient and update fused into one function. */
export const trainStep = fn(
  { ...loss.input, state: adam.state(params), lr: f32([]) },
  ({ state, lr, ...batch }) => {
    const { value, grad } = lossAndGrad(batch);
    return { value, ...adam.update({ params: batch.params, grad, state, lr }) };
  },
  { donate: ["params", "state"] },
);

/** How probable each letter is as the next one, and what is remembered then. */
export const next = fn(step.input, (input) => {
  const { state, scores } = step(input);
  return { state, probability: softmax(scores, -1) };
});
