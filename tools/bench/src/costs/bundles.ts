/** How many bytes an app loads that computes W4 and its gradient: bundled and minified by esbuild, and compressed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { generatedFile } from "../workloads/generated.js";
import { installed, type Peer, peers } from "../workloads/peers.js";

export interface Size {
  readonly what: string;
  readonly bytes?: number;
  readonly gzipped?: number;
  readonly failure?: string;
}

const sizeOf = (what: string, content: Uint8Array): Size => ({
  what,
  bytes: content.length,
  gzipped: gzipSync(content, { level: 9 }).length,
});

/** W4 in the words of each library, as an app would write it; what it does not use may be left out of the bundle. */
const apps: readonly { readonly what: string; readonly peer: Peer; readonly text: string; readonly more?: string }[] = [
  {
    what: "jax-js",
    peer: "jax",
    text: `import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
await init("wasm");
defaultDevice("wasm");
const layer = (x, w, b) => np.matmul(x, w).add(b);
export const lossAndGrad = jit(valueAndGrad((W1, b1, W2, b2, W3, b3, X, Y) =>
  np.sum(nn.logSoftmax(layer(nn.relu(layer(nn.relu(layer(X, W1, b1)), W2, b2)), W3, b3), -1).mul(Y)).mul(-1 / 16),
  { argnums: [0, 1, 2, 3, 4, 5] }));`,
  },
  ...(["cpu", "wasm"] as const).map((backend) => ({
    what: `tfjs core, ${backend} backend`,
    peer: "tfjs" as const,
    text: `import { add, losses, matMul, relu, setBackend, valueAndGrads } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-${backend}";
await setBackend("${backend}");
const layer = (x, w, b) => add(matMul(x, w), b);
export const lossAndGrad = (X, Y) => valueAndGrads((W1, b1, W2, b2, W3, b3) =>
  losses.softmaxCrossEntropy(Y, layer(relu(layer(relu(layer(X, W1, b1)), W2, b2)), W3, b3)));`,
    ...(backend === "wasm"
      ? { more: join("node_modules", "@tensorflow", "tfjs-backend-wasm", "dist", "tfjs-backend-wasm-simd.wasm") }
      : {}),
  })),
  { what: "rose (the library alone)", peer: "rose", text: `export * from "rose";` },
];

async function bundled(text: string, resolveDir: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["fs", "path", "os", "worker_threads", "perf_hooks", "util", "crypto", "module", "node:*", "ws", "url"],
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

async function ofPeer({ what, peer, text, more }: (typeof apps)[number]): Promise<readonly Size[]> {
  const found = installed(peer, peers[peer]);
  if ("absent" in found) return [{ what, failure: found.absent }];
  try {
    const app = sizeOf(what, await bundled(text, found.folder));
    return more === undefined ? [app] : [app, sizeOf(`  and its Wasm`, readFileSync(join(found.folder, more)))];
  } catch (error) {
    return [{ what, failure: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) }];
  }
}

/** The generated file, an app that imports it, and the same app with other libraries. */
export async function sizes(): Promise<readonly Size[]> {
  const file = generatedFile("w4");
  const app = `export { lossAndGrad } from ${JSON.stringify(file)};`;
  const own = [
    sizeOf("generated file", readFileSync(file)),
    sizeOf("app with the generated function", await bundled(app, join(file, ".."))),
  ];
  const others: Size[] = [];
  for (const each of apps) others.push(...(await ofPeer(each)));
  return [...own, ...others];
}
