/** A region's steps: its groups laid out, each as a kernel or a loop. Invariant: results are where they have to go. */
import type { Step } from "../../ir/kernel/nodes.js";
import { inOrder } from "./group.js";
import { inPlaceCarries } from "./in-place.js";
import { copyKernel, makeKernel } from "./kernels.js";
import type { NameSupply } from "./names.js";
import type { Region } from "./region.js";
import type { KernelRoot } from "./roots.js";
import { lowerScan } from "./scan.js";
import { settle } from "./settle.js";
import { RegionStorage } from "./storage.js";

export function lowerRegion(region: Region, kernelNames: NameSupply): readonly Step[] {
  const settled = settle(region);
  const storage = new RegionStorage(region, inPlaceCarries(region, settled));
  const steps: Step[] = [];
  for (const group of inOrder(settled.groups)) {
    const [first] = group.roots;
    if (first?.kind === "scan") {
      steps.push(lowerScan(region, storage, first.eqn, (body) => lowerRegion(body, kernelNames)));
      continue;
    }
    const roots = group.roots.filter((root): root is KernelRoot => root.kind === "kernel");
    const kernel = makeKernel(region, storage, roots, kernelNames);
    if (kernel !== undefined) steps.push(kernel);
  }
  const copies = storage.copies().map(({ from, to }) => copyKernel(region, from, to, kernelNames));
  return [...steps, ...copies];
}
