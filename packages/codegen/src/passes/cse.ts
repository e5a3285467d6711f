/** Common subexpressions: copying a program into a fresh trace makes equal equations one. */
import type { Func } from "@tapeless/types/compiler";
import { rewriteFunc } from "./rewrite.js";

export const cse = (func: Func): Func => rewriteFunc(func, () => undefined);
