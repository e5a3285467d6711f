/** What is told of costs: bytes as bytes while they are few, and why a bundle is missing. */
import { expect, test } from "vitest";
import { costsText } from "./report.js";

const text = costsText({
  functions: [{ workload: "W1a", bytes: 4451, gzipped: 1500, arenaBytes: 0, given: 16, fresh: 1234, build: 1.5 }],
  firstCall: { generated: 12.3, hand: 15 },
  sizes: [
    { what: "generated file", bytes: 38_000, gzipped: 9000 },
    { what: "rose", failure: "npm error 404" },
  ],
  types: [{ model: "w4", instantiations: 12345, check: 0.8 }],
});

test.each([
  /^W1a +4\.45 kB +1\.50 kB +0 B +16 B +1\.23 kB +1\.50 s$/m,
  /generated 12\.3 ms, tuned by hand 15\.0 ms/,
  /^generated file +38\.0 kB +9\.00 kB$/m,
  /^rose +npm error 404 +–$/m,
  /^w4 +12345 +800 ms$/m,
])("%s", (line) => {
  expect(text).toMatch(line);
});
