/**
 * What the root scripts share. They run before anything is installed, so nothing here imports a package.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the workspace. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Parses a JSON file of the workspace. */
export const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

/** Folders of the workspace's packages, relative to the root, in alphabetical order. */
export const packageFolders = () =>
  ["packages", "apps", "tools"].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, group, entry.name, "package.json")))
      .map((entry) => `${group}/${entry.name}`)
      .sort(),
  );

// Some tools take CI for a terminal with colours; a log without them is easier to read and to search.
const plain = () => (process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: "1" });

const environment = () => ({
  ...process.env,
  ...plain(),
  PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
});

/**
 * Runs a command with the terminal handed through, unless `stdio` says otherwise, and gives its exit code; a command that
 * cannot start gives 127.
 */
export function run(command, args, { cwd = root, env = {}, stdio = "inherit" } = {}) {
  const done = spawnSync(command, args, {
    cwd,
    env: { ...environment(), ...env },
    stdio,
    shell: process.platform === "win32",
  });
  if (done.error) console.error(`${command}: ${done.error.message}`);
  return done.status ?? (done.error ? 127 : 1);
}

/** Seconds since `start` (from `performance.now()`), for people. */
export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
