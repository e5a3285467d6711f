/** The problems there are, each loaded when it is asked for. */
import type { Modules } from "./protocol.js";

export const modules: Modules = {
  ba: async () => (await import("./ba/ba.js")).ba,
  hello: async () => (await import("./hello/hello.js")).hello,
  ht: async () => (await import("./ht/ht.js")).ht,
  lse: async () => (await import("./lse/lse.js")).lse,
};
