import { describe, expect, test } from "vitest";
import { type ProgressOptions, progress, showDuration } from "./progress.js";

/** A stream that remembers, and a clock that goes on by `tick` milliseconds at each look. */
function setUp(isTTY: boolean, options: Omit<ProgressOptions, "stream" | "now"> & { tick?: number } = {}) {
  const written: string[] = [];
  let time = 0;
  const now = (): number => {
    time += options.tick ?? 100;
    return time - (options.tick ?? 100);
  };
  const stream = { isTTY, columns: 120, write: (text: string) => written.push(text) };
  return { written, options: { stream, now, ...options } };
}

const clear = "\r\x1b[2K";

describe("progress", () => {
  test("draws in place on a terminal, and ends with a line", () => {
    const { written, options } = setUp(true, { label: "train", unit: "steps", width: 8 });
    const bar = progress(4, options);
    bar.tick();
    bar.tick(1, "loss 0.5");
    bar.tick(2);
    bar.done();
    bar.done();
    bar.tick();
    expect(written).toEqual([
      `${clear}train ██░░░░░░  25% 1/4 10.0 steps/s 0.3s left`,
      `${clear}train ████░░░░  50% 2/4 10.0 steps/s 0.2s left loss 0.5`,
      `${clear}train ████████ 100% 4/4 13.3 steps/s 0.0s left loss 0.5`,
      `${clear}train 4/4 in 0.4s, 10.0 steps/s loss 0.5\n`,
    ]);
  });

  test("draws no more often than its interval", () => {
    const { written, options } = setUp(true, { tick: 1, interval: 80 });
    const bar = progress(1000, options);
    for (let i = 0; i < 1000; i++) bar.tick();
    expect(written.length).toBe(13);
  });

  test("never exceeds the width of the terminal", () => {
    const { written, options } = setUp(true);
    const narrow = { ...options, stream: { ...options.stream, columns: 20 } };
    progress(10, narrow).tick(1, "a long note ".repeat(20));
    expect([...(written[0] ?? "").slice(clear.length)].length).toBe(19);
  });

  test("writes one line where there is no terminal", () => {
    const { written, options } = setUp(false, { label: "train" });
    const bar = progress(3, options);
    for (let i = 0; i < 3; i++) bar.tick(1, `loss ${i}`);
    bar.done();
    expect(written).toEqual(["train 3/3 in 0.1s, 30.0 it/s loss 2\n"]);
  });

  test("needs no stream", () => {
    const bar = progress(3, { stream: null });
    bar.tick();
    bar.done();
  });

  test("counts beyond the total and totals of zero without a slip", () => {
    const { written, options } = setUp(true, { width: 4 });
    progress(0, options).tick(5);
    expect(written[0]).toContain("████ 100% 5/0");
    expect(() => progress(-1)).toThrow("progress: expected a total ≥ 0, got -1");
  });

  test("durations", () => {
    expect([0.04, 9.94, 9.96, 59.9, 59.96, 61, 3599.6, 7384, Number.NaN].map(showDuration)).toEqual([
      "0.0s",
      "9.9s",
      "10s",
      "60s",
      "1:00",
      "1:01",
      "1:00:00",
      "2:03:04",
      "?",
    ]);
  });
});
