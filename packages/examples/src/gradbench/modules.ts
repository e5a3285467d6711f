/** The problems there are, each loaded when it is asked for. */
import type { Modules } from "./protocol.js";

export const modules: Modules = {
  ba: async () => (await import("./ba/ba.js")).ba,
  det: async () => (await import("./det/det.js")).det,
  gmm: async () => (await import("./gmm/gmm.js")).gmm,
  hello: async () => (await import("./hello/hello.js")).hello,
  ht: async () => (await import("./ht/ht.js")).ht,
  kmeans: async () => (await import("./kmeans/kmeans.js")).kmeans,
  llsq: async () => (await import("./llsq/llsq.js")).llsq,
  lse: async () => (await import("./lse/lse.js")).lse,
  lstm: async () => (await import("./lstm/lstm.js")).lstm,
  ode: async () => (await import("./ode/ode.js")).ode,
  particle: async () => (await import("./particle/particle.js")).particle,
  saddle: async () => (await import("./saddle/saddle.js")).saddle,
};
