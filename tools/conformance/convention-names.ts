/** The choices at points without a unique derivative, as the fixtures call them. */

/** Of each pair the first is the choice that is made here. */
const pairs = [
  ["ties-first", "ties-split"],
  ["zero-at-kink", "one-at-kink"],
] as const;

export type Convention = (typeof pairs)[number][number];

export const ourConventions: readonly string[] = pairs.map(([ours]) => ours);

/** The choice that is made here where `other` was made there. */
export const ourChoice = (other: string): { readonly ours: Convention; readonly theirs: Convention } | undefined => {
  const pair = pairs.find(([, theirs]) => theirs === other);
  return pair === undefined ? undefined : { ours: pair[0], theirs: pair[1] };
};
