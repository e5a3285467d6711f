/** Runs fixtures: every file's cases, some dozens to a generated module. */
import { messageOf } from "./message-of.js";
import { type CaseReport, type Plan, runPlans } from "./plan.js";
import { type Fixtures, type PlanOptions, plansOf, type ReadError } from "./readers/index.js";

/** Cases whose functions are generated into one module. */
const perModule = 48;

export interface Results {
  readonly reports: readonly CaseReport[];
  readonly errors: readonly ReadError[];
}

/** The reports of one module, with its place among all modules. */
export interface ModuleReports {
  readonly at: number;
  readonly reports: readonly CaseReport[];
}

const chunksOf = (plans: readonly Plan[]): readonly (readonly Plan[])[] =>
  Array.from({ length: Math.ceil(plans.length / perModule) }, (_, k) =>
    plans.slice(k * perModule, (k + 1) * perModule),
  );

/** The plans of all files; a file that turns out not to be what its schema says is an error. */
function allPlans({ files, tolerances }: Fixtures, options: PlanOptions) {
  const [plans, errors]: [Plan[], ReadError[]] = [[], []];
  for (const file of files) {
    try {
      plans.push(...plansOf(file, tolerances, options));
    } catch (error) {
      errors.push({ path: file.path, message: messageOf(error) });
    }
  }
  return { plans, errors };
}

/** Runs the modules of which `isMine` says so; the k-th worker of n takes every n-th. */
export async function runModules(fixtures: Fixtures, isMine: (k: number) => boolean, options: PlanOptions = {}) {
  const { plans, errors } = allPlans(fixtures, options);
  const modules: ModuleReports[] = [];
  for (const [at, chunk] of chunksOf(plans).entries())
    if (isMine(at)) modules.push({ at, reports: await runPlans(chunk) });
  return { modules, errors };
}

/** What several workers found, in the order of the files. */
export const merged = (modules: readonly ModuleReports[]): readonly CaseReport[] =>
  modules.toSorted((a, b) => a.at - b.at).flatMap(({ reports }) => reports);

/** Runs everything here. */
export async function runFixtures(fixtures: Fixtures, options: PlanOptions = {}): Promise<Results> {
  const { modules, errors } = await runModules(fixtures, () => true, options);
  return { reports: merged(modules), errors: [...fixtures.errors, ...errors] };
}
