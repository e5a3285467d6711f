/** Where something was measured: figures of two machines are not to be compared. */
import { cpus, loadavg, totalmem } from "node:os";

export interface Machine {
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  /** Processes that wanted to run, on average of the last minute. */
  readonly load: number;
}

export const machine = (): Machine => ({
  node: process.version,
  v8: process.versions.v8,
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  load: Number((loadavg()[0] ?? 0).toFixed(2)),
});

export const showMachine = ({ node, v8, cpu, cores, memoryGb, platform, load }: Machine): string =>
  `Node ${node} (V8 ${v8}), ${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}; load ${load}`;
