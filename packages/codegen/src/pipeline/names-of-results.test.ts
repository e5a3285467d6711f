/** Results and inputs may be called as the parameters of the generated functions are. */
import { exp, f64, fn, sum } from "@tapeless/types";
import { expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileModule } from "./compile-module.js";

test("a kernel that computes a result named `out` is found inside a function whose parameter is `out`", async () => {
  const f = fn({ input: f64([300]) }, ({ input }) => ({ out: sum(exp(input)) }));
  const { text } = compileModule({ file: "t.model.ts", exports: [{ name: "f", fn: f }], localNames: [] });
  const module = await importText(text);
  expect(module.f?.({ input: new Float64Array(300) })).toEqual({ out: 300 });
});
