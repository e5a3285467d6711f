/** Ten thousand scalar operations, each of the one before and of one that lies anywhere before it, to measure the compiler on. */
import { add, f64, fn, mul, sin, type Tensor } from "tapeless";

export const value = fn({ x: f64([]), y: f64([]) }, ({ x, y }) => {
  const all: Tensor<[], "f64">[] = [x, y];
  let state = 1;
  for (let i = 0; i < 10_000; i++) {
    state = (state * 48271) % 2147483647; // Lehmer's generator with the factor of Park & Miller
    const [near, far] = [all[all.length - 1] ?? x, all[state % all.length] ?? y];
    all.push(i % 3 === 0 ? sin(add(near, far)) : i % 3 === 1 ? mul(near, far) : add(near, mul(far, 0.5)));
  }
  return all.at(-1) ?? x;
});
