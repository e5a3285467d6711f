/**
 * Installs the workspace with the pinned pnpm, or sees at once that there is nothing to do.
 *
 * Invariant: the stamp in node_modules is written only after an install that succeeded, and covers every file that
 * decides what an install gives; so an equal stamp means an equal node_modules.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolders, readJson, root, run, seconds } from "./workspace.mjs";

const stampFile = join(root, "node_modules", ".tapeless-setup");

const currentStamp = () => {
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}\n`);
  const manifests = ["package.json", ...packageFolders().map((folder) => `${folder}/package.json`)];
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
};

const hasDependencies = ({ dependencies = {}, devDependencies = {} }) =>
  Object.keys(dependencies).length + Object.keys(devDependencies).length > 0;

const isInstalled = () =>
  existsSync(stampFile) &&
  readFileSync(stampFile, "utf8") === currentStamp() &&
  packageFolders().every(
    (folder) => !hasDependencies(readJson(folder, "package.json")) || existsSync(join(root, folder, "node_modules")),
  );

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return true;
  console.error(`set-up: Node ${process.versions.node} is too old; Tapeless needs Node 20.19 or later`);
  return false;
};

/** Installs what the lock file says, unless that is there already. Gives the exit code. */
export function install({ force = false } = {}) {
  if (!checkNode()) return 1;
  const { packageManager } = readJson("package.json");
  if (!force && isInstalled()) {
    console.log("set-up: node_modules is up to date");
    return 0;
  }
  const start = performance.now();
  console.log(`set-up: installing the workspace with ${packageManager} (from the lock file, nothing global)`);
  rmSync(stampFile, { force: true });
  // CI=true: pnpm asks no question, even where an older node_modules has to go.
  const code = run("npx", ["-y", packageManager, "install", "--frozen-lockfile"], { env: { CI: "true" } });
  if (code === 0) writeFileSync(stampFile, currentStamp());
  console.log(code === 0 ? `set-up: done in ${seconds(start)}` : `set-up: pnpm failed with exit code ${code}`);
  return code;
}
