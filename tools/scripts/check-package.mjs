/** Packs the package in the current folder as it would be published, and runs publint and are-the-types-wrong on that. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { run } from "./workspace.mjs";

function pack(folder) {
  const file = join(folder, "package.tgz");
  const done = spawnSync("pnpm", ["pack", "--out", file], { encoding: "utf8", shell: process.platform === "win32" });
  if (done.status !== 0) throw new Error(`pnpm pack failed:\n${done.stdout}${done.stderr}`);
  return file;
}

async function check() {
  const folder = mkdtempSync(join(tmpdir(), "tapeless-pack-"));
  try {
    const file = pack(folder);
    const pkg = JSON.parse(readFileSync("package.json", "utf8"));
    const bytes = readFileSync(file);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages } = await publint({ strict: true, pack: { tarball } });
    for (const message of messages) console.error(`${message.type}: ${formatMessage(message, pkg)}`);
    const types = run("attw", [file, "--profile", "esm-only", "--no-emoji"], { cwd: process.cwd() });
    return messages.length === 0 && types === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await check();
