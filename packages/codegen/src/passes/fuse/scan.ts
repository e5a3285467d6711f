/**
 * Scan as a loop over the kernels of its body.
 *
 * Carries live in the buffers of the final carries; arrays are walked by views whose offset is the step's position
 * (falling when reversed), the numbers of the steps are the loop's own index; each batch axis is a loop around it all. What
 * a checkpoint computes again is a loop of one step. Invariant: nothing is stacked but what the scan returns stacked.
 */
import {
  type Atom,
  addSize,
  type BatchAxis,
  type Eqn,
  makeVar,
  mulSize,
  namedSize,
  productSize,
  type Size,
  subSize,
  type Var,
} from "@tapeless/types/compiler";
import type { Repeat, Step } from "../../ir/kernel/nodes.js";
import { adding } from "./adding.js";
import { countRow } from "./counter.js";
import { type Binding, type Destination, Region } from "./region.js";
import type { ScanRoot } from "./roots.js";
import { operandPart, scanParts, walkedCounter } from "./scan-inputs.js";
import type { RegionStorage } from "./storage.js";

/** Where one position of the loops around the body lies in an operand: elements from the start. */
function batchOffset(
  batch: readonly BatchAxis[],
  positions: readonly Size[],
  mapped: (axis: BatchAxis) => boolean,
  core: Size,
): Size {
  let offset: Size = 0;
  let stride = core;
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    const each = batch[axis];
    if (each === undefined || !mapped(each)) continue;
    offset = addSize(offset, mulSize(positions[axis] ?? 0, stride));
    stride = mulSize(stride, each.size);
  }
  return offset;
}

/** Makes the steps of the body; given from outside, since bodies may hold scans again. */
export type LowerBody = (body: Region) => readonly Step[];

class ScanMaker {
  private readonly eqn: Eqn;
  private readonly positions: readonly string[];
  private readonly step: string;

  constructor(
    private readonly region: Region,
    private readonly storage: RegionStorage,
    private readonly root: ScanRoot,
    private readonly lowerBody: LowerBody,
  ) {
    const { names } = region.builder;
    this.eqn = root.eqn;
    this.positions = root.eqn.batch.map(() => names.fresh("b"));
    this.step = names.fresh(scanParts(root.eqn).recompute ? "again" : "t");
  }

  /** The part of a buffer that the body sees: without batch axes, and, for walked arrays, at one step. */
  private part(
    buffer: string,
    hint: string,
    shape: readonly Size[],
    mapped: (axis: BatchAxis) => boolean,
    walked: boolean,
  ): string {
    const { eqn } = this;
    if (!walked && !eqn.batch.some(mapped)) return buffer;
    const element = productSize(shape);
    const core = walked ? mulSize(element, scanParts(eqn).length) : element;
    const positions = this.positions.map(namedSize);
    const offset = addSize(batchOffset(eqn.batch, positions, mapped, core), walked ? mulSize(this.at, element) : 0);
    return this.region.builder.view(hint, buffer, shape, offset);
  }

  /** The position of the step along what is walked: falling when reversed. */
  private get at(): Size {
    const { length, reverse } = scanParts(this.eqn);
    return reverse ? subSize(subSize(length, 1), namedSize(this.step)) : namedSize(this.step);
  }

  private input(atom: Atom, k: number, param: Var, walked: boolean): Binding {
    if (atom.kind === "Lit") return atom;
    const place = this.region.placeOf(atom);
    if (place.place === "literal") return place.literal;
    const counter = walked ? walkedCounter(this.region, this.eqn, atom) : undefined;
    if (counter !== undefined) return countRow(counter, this.at);
    if (place.place === "counter") return place.counter;
    const hint = param.name === "" ? (atom.name === "" ? "x" : atom.name) : param.name;
    return this.part(this.whole(atom, hint), hint, param.shape, (axis) => axis.mapped[k] === true, walked);
  }

  /** The buffer of an operand, which may be a part of another one. */
  private whole(atom: Var, hint: string): string {
    const part = operandPart(this.region, this.eqn, atom);
    if (part === undefined) return this.storage.bufferOf(atom);
    return this.region.builder.view(hint, this.storage.bufferOf(part.source), atom.shape, part.offset);
  }

  private resultOf(k: number): Var {
    const out = this.eqn.outs[k];
    if (out === undefined) throw new Error(`fuse: a scan in '${this.region.func.name}' lacks result ${k}`);
    return out;
  }

  private output(k: number, shape: readonly Size[], walked: boolean): string {
    const out = this.resultOf(k);
    return this.part(this.storage.bufferOf(out), out.name === "" ? "y" : out.name, shape, () => true, walked);
  }

  make(): Step {
    const { eqn } = this;
    const { body, length, carries, consts, recompute } = scanParts(eqn);
    const bindings = new Map<Var, Binding>();
    const destinations: Destination[] = [];
    body.params.forEach((param, k) => {
      const carry = k - consts.length;
      const isCarry = carry >= 0 && carry < carries;
      const atom = eqn.inputs[k];
      if (atom === undefined) throw new Error(`fuse: a scan in '${this.region.func.name}' lacks operand ${k}`);
      const bound = isCarry ? this.output(carry, param.shape, false) : this.input(atom, k, param, carry >= carries);
      bindings.set(param, bound);
      if (isCarry && typeof bound === "string") destinations.push({ buffer: bound, carry: param });
    });
    let func = body;
    body.outs.slice(carries).forEach((out, k) => {
      const result = this.resultOf(carries + k);
      const shape = out.kind === "Var" ? out.shape : result.shape.slice(eqn.batch.length + (recompute ? 0 : 1));
      const into = this.root.into.get(result);
      if (into === undefined) {
        destinations.push({ buffer: this.output(carries + k, shape, !recompute) });
        return;
      }
      const row = makeVar({ ...result, shape });
      const place = this.part(into, into, shape, () => false, true);
      func = adding(func, carries + k, row);
      bindings.set(row, place);
      destinations.push({ buffer: place, carry: row });
    });
    const inner = new Region(func, this.region.define, this.region.builder, bindings, destinations);
    return this.wrap({ kind: "Repeat", index: this.step, length, body: this.lowerBody(inner) });
  }

  private wrap(loop: Repeat): Repeat {
    return this.eqn.batch.reduceRight<Repeat>(
      (body, axis, k) => ({ kind: "Repeat", index: this.positions[k] ?? "", length: axis.size, body: [body] }),
      loop,
    );
  }
}

export const lowerScan = (region: Region, storage: RegionStorage, root: ScanRoot, lowerBody: LowerBody): Step =>
  new ScanMaker(region, storage, root, lowerBody).make();
