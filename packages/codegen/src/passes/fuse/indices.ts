/** Indices of axes of known sizes. */

/** All of them, the last axis fastest. */
export const allIndices = (sizes: readonly number[]): readonly (readonly number[])[] =>
  sizes.reduce<readonly (readonly number[])[]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, k) => [...index, k])),
    [[]],
  );
