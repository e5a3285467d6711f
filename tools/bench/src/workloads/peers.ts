/**
 * The libraries that generated functions are measured against: each installed by npm in a folder of its own that git
 * ignores, when the benchmark runs and not before.
 *
 * Invariant: versions are exact; a library that cannot be installed is absent, with the reason, and nothing else fails.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

type Versions = Readonly<Record<string, string>>;

export const peers = {
  jax: { "@jax-js/jax": "0.1.25" },
  tfjs: { "@tensorflow/tfjs": "4.22.0", "@tensorflow/tfjs-backend-wasm": "4.22.0" },
  rose: { rose: "0.4.10" },
} as const satisfies Readonly<Record<string, Versions>>;

export type Peer = keyof typeof peers;

export const peersFolder = fileURLToPath(new URL("../../.peers/", import.meta.url));

function isInstalled(folder: string, versions: Versions): boolean {
  return Object.entries(versions).every(([name, version]) => {
    const file = join(folder, "node_modules", name, "package.json");
    return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).version === version;
  });
}

/** Runs npm; gives what it complained of, if it failed. */
export type Install = (folder: string, packages: readonly string[]) => string | undefined;

const npm: Install = (folder, packages) => {
  const args = ["install", "--prefix", folder, "--save-exact", "--no-audit", "--no-fund", ...packages];
  const { status, stderr, error } = spawnSync("npm", args, { encoding: "utf8", shell: process.platform === "win32" });
  if (status === 0) return undefined;
  return error?.message ?? stderr.split("\n").find((line) => line.includes("error")) ?? "npm failed";
};

/** The folder of an installed library, or why it is absent. */
export type Found = { readonly folder: string } | { readonly absent: string };

export function installed(name: string, versions: Versions, install: Install = npm, base = peersFolder): Found {
  const folder = join(base, name);
  if (isInstalled(folder, versions)) return { folder };
  mkdirSync(folder, { recursive: true });
  const complaint = install(
    folder,
    Object.entries(versions).map(([each, version]) => `${each}@${version}`),
  );
  if (complaint !== undefined) return { absent: complaint };
  return isInstalled(folder, versions) ? { folder } : { absent: "npm installed another version" };
}
