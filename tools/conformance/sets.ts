/** Where fixtures are: those of the repository, and those that stay outside it. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The sets that are part of the repository. */
export const committed = ["seeds", "torch", "nasty.json"] as const;

/** The folder of the workspace, seen from a program of it: the nearest one above that is a workspace. */
function workspaceAbove(folder: string): string {
  if (existsSync(join(folder, "pnpm-workspace.yaml"))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`${folder} is in no workspace`);
  return workspaceAbove(above);
}

export const root = workspaceAbove(import.meta.dirname);

export const placeOf = (set: (typeof committed)[number]): string => join(root, "packages", "examples", "fixtures", set);

/** What the seeds may deviate is written beside them; it holds for copies of them anywhere. */
export const statedTolerances = join(placeOf("seeds"), "tolerances.json");

/** ONNX's test data are read where they lie beside the repository. */
export const onnxPlace = join("..", "shared", "fixtures", "onnx");
