/** Sizes that follow from the dimensions by more than a polynomial: computed once on entry, under names of their own. */
import { derivationOf, derivedSize } from "@tapeless/types/compiler";
import { declared, sizeExpr, type TsScope } from "./scope.js";
import { binary, declare, math, num, type TsExpr, type TsStmt } from "./tree.js";

type Derivation = NonNullable<ReturnType<typeof derivationOf>>;

/** ⌈√n⌉ steps, but one at least; ⌊n / steps⌋ segments. */
function formulaOf({ what, every, of }: Derivation, scope: TsScope): TsExpr {
  const size = sizeExpr(of, scope);
  if (what === "steps") return math("max", num(1), math("ceil", math("sqrt", size)));
  const steps = every === "sqrt" ? sizeExpr(derivedSize({ what: "steps", every }, of), scope) : num(every);
  return math("floor", binary("/", size, steps));
}

/** `const steps = …; const segments = …`, for those among the sizes of a program. */
export function declareDerived(sizes: readonly string[], scope: TsScope): readonly TsStmt[] {
  const found = sizes.flatMap((name) => {
    const how = derivationOf(name);
    return how === undefined ? [] : [{ name, how }];
  });
  const of = (what: Derivation["what"]) => found.filter(({ how }) => how.what === what); // segments are counted by steps
  return [...of("steps"), ...of("segments")].map(({ name, how }) => {
    const value = formulaOf(how, scope);
    return declare("const", declared(name, scope), value);
  });
}
