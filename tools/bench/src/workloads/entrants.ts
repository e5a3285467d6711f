/** Who takes part: generated functions, code by hand, and libraries; and how the process of each is started. */
import { fileURLToPath } from "node:url";
import { type Found, installed, type Peer, peers } from "./peers.js";

export interface Entrant {
  readonly id: string;
  readonly label: string;
  /** Arguments of node for a workload; or why it cannot take part. */
  readonly start: (workload: string) => readonly string[] | { readonly absent: string };
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const own = (id: string, label: string): Entrant => ({
  id,
  label,
  start: (workload) => [at("./worker.js"), id, workload],
});

const library = (id: string, label: string, file: string, found: Found, ...more: readonly string[]): Entrant => ({
  id,
  label,
  start: (workload) => ("absent" in found ? found : [at(`../../peers/${file}`), found.folder, ...more, workload]),
});

/** The generated function comes first: the others are said in parts of it. The naive loops are what all must agree with. */
export function entrants(): readonly Entrant[] {
  const of = (peer: Peer): Found => installed(peer, peers[peer]);
  const [jax, tfjs, rose] = [of("jax"), of("tfjs"), of("rose")];
  return [
    own("generated", "generated"),
    own("named", "with names"),
    own("hand", "tuned by hand"),
    own("naive", "naive loops"),
    library("jax", "jax-js wasm", "jax.mjs", jax),
    library("tfjs-wasm", "tfjs wasm", "tfjs.mjs", tfjs, "wasm"),
    library("tfjs-cpu", "tfjs cpu", "tfjs.mjs", tfjs, "cpu"),
    library("rose", "rose", "rose.mjs", rose),
  ];
}
