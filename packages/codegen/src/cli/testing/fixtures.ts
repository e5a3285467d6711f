/** What the tests of the command line share: a model that is right and one that is wrong. */

export const model = `import { fn, relu } from "tapeless";

/** Doc. */
export const f = fn({ x: 1 }, ({ x }) => relu(x));
`;

/** Throws TL0203 at 4:10. */
export const wrongModel = `import { concat, fn } from "tapeless";

export const f = fn({ x: 1 }, ({ x }) => {
  return concat(x);
});
`;

export const firstLine = (text: string): string => text.split("\n")[0] ?? "";
