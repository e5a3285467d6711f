/**
 * Optimisers for those who step by hand: `init(params)` makes the state, `step(params, grad, state, { lr })` updates
 * parameters and state in place. The same rules as the DSL's `adam` and `sgd`, generated from them.
 */
export { type Adam, type AdamOptions, type AdamState, adam } from "./adam.js";
export { type Momentum, type MomentumState, type NoState, type Sgd, type SgdOptions, sgd } from "./sgd.js";
