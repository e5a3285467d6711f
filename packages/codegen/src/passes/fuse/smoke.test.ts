import { parseFunc } from "@tapeless/types/compiler";
import { test } from "vitest";
import { loopLanguage } from "../../ir/loop/index.js";
import { checkLevels } from "../testing/check-levels.js";
const texts = [
`func mlp(x: f32[batch, 6], w: f32[6, 5], b: f32[5], v: f32[5, 10]) {
  z: f32[batch, 5] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]} at "m.ts:3:1"
  bb: f32[batch, 5] = broadcastTo(b) {shape=[batch, 5], axes=[1]}
  a: f32[batch, 5] = add(z, bb) at "m.ts:4:1"
  h: f32[batch, 5] = relu(a) at "m.ts:5:1"
  y: f32[batch, 10] = contract(h, v) {left=[0, 1], right=[1, 2], out=[0, 2]}
  s: f32[] = sum(y) {axes=[0, 1]}
} -> (s, y)`,
`func w5(x: f32[n], y: f32[n], z: f32[n]) {
  xy: f32[n] = mul(x, y)
  u: f32[n] = add(xy, z)
  t: f32[n] = tanh(u)
  q: f32[n] = sigmoid(x)
  p: f32[n] = mul(t, q)
  s: f32[] = sum(p) {axes=[0]}
  tt: f32[n] = mul(t, t)
  d: f32[n] = sub(1:f32, tt)
  gz: f32[n] = mul(q, d)
  gy: f32[n] = mul(gz, x)
  gx: f32[n] = mul(gz, y)
} -> (s, gx, gy, gz)`,
`func sm(x: f32[b, n]) {
  m: f32[b] = max(x) {axes=[1], keepDims=false}
  mm: f32[b, n] = broadcastTo(m) {shape=[b, n], axes=[0]}
  d: f32[b, n] = sub(x, mm)
  e: f32[b, n] = exp(d)
  s: f32[b] = sum(e) {axes=[1], keepDims=false}
  ss: f32[b, n] = broadcastTo(s) {shape=[b, n], axes=[0]}
  y: f32[b, n] = div(e, ss)
  r: f32[n, b] = reshape(y) {shape=[n, b]}
} -> (y, x, r, 1:f32)`,
`func sc(w: f32[4, 4], h: f32[4], xs: f32[t, 4], dw: f32[4, 4]) {
  hT: f32[4], dwT: f32[4, 4], ys: f32[t, 4] = scan(w, h, dw, xs) {length=t, consts=1, carries=2, reverse=true} with func body(w: f32[4, 4], h: f32[4], dw: f32[4, 4], x: f32[4]) {
    z: f32[4] = contract(w, h) {left=[0, 1], right=[1], out=[0]}
    a: f32[4] = add(z, x)
    h2: f32[4] = tanh(a)
    o: f32[4, 4] = contract(h2, x) {left=[0], right=[1], out=[0, 1]}
    q: f32[4, 4] = add(dw, o)
  } -> (h2, q, h2)
} -> (hT, dwT, ys)`,
];
texts.push(`func mm(x: f32[b, 600], w: f32[600, n], v: f32[7, n]) {
  y: f32[b, n] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  z: f32[7, b] = contract(v, y) {left=[0, 1], right=[2, 1], out=[0, 2]}
  r: f32[600, n] = contract(x, y) {left=[0, 1], right=[0, 2], out=[1, 2]}
} -> (y, z, r)`);
test.each(texts)("%s", (text) => {
  for (const [b, n, batch, t] of [[2,6,3,3],[0,6,0,0],[1,6,1,1],[5,8,9,2]] as const) {
  const {loops} = checkLevels(parseFunc(text), {b, n, batch, t});
  if (b === 2 && text.includes('mm')) console.log(loopLanguage.print(loops));
  }
});
