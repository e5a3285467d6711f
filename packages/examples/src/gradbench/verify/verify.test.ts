/** Derivatives of GradBench's problems at small sizes, by both proofs; and the proofs see a wrong one. */
import { expect, test } from "vitest";
import { subjects } from "./subjects.js";
import { isWithin, verify, verifySubject } from "./verify.js";

test.each(Object.entries(subjects).map(([name, { small }]) => [name, small] as const))("%s %j", (name, small) => {
  const found = verify(name, small);
  expect(found).toSatisfy(isWithin);
});

test.each(Object.entries(subjects))("%s with a wrong derivative", (_, { make, small }) => {
  const subject = make(small);
  const wrong = subject
    .gradient()
    .map((values) => values.map((value, i) => (i === 0 ? value * (1 + 1e-4) + 1e-4 : value)));
  expect(verifySubject({ ...subject, gradient: () => wrong })).not.toSatisfy(isWithin);
  expect(verifySubject({ ...subject, forward: (v) => subject.forward(v) * (1 + 1e-6) }).duality).toBeGreaterThan(1e-11);
});
