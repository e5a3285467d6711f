/**
 * What functions, their calls and their transformations say when they refuse, each message once: types resolve to
 * `GraphMessage<name, values>`, the run-time checks throw `graphError(name, values)`. As `shape/messages.ts` does it.
 *
 * Invariant: for the same values both give the same words, because both fill the same text. Codes are never reused.
 * `path` is relative to the input, as `params.layers.0.w`; `call` is the transformation as the user wrote it.
 */
export const graphMessages = {
  inputMissing: { code: "TL0320", text: "input '{path}' is missing" },
  inputNotTensor: { code: "TL0321", text: "{path}: a tensor is expected" },
  inputNotTuple: { code: "TL0322", text: "{path}: a tuple is expected" },
  inputLength: { code: "TL0323", text: "{path}: {expected} elements expected, got {actual}" },
  inputDType: { code: "TL0324", text: "{path}: {expected} expected, got {actual}" },
  inputRank: { code: "TL0325", text: "{path}: rank {expected} expected, got {actual}" },
  inputSize: { code: "TL0326", text: "{path}: size {expected} expected, got {actual}" },
  /** `one` and `other` in the order of `sortTexts`. */
  dimensionClash: { code: "TL0327", text: "dimension '{name}' is both {one} and {other}" },

  resultNotScalar: {
    code: "TL0330",
    text: "{call}: the result must be a scalar of f32 or f64, but it is {actual}; reduce it with sum or mean, or use vjp",
  },
  resultNotTensor: {
    code: "TL0331",
    text: "{call}: the result must be a scalar of f32 or f64, but it is a tree; return the scalar alone, use valueAndGrad with { aux: true }, or vjp",
  },
  resultNotPair: { code: "TL0332", text: "{call}: with { aux: true } the result must be a pair [scalar, aux]" },
  wrtMissing: { code: "TL0333", text: "{call}: say with respect to which input: {names}" },
  inputUnknown: { code: "TL0334", text: "{call}: there is no input '{name}'; there is {names}" },
  wrtInteger: {
    code: "TL0335",
    text: "{call}: '{name}' holds {kind} tensors, which have no gradient; leave it out, or make them an input of their own",
  },

  vmapNameTaken: {
    code: "TL0340",
    text: "vmap: dimension '{name}' is already used by the function; choose another name",
  },
  vmapAxis: { code: "TL0341", text: "vmap: axis {axis} is out of range for {path} of shape {shape}" },
  /** `path` begins with the input's name, or with `result`. */
  vmapAxisOfTensor: { code: "TL0360", text: "vmap: {path} is a tensor, so its axis is a number or null" },
  vmapAxisUnknown: { code: "TL0361", text: "vmap: an axis is given for {path}, which is not there" },
  vmapNothing: { code: "TL0342", text: "vmap: inAxes maps no input" },

  mapNothing: { code: "TL0343", text: "map: xs holds no tensor to go along" },
  foriBound: {
    code: "TL0344",
    text: "fori: {what} must be a whole number, the name of a dimension or an i32 scalar, not {actual}",
  },
  loopName: { code: "TL0345", text: "{call}: there is no dimension '{name}'; there is {names}" },
  foriCheckpoint: {
    code: "TL0368",
    text: "fori: checkpoint is for bounds that are numbers or names; a loop to a tensor finds its length while it runs",
  },
  foriMaxSteps: {
    code: "TL0367",
    text: "fori: maxSteps is for a bound that is a tensor; from numbers and names it is known how many steps there are",
  },

  carryChanged: { code: "TL0350", text: "{call}: {path} has {what} {before} going in but {after} coming out" },
  carryMissing: { code: "TL0351", text: "{call}: {path} goes in but does not come out" },
  /** `one` and `other` in the order of `sortTexts`. */
  scanLengths: { code: "TL0352", text: "{call}: the leading axes of xs have sizes {one} and {other}" },
  scanScalar: {
    code: "TL0353",
    text: "{call}: {path} is a scalar; every tensor of xs needs a leading axis to walk along",
  },
  scanLengthMissing: { code: "TL0354", text: "scan: without xs, say how many steps, as in { length: 20 }" },
  scanLengthClash: { code: "TL0355", text: "scan: length is {given} but the leading axis of xs has size {actual}" },

  resultInteger: {
    code: "TL0356",
    text: "{call}: the result holds {kind} tensors, which have no derivative; leave them out of the result",
  },

  /** `path` begins with what it is of: `result.a`, `cotangent.x`. */
  ruleTensor: { code: "TL0357", text: "{call}: {path} must be {expected}, got {actual}" },
  ruleMissing: { code: "TL0358", text: "{call}: {path} is missing; it must be {expected}" },
  carryAdded: { code: "TL0363", text: "{call}: {path} comes out but does not go in" },
  whileTest: { code: "TL0364", text: "whileLoop: the test must give a bool scalar, but it gives {actual}" },
  whileBound: {
    code: "TL0365",
    text: "{call}: maxSteps must be a whole number, 1 or more, or the name of a dimension, not {given}",
  },

  loopCheckpoint: {
    code: "TL0366",
    text: "{call}: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not {given}",
  },

  rulePair: { code: "TL0359", text: "customVjp: forward must give a pair [result, residuals]" },

  selectorWrong: { code: "TL0370", text: "{call}: the {role} must be {expected} scalar, but it is {actual}" },
  /** `path` begins with `result`; `one` and `other` are branches. */
  branchDiffers: { code: "TL0371", text: "{call}: {path} has {what} {first} in {one} but {second} in {other}" },
  branchMissing: { code: "TL0372", text: "{call}: {path} is a tensor in {one} but not in {other}" },
  branchesMissing: { code: "TL0373", text: "switchCase: there must be a branch" },
} as const;

type GraphMessages = typeof graphMessages;

export type GraphMessageName = keyof GraphMessages;
export type GraphMessageCode = GraphMessages[GraphMessageName]["code"];

/** `path` and the like; `{ aux: true }` in a text is no blank. */
type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Exclude<Name, ` ${string}`> | Placeholders<Rest>
  : never;

/** What a message wants to be told. */
export type GraphMessageValues<N extends GraphMessageName> = {
  readonly [k in Placeholders<GraphMessages[N]["text"]>]: string | number;
};

type Fill<Text extends string, V> = Text extends `${infer Before}{${infer Name}}${infer Rest}`
  ? `${Before}${Name extends keyof V ? V[Name] & (string | number) : `{${Name}}`}${Fill<Rest, V>}`
  : Text;

/** The message as a literal type. */
export type GraphMessage<N extends GraphMessageName, V extends GraphMessageValues<N>> = Fill<
  GraphMessages[N]["text"],
  V
>;

/**
 * `Accepted`, or the complaints where there are any. Spelt with `infer` so that the compiler, when it infers `Accepted`
 * from an argument, does not look for it in the messages as well: that costs more than all the rest.
 */
export type Unless<Complaints, Accepted> = Verdict<Complaints> extends infer M extends string ? M : Accepted;

type Verdict<Complaints> = [Complaints] extends [never] ? true : Complaints;

/** The message as a string. */
export function graphMessageText<N extends GraphMessageName>(name: N, values: GraphMessageValues<N>): string {
  const known: Readonly<Record<string, string | number>> = values;
  return graphMessages[name].text.replace(/\{(\w+)\}/g, (_, key: string) => `${known[key]}`);
}

/** A function or a transformation used wrongly; the words are the ones the compiler would print. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly code: GraphMessageCode;

  constructor(code: GraphMessageCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const graphError = <N extends GraphMessageName>(name: N, values: GraphMessageValues<N>): GraphError =>
  new GraphError(graphMessages[name].code, graphMessageText(name, values));
