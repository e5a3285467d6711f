/**
 * A user's project in a folder of its own: the public packages as they would be published, installed with npm.
 *
 * Invariant: nothing in it leads back to the workspace, except the compilers, which a user brings along.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fixtures = fileURLToPath(new URL("./fixtures", import.meta.url));

/** What a command left behind. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

export interface UserProject {
  readonly folder: string;
  /** Files of each packed package, by the package's name. */
  readonly packed: Readonly<Record<string, readonly string[]>>;
  /** The package.json of an installed package. */
  readonly manifest: (name: string) => string;
  /** Runs a command in the project. */
  readonly run: (command: string, ...args: readonly string[]) => Outcome;
  /** Type-checks (and, without `--noEmit`, compiles) with one of the two compilers. */
  readonly compile: (compiler: "typescript" | "@typescript/native", ...args: readonly string[]) => Outcome;
  /** Puts one of the fixtures into the project. */
  readonly add: (...files: readonly string[]) => void;
  readonly remove: () => void;
}

// What npm and pnpm tell their scripts of the package that they run in would make a nested npm work on that package.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle)_|npm_config_local_prefix|INIT_CWD|NODE_PATH|NODE_OPTIONS|VITEST)/.test(name),
  ),
);

const runIn = (cwd: string, command: string, args: readonly string[]): Outcome => {
  const done = spawnSync(command, args, {
    cwd,
    env: environment,
    encoding: "utf8",
    shell: process.platform === "win32",
    timeout: 180_000,
  });
  const output = `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}`;
  // npm and npx tell of the settings of the machine, which are none of the packages' business.
  return { code: done.status ?? 1, output: output.replace(/^npm (warn|notice) .*\n/gm, "") };
};

const mustRun = (cwd: string, command: string, ...args: readonly string[]): string => {
  const { code, output } = runIn(cwd, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed with exit code ${code}:\n${output}`);
  return output;
};

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

/** Folders of the packages that are published, by name. */
function publicPackages(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", entry);
    if (!existsSync(join(folder, "package.json"))) continue;
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    if (manifest.private) continue;
    if (!existsSync(join(folder, "dist"))) throw new Error(`${manifest.name} is not built; run npm run build`);
    found.set(manifest.name, folder);
  }
  return found;
}

/** Packs every public package into `folder` and gives the tarballs with the files that are in them. */
function packAll(folder: string): Readonly<Record<string, { tarball: string; files: readonly string[] }>> {
  const pnpm = join(root, "node_modules", ".bin", "pnpm");
  return Object.fromEntries(
    [...publicPackages()].map(([name, source]) => {
      const tarball = join(folder, `${name.replace("@", "").replace("/", "-")}.tgz`);
      mustRun(source, pnpm, "pack", "--out", tarball);
      const files = mustRun(folder, "tar", "-tzf", tarball).trim().split("\n");
      return [name, { tarball, files: files.map((file) => file.replace(/^package\//, "")).sort() }];
    }),
  );
}

/** Makes the project: packs, and installs the tarballs with npm in an empty folder. */
export function userProject(): UserProject {
  const base = mkdtempSync(join(tmpdir(), "tapeless-user-"));
  const folder = join(base, "app");
  mkdirSync(folder);
  const packages = packAll(base);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  const tarballs = Object.values(packages).map(({ tarball }) => tarball);
  mustRun(folder, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs);
  return {
    folder,
    packed: Object.fromEntries(Object.entries(packages).map(([name, { files }]) => [name, files])),
    manifest: (name) => readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"),
    run: (command, ...args) => runIn(folder, command, args),
    compile: (compiler, ...args) =>
      runIn(folder, process.execPath, [join(root, "node_modules", compiler, "bin", "tsc"), ...args]),
    add: (...files) => {
      for (const file of files) copyFileSync(join(fixtures, file), join(folder, file));
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
