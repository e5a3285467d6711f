/**
 * A picture of flights as SVG: axes with ticks in metres, one curve for each launch, the measured places as circles.
 *
 * Invariant: one metre is as long upwards as along the ground; text is escaped, numbers have two decimals.
 */

/** Pairs of metres, one after the other. */
type Places = ArrayLike<number>;

export interface Picture {
  readonly title: string;
  /** In the order in which they were found; the earlier, the fainter. */
  readonly flights: readonly Places[];
  readonly measured: Places;
}

type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const shown = (value: string | number): string =>
  typeof value === "number" ? String(Number(value.toFixed(2))) : escaped(value);

/** An element of the picture; its children are elements and lines of text that are written already. */
function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${shown(value)}"`);
  const open = `<${name}${list.join("")}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join("\n")}</${name}>`;
}

/** Multiples of 1, 2 or 5 times a power of ten within the bounds, about eight of them. */
export function ticks(from: number, to: number): readonly number[] {
  const rough = (to - from) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / unit);
  return Array.from({ length: Math.floor(to / unit) - first + 1 }, (_, i) => (first + i) * unit);
}

const width = 860;
const margin = { left: 56, right: 20, top: 44, bottom: 48 };

/** How metres become units of the picture. */
interface Scale {
  readonly x: (metres: number) => number;
  readonly y: (metres: number) => number;
  readonly bounds: { readonly left: number; readonly right: number; readonly low: number; readonly high: number };
  readonly height: number;
}

function scaleOf(all: readonly Places[]): Scale {
  const [xs, ys] = [0, 1].map((axis) => all.flatMap((places) => Array.from(places).filter((_, i) => i % 2 === axis)));
  const bounds = {
    left: Math.min(0, ...(xs ?? [])),
    right: Math.max(1, ...(xs ?? [])) * 1.03,
    low: Math.min(0, ...(ys ?? [])) * 1.05,
    high: Math.max(1, ...(ys ?? [])) * 1.05,
  };
  const unit = (width - margin.left - margin.right) / (bounds.right - bounds.left);
  return {
    bounds,
    height: margin.top + margin.bottom + unit * (bounds.high - bounds.low),
    x: (metres) => margin.left + unit * (metres - bounds.left),
    y: (metres) => margin.top + unit * (bounds.high - metres),
  };
}

function axes({ x, y, bounds }: Scale): readonly string[] {
  const { left, right, low, high } = bounds;
  const line = (attributes: Attributes): string => element("line", { stroke: "#d0d0d0", ...attributes });
  const label = (text: string, attributes: Attributes): string => element("text", attributes, escaped(text));
  const vertical = ticks(left, right).flatMap((tick) => [
    line({ x1: x(tick), y1: y(low), x2: x(tick), y2: y(high) }),
    label(`${tick}`, { x: x(tick), y: y(low) + 18, "text-anchor": "middle" }),
  ]);
  const horizontal = ticks(low, high).flatMap((tick) => [
    line({ x1: x(left), y1: y(tick), x2: x(right), y2: y(tick) }),
    label(`${tick}`, { x: x(left) - 8, y: y(tick) + 4, "text-anchor": "end" }),
  ]);
  return [
    ...vertical,
    ...horizontal,
    line({ x1: x(left), y1: y(0), x2: x(right), y2: y(0), stroke: "#404040" }),
    line({ x1: x(0), y1: y(low), x2: x(0), y2: y(high), stroke: "#404040" }),
    label("along the ground, m", { x: (x(left) + x(right)) / 2, y: y(low) + 38, "text-anchor": "middle" }),
    label("height, m", { x: x(left), y: y(high) - 10 }),
  ];
}

const pairs = (places: Places): readonly (readonly [number, number])[] =>
  Array.from({ length: places.length / 2 }, (_, i) => [places[2 * i] ?? 0, places[2 * i + 1] ?? 0]);

export function draw({ title, flights, measured }: Picture): string {
  const scale = scaleOf([...flights, measured]);
  const { x, y, height } = scale;
  const curves = flights.map((places, i) => {
    const isLast = i === flights.length - 1;
    const points = [[0, 0] as const, ...pairs(places)].map(([px, py]) => `${shown(x(px))},${shown(y(py))}`);
    const opacity = 0.15 + (0.85 * (i + 1)) / flights.length;
    const stroke = isLast ? "#c0392b" : "#2c6fbb";
    return element("polyline", {
      points: points.join(" "),
      fill: "none",
      stroke,
      "stroke-width": isLast ? 2.5 : 1.5,
      opacity,
    });
  });
  const circles = pairs(measured).map(([px, py]) =>
    element("circle", { cx: x(px), cy: y(py), r: 3, fill: "none", stroke: "#202020" }),
  );
  const size = { width, height, viewBox: `0 0 ${width} ${shown(height)}` };
  return `${element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", ...size, "font-family": "sans-serif", "font-size": 13 },
    element("rect", { width, height, fill: "white" }),
    element("text", { x: width / 2, y: 20, "text-anchor": "middle", "font-size": 15 }, escaped(title)),
    ...axes(scale),
    ...curves,
    ...circles,
  )}\n`;
}
