/** What an expression names. */
import { namesOf, type ScalarExpr } from "@tapeless/types/compiler";
import { kernelLanguage } from "./language.js";

/** Names of scalars, axes and dimensions that an expression mentions, in indices too. */
export const namesIn = (expr: ScalarExpr): readonly string[] =>
  kernelLanguage.walk(expr).flatMap((node) => {
    if (node.kind === "Ref") return [node.name];
    if (node.kind === "Load") return node.index.flatMap(namesOf);
    return node.kind === "Position" ? namesOf(node.index) : [];
  });
