/** A random multiple of 2⁻⁵³ in [0, 1), as f64: element c under the key (a, b): counter-based, so nothing is differentiated. */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "threefryUnit",
  doc: "A random multiple of 2⁻⁵³ in [0, 1), as f64: element c under the key (a, b), by Threefry-2x32 with 20 rounds.",
  kind: "integer",
  arity: 3,
  result: () => "f64",
  lower: (s, key0, key1, counter) => s.threefryUnit(key0, key1, counter),
  derivative: { form: "none", zero: true, why: "a key has no derivative" },
  // From the words that jax.random.split(PRNGKey(42), 3) of jax 0.10.2 gives, the first three; the last is Random123's known answer for zeros.
  samples: [
    {
      in: [
        [0, 0, 0, 0],
        [42, 42, 42, 0],
        [0, 1, 2, 0],
      ],
      out: [0.4267275666499091, 0.015010069515314584, 0.5741444178995353, 0.41845711171638655],
    },
  ],
});
