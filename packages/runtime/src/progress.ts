/**
 * A progress bar for terminals, with rate and time left.
 *
 * Invariant: on a stream that is no terminal exactly one line is written, at the end, and with no stream (a browser)
 * nothing; drawing is limited in rate, so that `tick` may be called in the innermost loop.
 */

/** What a bar is written to; `process.stderr` is one. */
export interface ProgressStream {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

export interface ProgressOptions {
  /** Stands before the bar. */
  readonly label?: string;
  /** What is counted, as in `12.3 steps/s`; default `it`. */
  readonly unit?: string;
  /** Where to write; default `process.stderr` where there is one. `null`: nowhere. */
  readonly stream?: ProgressStream | null;
  /** Characters of the bar; default 24. */
  readonly width?: number;
  /** Least time between two drawings in milliseconds; default 80. */
  readonly interval?: number;
  /** A clock in milliseconds; default `performance.now`. */
  readonly now?: () => number;
}

export interface Progress {
  /** Counts `n` (default 1) more; a note stands behind the bar until the next one. */
  readonly tick: (n?: number, note?: string) => void;
  /** Ends the bar with a last line; later calls do nothing. */
  readonly done: (note?: string) => void;
}

/** Typed here, because neither Node's types nor the browser's may be asked for. */
interface MaybeNode {
  readonly process?: { readonly stderr?: ProgressStream | undefined } | undefined;
  readonly performance?: { readonly now: () => number } | undefined;
}

interface State {
  readonly label: string;
  readonly unit: string;
  readonly total: number;
  readonly width: number;
  readonly count: number;
  readonly seconds: number;
  readonly note: string;
}

/** `4.2s`, `1:05`, `2:03:04` */
export function showDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)}s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function showRate(perSecond: number, unit: string): string {
  if (!Number.isFinite(perSecond)) return `? ${unit}/s`;
  const text = perSecond >= 1000 ? `${(perSecond / 1000).toFixed(1)}k` : perSecond.toFixed(perSecond >= 100 ? 0 : 1);
  return `${text} ${unit}/s`;
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function bar(fraction: number, width: number): string {
  const cells = Math.min(1, fraction) * width;
  const whole = Math.floor(cells);
  const text = "█".repeat(whole) + (eighths[Math.floor((cells - whole) * 8)] ?? "");
  return text.padEnd(width, "░");
}

const spaced = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(" ");

function running(s: State): string {
  const fraction = s.total > 0 ? s.count / s.total : 1;
  const left = s.count > 0 ? ((s.total - s.count) * s.seconds) / s.count : Number.NaN;
  const percent = `${Math.floor(Math.min(1, fraction) * 100)}%`.padStart(4);
  const rate = showRate(s.count / s.seconds, s.unit);
  const eta = `${showDuration(Math.max(0, left))} left`;
  return spaced(s.label, bar(fraction, s.width), percent, `${s.count}/${s.total}`, rate, eta, s.note);
}

function finished(s: State): string {
  const rate = showRate(s.count / s.seconds, s.unit);
  return spaced(s.label, `${s.count}/${s.total} in ${showDuration(s.seconds)},`, rate, s.note);
}

function defaults(options: ProgressOptions): { stream: ProgressStream | null; now: () => number } {
  const host: MaybeNode = globalThis; // Node and browsers each have some of it
  const stream = options.stream === undefined ? (host.process?.stderr ?? null) : options.stream;
  return { stream, now: options.now ?? (() => host.performance?.now() ?? Date.now()) };
}

/**
 * Shows how far a loop of `total` steps is.
 *
 * On a terminal a bar is drawn in place with count, rate and time left; elsewhere one line is written at the end, and
 * in a browser nothing, unless a `stream` is given: any object with a `write` method.
 *
 * ```ts
 * const bar = progress(steps, { label: "train", unit: "steps" });
 * for (let i = 0; i < steps; i++) bar.tick(1, `loss ${step().toFixed(3)}`);
 * bar.done();
 * ```
 */
export function progress(total: number, options: ProgressOptions = {}): Progress {
  if (!(total >= 0)) throw new RangeError(`progress: expected a total ≥ 0, got ${total}`);
  const { label = "", unit = "it", width = 24, interval = 80 } = options;
  const { stream, now } = defaults(options);
  const start = now();
  const live = stream?.isTTY === true;
  let [count, note, drawn, ended] = [0, "", -Infinity, false];
  const state = (at: number): State => ({ label, unit, total, width, count, note, seconds: (at - start) / 1000 });
  // \r goes to the line's start, \x1b[2K clears it; cut to the terminal's width, for a wrapped line cannot be cleared.
  const inPlace = (text: string): string => `\r\x1b[2K${[...text].slice(0, (stream?.columns ?? 100) - 1).join("")}`;
  return {
    tick(n = 1, said = note) {
      if (ended) return;
      count += n;
      note = said;
      if (!live) return;
      const at = now();
      if (at - drawn < interval) return;
      drawn = at;
      stream.write(inPlace(running(state(at))));
    },
    done(said = note) {
      if (ended) return;
      ended = true;
      note = said;
      const text = finished(state(now()));
      stream?.write(live ? `${inPlace(text)}\n` : `${text}\n`);
    },
  };
}
