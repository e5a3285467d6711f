/** Tables as text: columns as wide as their widest cell, numbers to the right; and as Markdown where they go into a page. */

export type Cells = readonly (readonly string[])[];

const widthsOf = (rows: Cells): readonly number[] =>
  (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));

/** The first column to the left, the others to the right; a line below the head. */
export function table(head: readonly string[], rows: Cells): string {
  const widths = widthsOf([head, ...rows]);
  const line = (row: readonly string[]): string =>
    widths
      .map((width, i) => (i === 0 ? (row[i] ?? "").padEnd(width) : (row[i] ?? "").padStart(width)))
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** Three digits, in the unit that suits: "1.35 ms". */
export function showTime(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return "–";
  const [value, unit] =
    ms >= 1000 ? [ms / 1000, "s"] : ms >= 1 ? [ms, "ms"] : ms >= 1e-3 ? [ms * 1e3, "µs"] : [ms * 1e6, "ns"];
  return `${digits(value)} ${unit}`;
}

/** Three digits, without a power of ten. */
export function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toPrecision(3);
}

/** "2.31×" */
export const showRatio = (ratio: number | undefined): string =>
  ratio === undefined || !Number.isFinite(ratio) ? "–" : `${digits(ratio)}×`;
