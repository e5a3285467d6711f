/** A kind of step: how often it is taken, whether it is differentiable everywhere, what it adds to a program. */
import type { Builder } from "./builder.js";
import type { Choice } from "./recipe.js";

export interface Step {
  readonly name: string;
  readonly smooth: boolean;
  readonly weight: number;
  /** Adds nothing where the program has no operand for it. */
  readonly run: (builder: Builder, choice: Choice) => void;
}
