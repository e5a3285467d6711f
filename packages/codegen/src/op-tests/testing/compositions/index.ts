/** All compositions; a family is a file beside this one and a row here. */
import { activations } from "./activations.js";
import type { Composition } from "./composition.js";
import { contractions } from "./contractions.js";
import { convolutions } from "./convolutions.js";
import { creators } from "./creators.js";
import { elementary } from "./elementary.js";
import { indexing } from "./indexing.js";
import { layers } from "./layers.js";
import { linearSystems } from "./linear-systems.js";
import { loops } from "./loops.js";
import { losses } from "./losses.js";
import { moving } from "./moving.js";
import { normalization } from "./normalization.js";
import { order } from "./order.js";
import { pools } from "./pools.js";
import { products } from "./products.js";
import { randomNumbers } from "./random.js";
import { reductions } from "./reductions.js";
import { shapes } from "./shapes.js";
import { statistics } from "./statistics.js";

export const compositions: readonly Composition[] = [
  activations,
  contractions,
  convolutions,
  creators,
  elementary,
  indexing,
  layers,
  linearSystems,
  loops,
  losses,
  moving,
  normalization,
  order,
  pools,
  products,
  randomNumbers,
  reductions,
  shapes,
  statistics,
].flat();
