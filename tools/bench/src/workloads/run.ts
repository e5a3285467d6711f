/**
 * One workload: all who take part, each in a process of its own, compared and then measured in interleaved rounds.
 *
 * Invariant: who does not agree with the naive loops is not measured, and told; so is who cannot take part.
 */
import { difference } from "../measure/agreement.js";
import { type Measured, type Plan, type Sampled, sampled, summaries } from "../measure/interleave.js";
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

/** One that computes what the naive loops do. */
interface Contestant extends Candidate {
  /** From the naive loops, in parts of what is compared. */
  readonly difference: number;
}

interface Gathered<Of = Candidate> {
  readonly candidates: Of[];
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
function agreeing({ candidates, absent }: Gathered): Contestant[] {
  const expected = candidates.find(({ entrant }) => entrant.id === reference)?.digest;
  return candidates.flatMap((candidate) => {
    const found = expected === undefined ? Number.NaN : difference(candidate.digest, expected);
    if (found <= tolerance) return [{ ...candidate, difference: found }];
    candidate.partner.stop();
    absent.push({ id: candidate.entrant.id, why: `differs from the naive loops by ${found.toExponential(1)}` });
    return [];
  });
}

/** Processes started and compared. */
async function started(workload: Workload, entrants: readonly Entrant[]): Promise<Gathered<Contestant>> {
  const gathered: Gathered = { candidates: [], absent: [] };
  try {
    for (const entrant of entrants) await join(entrant, workload, gathered);
    return { candidates: agreeing(gathered), absent: gathered.absent };
  } catch (error) {
    stop(gathered);
    throw error;
  }
}

const stop = ({ candidates }: Gathered): void => {
  for (const { partner } of candidates) partner.stop();
};

/** The samples of a further round go to those of the same name. */
const joined = (before: readonly Sampled[], more: readonly Sampled[]): readonly Sampled[] =>
  more.map((each) => {
    const known = before.find(({ name }) => name === each.name)?.samples ?? [];
    return { ...each, samples: [...known, ...each.samples] };
  });

/**
 * Each round has processes of its own: where the system puts a process's memory makes a difference that lasts as long as
 * the process, and is no property of the code.
 */
export async function runWorkload(
  workload: Workload,
  entrants: readonly Entrant[],
  { rounds, ...plan }: Plan & { readonly rounds: number },
): Promise<WorkloadResult> {
  let all: readonly Sampled[] = [];
  let gathered: Gathered<Contestant> = { candidates: [], absent: [] };
  for (let round = 0; round < rounds; round++) {
    const fit = round === 0 ? entrants : gathered.candidates.map(({ entrant }) => entrant);
    const { candidates, absent } = await started(workload, fit);
    gathered = { candidates, absent: [...gathered.absent, ...absent] };
    try {
      const contenders = candidates.map(({ entrant, partner }) => partner.contender(entrant.label, "it"));
      all = joined(all, await sampled(contenders, plan));
    } finally {
      stop(gathered);
    }
  }
  return resultOf(workload, summaries(all), gathered);
}

function resultOf(
  workload: Workload,
  measured: readonly Measured[],
  { candidates, absent }: Gathered<Contestant>,
): WorkloadResult {
  const base = measured[candidates.findIndex(({ entrant }) => entrant.id === ours)]?.median ?? Number.NaN;
  const results = measured.flatMap((each, i) => {
    const of = candidates[i];
    return of === undefined
      ? []
      : [{ ...each, id: of.entrant.id, difference: of.difference, ratio: each.median / base }];
  });
  return { workload: workload.name, about: workload.about, results, absent };
}
