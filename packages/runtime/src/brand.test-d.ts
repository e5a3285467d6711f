/** Read by the compilers, not run: what a brand accepts and refuses, within one package and between two. */
import type { Bool, Dims, F32, F64, I32 } from "./brand.js";
import { batches, gradCheck, init, initializers, random, tensor, tree } from "./index.js";
import type { ArraysOf, SpecTree, TensorSpec } from "./spec.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_proof: Equal<A, B>): void => {};

/** The same declaration, as another package or a second copy of this one would make it. */
interface OtherShapeBrand<S extends Dims> {
  shape(shape: S): void;
}
type OtherF32<S extends Dims = Dims> = Float32Array & { readonly "~shape"?: OtherShapeBrand<S> | undefined };

declare const value: {
  readonly plain: Float32Array;
  readonly fresh: Float32Array<ArrayBuffer>;
  readonly shared: Float32Array<SharedArrayBuffer>;
  readonly doubles: Float64Array;
  readonly exact: F32<[784, 10]>;
  readonly frozen: F32<readonly [784, 10]>;
  readonly transposed: F32<[10, 784]>;
  readonly rows: F32<[batch: number, 10]>;
  readonly vector: F32<[7840]>;
  readonly unknown: F32;
  readonly other: OtherF32<[784, 10]>;
  readonly otherTransposed: OtherF32<[10, 784]>;
};

export function brands(take: (x: F32<[784, 10]>) => void, takeRows: (x: F32<[batch: number, 10]>) => void): void {
  // A plain array, of whatever buffer, goes everywhere.
  take(value.plain);
  take(value.fresh);
  take(value.shared);
  // An equal shape, and one that may be equal.
  take(value.exact);
  take(value.frozen);
  take(value.rows);
  take(value.unknown);
  takeRows(value.exact);
  takeRows(value.rows);
  // What methods of typed arrays give has no brand.
  take(value.transposed.slice());
  take(value.transposed.subarray(0, 10));
  // Another declaration of the same brand.
  take(value.other);
  const back: OtherF32<[784, 10]> = value.exact;
  take(back);
  // @ts-expect-error a transposed array
  take(value.transposed);
  // @ts-expect-error a transposed array of the other declaration
  take(value.otherTransposed);
  // @ts-expect-error another rank
  take(value.vector);
  // @ts-expect-error another number of columns
  takeRows(value.transposed);
  // @ts-expect-error another dtype
  take(value.doubles);
  // @ts-expect-error named dimensions are numbers at run time: F32<[batch: number, 784]>
  type Named = F32<["batch", 784]>;
  const named: Named | undefined = undefined;
  void named;
}

/** Functions generic in the shape still see it. */
export function inference(
  columns: <N extends number>(x: F32<[number, N]>) => N,
  all: <S extends Dims>(x: F32<S>) => S,
): void {
  same<10, ReturnType<() => 10>>(true);
  const ten: 10 = columns(value.exact);
  const shape: [784, 10] = all(value.other);
  void [ten, shape];
}

const spec = {
  params: {
    layers: [
      { w: { kind: "tensor", dtype: "f32", shape: [784, 128] } },
      { b: { kind: "tensor", dtype: "f64", shape: [128] } },
    ],
    scale: { kind: "tensor", dtype: "f32", shape: [] },
  },
  x: { kind: "tensor", dtype: "f32", shape: ["batch", 784] },
  label: { kind: "tensor", dtype: "i32", shape: ["2*batch"] },
  mask: { kind: "tensor", dtype: "bool", shape: [3] },
} as const satisfies SpecTree;

interface Arrays {
  params: { layers: [{ w: F32<[784, 128]> }, { b: F64<[128]> }]; scale: number };
  x: F32<[number, 784]>;
  label: I32<[number]>;
  mask: Bool<[3]>;
}

export function specs(loose: SpecTree, looseLeaf: TensorSpec): void {
  const made = init(spec, random.key(0), undefined, { sizes: { batch: 3 } });
  const arrays: Arrays = made;
  const again: ArraysOf<typeof spec> = arrays;
  same<(typeof again)["params"]["layers"][0]["w"], F32<[784, 128]>>(true);
  same<(typeof again)["x"], F32<[number, 784]>>(true);
  same<(typeof again)["params"]["scale"], number>(true);
  // @ts-expect-error w is [784, 128]
  const wrong: F32<[128, 784]> = made.params.layers[0].w;
  const loosely = init(loose, random.key(0));
  const leaf: number | F32 | F64 | I32 | Bool = init(looseLeaf, random.key(0));
  void [wrong, loosely, leaf];

  init(spec.params, random.key(0), { layers: [{ w: initializers.heNormal() }] });
  init(spec.params, random.key(0), (_path, each) => (each.shape.length === 1 ? initializers.ones : undefined));
  // @ts-expect-error the spec has no `bias`
  init(spec.params, random.key(0), { bias: initializers.ones });
}

export function values(n: number): void {
  same<ReturnType<typeof tensor.f32<[2, 3]>>, F32<[2, 3]>>(true);
  const rows: F32<[number, 3]> = tensor.f32([n, 3]);
  const scalar: number = tensor.f64([], 3);
  const filled: F64<[2, 3]> = tensor.f64([2, 3], ([i, j]) => i + j);
  const [a, b] = random.split(random.key(1));
  const keys: readonly random.Key[] = random.split(a, n);
  const drawn: F64<[4]> = random.normal(b, [4], { dtype: "f64" });
  const doubled: { w: number; list: [number] } = tree.map({ w: value.plain, list: [2] as [number] }, (leaf) => {
    same<typeof leaf, Float32Array<ArrayBufferLike> | number>(true);
    return 1;
  });
  for (const batch of batches({ x: value.exact, y: value.plain }, { size: 8, rows: 784 })) {
    const x: F32<[8, 10]> = batch.x;
    // @ts-expect-error the batch has 10 columns
    const no: F32<[8, 11]> = batch.x;
    void [x, no, batch.y];
  }
  void [rows, scalar, filled, keys, drawn, doubled];
  const f = (input: { x: F64; n: number }) => ({ value: input.n, grad: { x: input.x } });
  gradCheck(f, { x: new Float64Array(2), n: 1 }, ["x"]);
  // @ts-expect-error no input has this name
  gradCheck(f, { x: new Float64Array(2), n: 1 }, "y");
}
