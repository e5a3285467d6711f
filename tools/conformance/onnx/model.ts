/** An ONNX model as its files give it: nodes in an order in which each can be evaluated. */

export const onnxDTypes = { float32: "f32", float64: "f64", int32: "i32", int64: "i32", bool: "bool" } as const;

export type OnnxDType = keyof typeof onnxDTypes;

export interface OnnxTensor {
  readonly dtype: OnnxDType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The values are judged where they are used. */
export type OnnxAttrs = Readonly<Record<string, unknown>>;

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  /** An optional input that is left out is "". */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: OnnxAttrs;
}

export type OnnxTensors = Readonly<Record<string, OnnxTensor>>;

export interface OnnxModel {
  readonly id: string;
  /** Names of the operators that are reported. */
  readonly nodes: readonly OnnxNode[];
  /** Values that are part of the model. */
  readonly initializers: OnnxTensors;
  /** Whether inputs may be taken as part of the model, where an operator wants to know a shape or an axis. */
  readonly dataSets: readonly OnnxDataSet[];
}

export interface OnnxDataSet {
  readonly inputs: OnnxTensors;
  readonly outputs: OnnxTensors;
}
