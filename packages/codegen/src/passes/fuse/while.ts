/**
 * `while` as a loop over the kernels of its test and its body.
 *
 * Carries live in the buffers of the final carries, where the test reads them; what is stacked goes to the row of the step.
 * Invariant: the test writes nothing but its own temporaries, so a carry is what the last step left.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  mulSize,
  namedSize,
  productSize,
  type Var,
  whileAttrs,
} from "@tapeless/types/compiler";
import type { Step } from "../../ir/kernel/nodes.js";
import { type Binding, type Destination, Region } from "./region.js";
import type { ScanRoot } from "./roots.js";
import type { LowerBody } from "./scan.js";
import type { RegionStorage } from "./storage.js";

/** What parameters stand for: numbers, indices of loops around, or the buffers that hold them. */
type Bindings = ReadonlyMap<Var, Binding>;

function captured(region: Region, storage: RegionStorage, params: readonly Var[], atoms: readonly Atom[]): Bindings {
  return new Map<Var, Binding>(
    params.map((param, k): readonly [Var, Binding] => {
      const atom = atoms[k];
      if (atom === undefined) throw new Error(`fuse: a loop in '${region.func.name}' lacks operand ${k}`);
      if (atom.kind === "Lit") return [param, atom];
      const place = region.placeOf(atom);
      if (place.place === "counter") return [param, place.counter];
      return [param, place.place === "literal" ? place.literal : storage.bufferOf(atom)];
    }),
  );
}

const bufferOfResult = (region: Region, storage: RegionStorage, eqn: Eqn, k: number): string => {
  const out = eqn.outs[k];
  if (out === undefined) throw new Error(`fuse: a loop in '${region.func.name}' lacks result ${k}`);
  return storage.bufferOf(out);
};

export function lowerWhile(region: Region, storage: RegionStorage, { eqn }: ScanRoot, lowerBody: LowerBody): Step {
  const { builder } = region;
  const { tests, consts, carries, trips, bound } = whileAttrs(eqn.attrs);
  const [test, body] = eqn.funcs;
  if (test === undefined || body === undefined) throw new Error("fuse: a while without its functions");
  const index = trips ?? builder.names.fresh("t");
  const kept = Array.from({ length: carries }, (_, k) => bufferOfResult(region, storage, eqn, k));
  const bindings = (func: Func, atoms: readonly Atom[]): Bindings => {
    const own = func.params.slice(atoms.length).map((param, k) => [param, kept[k] ?? ""] as const);
    return new Map([...captured(region, storage, func.params.slice(0, atoms.length), atoms), ...own]);
  };
  const condition = builder.arena("goOn", "bool", []);
  const stacks = eqn.outs.slice(carries).map((_, k) => bufferOfResult(region, storage, eqn, carries + k));
  const destinations: readonly Destination[] = [
    ...kept.map((buffer, k): Destination => ({ buffer, carry: body.params[consts + k] as Var })), // one for each carry
    ...body.outs.slice(carries).map((out, k): Destination => {
      const at = mulSize(namedSize(index), productSize(out.shape));
      return { buffer: builder.view(out.kind === "Var" ? out.name : "", stacks[k] ?? "", out.shape, at) };
    }),
  ];
  const regionOf = (func: Func, atoms: readonly Atom[], results: readonly Destination[]): Region =>
    new Region(func, region.define, builder, bindings(func, atoms), results);
  return {
    kind: "While",
    index,
    condition,
    ...(bound === undefined ? {} : { bound }),
    stacks: stacks.filter((name) => builder.buffer(name).space === "heap"),
    test: lowerBody(regionOf(test, eqn.inputs.slice(0, tests), [{ buffer: condition }])),
    body: lowerBody(regionOf(body, eqn.inputs.slice(tests, tests + consts), destinations)),
  };
}
