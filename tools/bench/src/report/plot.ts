/**
 * Ratios as a picture: a row for each workload, a dot for each contender on a logarithmic axis, and a line at 1, where the
 * generated function is.
 *
 * Invariant: every ratio of the rows is in the picture; text is escaped.
 */
export interface Dot {
  readonly label: string;
  readonly ratio: number;
}

export interface PlotRow {
  readonly label: string;
  readonly dots: readonly Dot[];
}

type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const shown = (value: string | number): string =>
  typeof value === "number" ? String(Number(value.toFixed(1))) : escaped(value);

/** An element; its children are elements and text that are written already. */
function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const open = `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${shown(value)}"`)
    .join("")}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join("\n")}</${name}>`;
}

const text = (content: string, x: number, y: number, anchor: "start" | "middle" | "end"): string =>
  element("text", { x, y, "text-anchor": anchor }, escaped(content));

/** Told apart without red and green: the palette of Okabe & Ito (2008). */
const colours = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#000000"];

const width = 900;
const left = 300;
const right = 30;
const top = 60;
const rowHeight = 26;

export function plot(rows: readonly PlotRow[]): string {
  const ratios = rows.flatMap(({ dots }) => dots.map(({ ratio }) => ratio)).filter((ratio) => ratio > 0);
  const low = Math.floor(Math.log10(Math.min(1, ...ratios)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, ...ratios))));
  const x = (ratio: number): number => left + ((width - left - right) * (Math.log10(ratio) - low)) / (high - low);
  const labels = [...new Set(rows.flatMap(({ dots }) => dots.map(({ label }) => label)))];
  const colour = (label: string): string => colours[labels.indexOf(label) % colours.length] ?? "#000000";
  const height = top + rows.length * rowHeight + 40;
  const bottom = height - 36;

  const grid = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).flatMap((tick) => [
    element("line", { x1: x(tick), y1: top, x2: x(tick), y2: bottom, stroke: tick === 1 ? "#000000" : "#d0d0d0" }),
    text(`${tick}×`, x(tick), bottom + 18, "middle"),
  ]);
  const legend = labels.flatMap((label, i) => [
    element("circle", { cx: left + i * 95, cy: 34, r: 5, fill: colour(label) }),
    text(label, left + i * 95 + 9, 38, "start"),
  ]);
  const lines = rows.flatMap(({ label, dots }, i) => {
    const y = top + (i + 0.5) * rowHeight;
    return [
      text(label, left - 12, y + 4, "end"),
      ...dots.map((dot) =>
        element("circle", { cx: x(dot.ratio), cy: y, r: 5, fill: colour(dot.label), "fill-opacity": 0.85 }),
      ),
    ];
  });
  const title = text("time of the others by that of the generated function", width / 2, 18, "middle");
  const font = { "font-family": "sans-serif", "font-size": 12 };
  return `${element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, ...font },
    element("rect", { width, height, fill: "white" }),
    title,
    ...legend,
    ...grid,
    ...lines,
  )}\n`;
}
