/** `npm run bench`: all workloads in turn; each line as it comes. */
import type { Plan } from "../measure/interleave.js";
import { type Workload, workloads } from "./data.js";
import { type Entrant, entrants } from "./entrants.js";
import { generate } from "./generate.js";
import { runWorkload, type WorkloadResult } from "./run.js";

/** In a quick run one of each kind, and none that takes seconds. */
const quickly = ["W1a", "W2", "W3_32", "W4", "W5", "W6s", "W8", "W9"];

export const plans = {
  quick: { rounds: 1, warm: 150, wanted: 5, longest: 1500 },
  full: { rounds: 3, warm: 700, wanted: 9, longest: 9000 },
} as const satisfies Readonly<Record<string, Plan & { rounds: number }>>;

export function chosenWorkloads(quick: boolean, only: readonly string[] | undefined): readonly Workload[] {
  const names = only ?? (quick ? quickly : workloads.map(({ name }) => name));
  return workloads.filter(({ name }) => names.includes(name));
}

export interface Measurements {
  readonly entrants: readonly Entrant[];
  readonly rows: readonly WorkloadResult[];
}

export async function measureWorkloads(
  quick: boolean,
  only: readonly string[] | undefined,
  told: (row: WorkloadResult) => void,
): Promise<Measurements> {
  const chosen = chosenWorkloads(quick, only);
  const named = chosen.flatMap((workload) => workload.named ?? []);
  generate([...chosen.map(({ model }) => model), ...new Set(named)]);
  const all = entrants().filter(({ id }) => id !== "named" || named.length > 0);
  const rows: WorkloadResult[] = [];
  for (const workload of chosen) {
    const row = await runWorkload(workload, all, quick ? plans.quick : plans.full);
    told(row);
    rows.push(row);
  }
  return { entrants: all, rows };
}
