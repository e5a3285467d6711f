/** What derivatives are verified with: forward mode, and reverse mode where a problem's own function does not show it. */
import { grad, hvp, jvp, vjp } from "tapeless";
import { det } from "../det/table.model.js";
import { objective as gmmObjective } from "../gmm/gmm.model.js";
import { cost } from "../kmeans/kmeans.model.js";
import { primal as llsqPrimal } from "../llsq/llsq.model.js";
import { primal as lsePrimal } from "../lse/lse.model.js";
import { objective as lstmObjective } from "../lstm/lstm.model.js";
import { primal as odePrimal } from "../ode/ode.model.js";

export const lse = jvp(lsePrimal, "x");
export const llsq = jvp(llsqPrimal, "x");
export const detForward = jvp(det, "a");
export const gmm = jvp(gmmObjective, "params");
export const lstm = jvp(lstmObjective, "params");

/** Whole vectors: the last element alone, which the problem asks for, does not depend on x where there are few steps. */
export const odeForward = jvp(odePrimal, "x");
export const odeBackward = vjp(odePrimal, "x");

export const kmeansForward = jvp(cost, "centroids");
export const kmeansGradient = grad(cost, "centroids");
/** The Hessian times a vector, forward mode over reverse mode. */
export const kmeansHessian = hvp(cost, "centroids");
