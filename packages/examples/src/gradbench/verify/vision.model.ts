/** What the derivatives of ba and ht are verified with: the mode that their own Jacobians do not use. */
import { jvp, vjp } from "tapeless";
import { objective } from "../ba/ba.model.js";
import { complicatedObjective, simpleObjective } from "../ht/ht.model.js";

export const baForward = jvp(objective, ["cameras", "points", "weights"]);
export const simpleBackward = vjp(simpleObjective, ["turn", "shift", "fingers"]);
export const complicatedBackward = vjp(complicatedObjective, ["turn", "shift", "fingers", "us"]);
