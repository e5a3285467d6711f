/** ONNX's pooling operators. What the DSL's pools do not give (indices, powers) is one strided slice for each place in the kernel. */
import * as dsl from "@tapeless/types";
import {
  allAxes,
  countOf,
  type Float,
  type NodeCall,
  type OnnxBuild,
  type OnnxVocabulary,
  sizesOf,
  Unsupported,
} from "./call.js";

/** The windows along one axis. */
export interface AxisWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** How many windows there are. */
  readonly count: number;
}

/** Frames that make as many windows as strides fit; the odd one goes to the end that the mode names. */
function samePads(total: number, upper: boolean): readonly [before: number, after: number] {
  const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
  return upper ? [less, more] : [more, less];
}

/** The attributes that all operators with windows have, axis by axis. */
export function windowsOf(call: NodeCall, kernel: readonly number[]): readonly AxisWindow[] {
  const spatial = call.sizes(0).slice(2);
  const [pads, mode] = [call.numbers("pads", []), call.text("auto_pad", "NOTSET")];
  const [strides, dilations] = [call.numbers("strides", []), call.numbers("dilations", [])];
  return spatial.map((size, axis) => {
    const [k, stride, dilation] = [kernel[axis] ?? 1, strides[axis] ?? 1, dilations[axis] ?? 1];
    const reach = dilation * (k - 1) + 1;
    if (mode.startsWith("SAME")) {
      const count = Math.ceil(size / stride);
      const [before, after] = samePads(Math.max((count - 1) * stride + reach - size, 0), mode === "SAME_UPPER");
      return { kernel: k, stride, dilation, before, after, count };
    }
    const [before, after] = mode === "VALID" ? [0, 0] : [pads[axis] ?? 0, pads[axis + spatial.length] ?? 0];
    const steps = (size + before + after - reach) / stride;
    const rounded = 1 + (call.flag("ceil_mode") ? Math.ceil(steps) : Math.floor(steps));
    // A window that would begin behind everything is none.
    const count = (rounded - 1) * stride >= size + before ? rounded - 1 : rounded;
    return { kernel: k, stride, dilation, before, after, count };
  });
}

/** All places in a kernel. */
const placesIn = (windows: readonly AxisWindow[]): readonly (readonly number[])[] =>
  windows.reduce<readonly (readonly number[])[]>(
    (places, { kernel }) => places.flatMap((place) => allAxes(kernel).map((k) => [...place, k])),
    [[]],
  );

/** How far an axis must go so that the last window is whole. */
const needed = ({ kernel, stride, dilation, count }: AxisWindow): number =>
  (count - 1) * stride + dilation * (kernel - 1) + 1;

/** A frame around the spatial axes, and more behind where the last window hangs over. */
function framed(x: Float, windows: readonly AxisWindow[], value: number): Float {
  const sizes = sizesOf(x);
  const padding = windows.map((window, axis): readonly [number, number] => {
    const end = (sizes[axis + 2] ?? 0) + window.before;
    return [window.before, Math.max(0, needed(window) - end)];
  });
  return dsl.pad(x, [[0, 0], [0, 0], ...padding], { value });
}

/** What each place of the kernel sees: one tensor of results each. */
function seen(framedInput: Float, windows: readonly AxisWindow[]): readonly Float[] {
  return placesIn(windows).map((place) =>
    place.reduce((x, at, k) => {
      const { dilation = 1, stride = 1, count = 1 } = windows[k] ?? {};
      const start = at * dilation;
      return dsl.slice(x, k + 2, start, start + (count - 1) * stride + 1, stride);
    }, framedInput),
  );
}

const added = (parts: readonly Float[]): Float => parts.reduce((a, b) => dsl.add(a, b));

const kernelOf = (call: NodeCall): readonly number[] => call.numbers("kernel_shape", []);

type Padding = readonly (readonly [before: number, after: number])[];

interface PoolOptions {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: Padding;
  readonly ceil?: boolean;
  readonly countIncludePad?: boolean;
}

type Pool = (x: Float, kernel: readonly number[], options: PoolOptions) => Float;

// Lists have an entry for each axis, which types can only say where the number of axes is known.
const maxPools = [dsl.maxPool1d, dsl.maxPool2d, dsl.maxPool3d] as unknown as readonly Pool[];
const averagePools = [dsl.avgPool1d, dsl.avgPool2d, dsl.avgPool3d] as unknown as readonly Pool[];

function poolOf(pools: readonly Pool[], windows: readonly AxisWindow[]): Pool {
  const pool = pools[windows.length - 1];
  if (pool === undefined) throw new Unsupported(`windows over ${windows.length} axes`);
  return pool;
}

const options = (windows: readonly AxisWindow[], call: NodeCall): PoolOptions => ({
  stride: windows.map(({ stride }) => stride),
  dilation: windows.map(({ dilation }) => dilation),
  padding: windows.map(({ before, after }) => [before, after] as const),
  ceil: call.flag("ceil_mode"),
});

/** Flat positions of all elements; with the columns first where the storage order says so. */
function positions(call: NodeCall): Float {
  const sizes = call.sizes(0);
  const spatial = sizes.slice(2);
  const columnsFirst = call.flag("storage_order");
  const order = columnsFirst ? [...sizes.slice(0, 2), ...spatial.toReversed()] : sizes;
  const counted = dsl.reshape(dsl.arange(0, countOf(sizes)), order);
  const axes = allAxes(sizes.length);
  const turned = columnsFirst ? dsl.transpose(counted, [...axes.slice(0, 2), ...axes.slice(2).toReversed()]) : counted;
  return turned as unknown as Float; // integers move as floats do
}

function maxPool(call: NodeCall): ReturnType<OnnxBuild> {
  const windows = windowsOf(call, kernelOf(call));
  const x = call.float(0);
  const indices = call.node.outputs.length > 1;
  const kernel = windows.map((window) => window.kernel);
  if (!indices) return poolOf(maxPools, windows)(x, kernel, options(windows, call));
  const values = seen(framed(x, windows, Number.NEGATIVE_INFINITY), windows);
  const places = seen(framed(positions(call), windows, 0), windows);
  return values.slice(1).reduce<readonly [Float, Float]>(
    ([best, at], value, k) => {
      const better = dsl.greater(value, best);
      return [dsl.maximum(best, value), dsl.where(better, places[k + 1] ?? at, at)];
    },
    [values[0] ?? x, places[0] ?? x],
  );
}

function averagePool(call: NodeCall): ReturnType<OnnxBuild> {
  const windows = windowsOf(call, kernelOf(call));
  const kernel = windows.map((window) => window.kernel);
  const countIncludePad = call.flag("count_include_pad");
  return poolOf(averagePools, windows)(call.float(0), kernel, { ...options(windows, call), countIncludePad });
}

/** (Σ|x|^p)^(1/p) over each window. */
function lpPool(call: NodeCall): ReturnType<OnnxBuild> {
  const windows = windowsOf(call, kernelOf(call));
  const p = call.number("p", 2);
  const powers = dsl.pow(dsl.abs(call.float(0)), p);
  return dsl.pow(added(seen(framed(powers, windows, 0), windows)), 1 / p);
}

const spatialAxes = (call: NodeCall): readonly number[] => allAxes(call.rank(0)).slice(2);

export const windows: OnnxVocabulary = {
  AveragePool: averagePool,
  GlobalAveragePool: (call) => dsl.mean(call.float(0), spatialAxes(call), { keepDims: true }),
  GlobalMaxPool: (call) => dsl.max(call.float(0), spatialAxes(call), { keepDims: true }),
  LpPool: lpPool,
  MaxPool: maxPool,
};
