/**
 * One workload: all who take part, each in a process of its own, compared and then measured in one interleaved run.
 *
 * Invariant: who does not agree with the naive loops is not measured, and told; so is who cannot take part.
 */
import { difference } from "../measure/agreement.js";
import { interleave, type Measured, type Plan } from "../measure/interleave.js";
import { Partner } from "../measure/partner.js";
import { ready } from "../measure/serve.js";
import type { Workload } from "./data.js";
import type { Entrant } from "./entrants.js";

export interface Result extends Measured {
  readonly id: string;
  /** From the naive loops, in parts of what is compared. */
  readonly difference: number;
  /** Its time by that of the generated function: above 1 the generated one is faster. */
  readonly ratio: number;
}

export interface WorkloadResult {
  readonly workload: string;
  readonly about: string;
  readonly results: readonly Result[];
  readonly absent: readonly { readonly id: string; readonly why: string }[];
}

/** Single precision, over a million elements that are added up one after the other. */
export const tolerance = 2e-3;

export const reference = "naive";
export const ours = "generated";

interface Candidate {
  readonly entrant: Entrant;
  readonly partner: Partner;
  readonly digest: readonly number[];
}

interface Gathered {
  readonly candidates: Candidate[];
  readonly absent: { id: string; why: string }[];
}

/** Starts one, and asks for its numbers. */
async function join(entrant: Entrant, workload: Workload, into: Gathered): Promise<void> {
  const start = entrant.start(workload.name);
  if ("absent" in start) {
    into.absent.push({ id: entrant.id, why: start.absent });
    return;
  }
  let partner: Partner | undefined;
  try {
    partner = await Partner.start(process.execPath, start, ready);
    into.candidates.push({ entrant, partner, digest: await partner.check("it") });
  } catch (error) {
    partner?.stop();
    into.absent.push({ id: entrant.id, why: error instanceof Error ? error.message : String(error) });
  }
}

/** Those that agree; the others are stopped and told. */
function agreeing({ candidates, absent }: Gathered): readonly (Candidate & { readonly difference: number })[] {
  const expected = candidates.find(({ entrant }) => entrant.id === reference)?.digest;
  return candidates.flatMap((candidate) => {
    const found = expected === undefined ? Number.NaN : difference(candidate.digest, expected);
    if (found <= tolerance) return [{ ...candidate, difference: found }];
    candidate.partner.stop();
    absent.push({ id: candidate.entrant.id, why: `differs from the naive loops by ${found.toExponential(1)}` });
    return [];
  });
}

export async function runWorkload(
  workload: Workload,
  entrants: readonly Entrant[],
  plan: Plan,
): Promise<WorkloadResult> {
  const gathered: Gathered = { candidates: [], absent: [] };
  try {
    for (const entrant of entrants) await join(entrant, workload, gathered);
    const fit = agreeing(gathered);
    const measured = await interleave(
      fit.map(({ entrant, partner }) => partner.contender(entrant.label, "it")),
      plan,
    );
    const base = measured[fit.findIndex(({ entrant }) => entrant.id === ours)]?.median ?? Number.NaN;
    const results = measured.flatMap((each, i) => {
      const of = fit[i];
      return of === undefined
        ? []
        : [{ ...each, id: of.entrant.id, difference: of.difference, ratio: each.median / base }];
    });
    return { workload: workload.name, about: workload.about, results, absent: gathered.absent };
  } finally {
    for (const { partner } of gathered.candidates) partner.stop();
  }
}
