/**
 * The DSL's `fn` and transformations for functions whose inputs are known only at run time.
 *
 * Invariant: types say which trees go in and out and nothing of shapes and dtypes; these are checked by the DSL while the
 * function is traced, as always.
 */
import { type AnyTensor, fn, grad, jvp, vjp, vmap } from "@tapeless/types";

/** Tensors by name. */
export type Values = Readonly<Record<string, AnyTensor>>;

/** A function of the DSL: `I` and `O` are what it takes and gives. */
export interface Dynamic<I, O> {
  readonly input: I;
  readonly output: O;
  (argument: I): O;
}

interface DynamicLanguage {
  fn<O extends object>(input: Values, body: (input: Values) => O): Dynamic<Values, O>;
  grad(f: Dynamic<Values, AnyTensor>, wrt: readonly string[]): Dynamic<Values, Values>;
  vjp<O>(
    f: Dynamic<Values, O>,
    wrt: readonly string[],
  ): Dynamic<{ input: Values; cotangent: O }, { value: O; grad: Values }>;
  jvp<O>(
    f: Dynamic<Values, O>,
    wrt: readonly string[],
  ): Dynamic<{ input: Values; tangent: Values }, { value: O; tangent: O }>;
  vmap<I, O>(f: Dynamic<I, O>, size: number, inAxes: { readonly [k in keyof I]?: null }): Dynamic<I, O>;
}

// The public signatures judge shapes and dtypes that are literal types; here there are none, only values.
export const dynamic = { fn, grad, vjp, jvp, vmap } as unknown as DynamicLanguage;
