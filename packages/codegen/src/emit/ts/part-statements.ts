/** What a module says of its parts: the type and the spec of each, and the functions that its boundaries call. */
import { checkFixed, fixedLength } from "./checks.js";
import { arrayOf } from "./from-loop.js";
import type { Part } from "./parts.js";
import type { HelperName } from "./prelude.js";
import { type Leaf, leavesOf, reach, resultOf, specData, typeOf, wayText } from "./spec.js";
import {
  apply,
  binary,
  construct,
  declare,
  id,
  member,
  num,
  str,
  type TsExpr,
  type TsFunction,
  type TsStmt,
} from "./tree.js";

/** `type Params = …;` and `const paramsSpec = …;`. */
export const partTypes = ({ tree, type, spec }: Part): readonly TsStmt[] => [
  {
    kind: "TypeAlias",
    name: type,
    exported: false,
    type: typeOf(tree, { isScalar: () => false, mutableScalars: false, named: () => undefined }),
  },
  declare("const", spec, { kind: "AsConst", operand: specData(tree) }),
];

const way = ({ keys }: Leaf): TsExpr => keys.reduce<TsExpr>((object, key) => member(object, key), id("part"));

function checkFunction({ tree, type, check }: Part, helpers: Set<HelperName>): TsFunction {
  return {
    kind: "Function",
    name: check,
    comment: [],
    params: [
      { name: "what", type: "string" },
      { name: "part", type },
    ],
    returns: "void",
    body: leavesOf(tree).map((leaf) =>
      checkFixed(leaf, id("what"), reach("part", leaf.keys, true), { helpers }, str(wayText(leaf.keys))),
    ),
  };
}

function freshFunction({ tree, type, fresh }: Part): TsFunction {
  const value = resultOf(tree, ({ dtype, shape }) => construct(arrayOf[dtype], num(fixedLength(shape))));
  return { kind: "Function", name: fresh, comment: [], params: [], returns: type, body: [{ kind: "Return", value }] };
}

function rememberFunction({ tree, type, remember }: Part, helpers: Set<HelperName>): TsFunction {
  helpers.add("remember");
  const changes = leavesOf(tree).map((leaf, i) =>
    apply(id("remember"), id("arrays"), i === 0 ? id("at") : binary("+", id("at"), num(i)), way(leaf)),
  );
  const value = changes.reduce((left, change) => binary("+", left, change));
  return {
    kind: "Function",
    name: remember,
    comment: ["How many of a part's arrays are other ones than at the last check."],
    params: [
      { name: "arrays", type: "ArrayBufferView[]" },
      { name: "at", type: "number" },
      { name: "part", type },
    ],
    returns: "number",
    body: [{ kind: "Return", value }],
  };
}

/** `const paramsWays = [".hidden.w", …];` */
const waysStatement = ({ tree, ways }: Part): TsStmt =>
  declare("const", ways, { kind: "ArrayOf", items: leavesOf(tree).map(({ keys }) => str(wayText(keys))) });

/** The ways that tables of overlaps speak of. */
export const partWays = (part: Part, used: ReadonlySet<string>): readonly TsStmt[] =>
  used.has(part.remember) ? [waysStatement(part)] : [];

/** The functions of a part that are in use. */
export const partFunctions = (
  part: Part,
  used: ReadonlySet<string>,
  helpers: Set<HelperName>,
): readonly TsFunction[] => [
  ...(used.has(part.check) ? [checkFunction(part, helpers)] : []),
  ...(used.has(part.fresh) ? [freshFunction(part)] : []),
  ...(used.has(part.remember) ? [rememberFunction(part, helpers)] : []),
];
