/** What runs before a group is what can be reached from it, in whatever order that is said. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Group } from "./group.js";

/** By group those that can be reached: the rows of a table, closed by looking for ways through each group in turn. */
function reachable(
  count: number,
  edges: readonly (readonly [from: number, to: number])[],
): readonly (readonly boolean[])[] {
  const rows = Array.from({ length: count }, (_, from) =>
    Array.from({ length: count }, (_, to) => edges.some((edge) => edge[0] === from && edge[1] === to)),
  );
  for (const through of rows.keys())
    for (const row of rows)
      if (row[through] === true)
        rows[through]?.forEach((reaches, to) => {
          if (reaches) row[to] = true;
        });
  return rows;
}

test("what runs before a group runs before all that wait for it, though it is said later", () => {
  const count = 40; // more than a word of bits
  const edge = fc.tuple(fc.nat(count - 1), fc.nat(count - 1));
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 60, size: "max" }), (pairs) => {
      const groups = Array.from({ length: count }, (_, number) => new Group("", number));
      const edges: (readonly [number, number])[] = [];
      for (const [from, to] of pairs) {
        const [one, other] = [groups[from], groups[to]];
        if (one === undefined || other === undefined || from === to || other.isAfter(one)) continue; // no circles
        one.runAfter([other], groups);
        edges.push([from, to]);
      }
      const told = groups.map((group) => groups.map((other) => group.isAfter(other)));
      expect(told).toEqual(reachable(count, edges));
    }),
    { numRuns: 100, seed: 11 },
  );
});
