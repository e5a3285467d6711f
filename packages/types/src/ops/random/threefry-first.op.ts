/** The first random word of element c under the key (a, b): counter-based, so nothing is differentiated. */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "threefryFirst",
  doc: "The first random word of element c under the key (a, b), by Threefry-2x32 with 20 rounds.",
  kind: "integer",
  arity: 3,
  lower: (s, key0, key1, counter) => s.threefryFirst(key0, key1, counter),
  derivative: { form: "none", zero: true, why: "a key has no derivative" },
  // Jax.random.split(PRNGKey(42), 3) of jax 0.10.2 gives the first three; the last is Random123's known answer for zeros.
  samples: [
    {
      in: [
        [0, 0, 0, 0],
        [42, 42, 42, 0],
        [0, 1, 2, 0],
      ],
      out: [1832780943, 64467757, -1829035798, 1797259609],
    },
  ],
});
