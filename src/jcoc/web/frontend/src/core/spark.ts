// A small line that shows where a value comes from; the limits are dotted.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 112;
const HEIGHT = 30;
const EDGE = 3;
const KEPT = 60;

export class Spark {
  readonly svg: SVGSVGElement;
  private readonly line: SVGPolylineElement;
  private readonly dot: SVGCircleElement;
  private readonly limit: SVGLineElement;
  private times: number[] = [];
  private values: number[] = [];

  constructor(svg?: SVGSVGElement) {
    this.svg = svg ?? document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "spark");
    this.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.svg.setAttribute("aria-hidden", "true");
    this.limit = document.createElementNS(SVG, "line");
    this.limit.setAttribute("class", "limit");
    this.line = document.createElementNS(SVG, "polyline");
    this.dot = document.createElementNS(SVG, "circle");
    this.dot.setAttribute("r", "2.6");
    this.svg.replaceChildren(this.limit, this.line, this.dot);
    this.draw(null);
  }

  load(times: number[], values: (number | null)[]): void {
    const newest = this.times.at(-1);
    const fresh = this.times.map((time, i) => [time, this.values[i]!] as const);
    this.times = [];
    this.values = [];
    values.forEach((value, i) => {
      if (value !== null) this.keep(times[i]!, value);
    });
    // What came by /live while the history was being fetched.
    const last = this.times.at(-1) ?? -Infinity;
    if (newest !== undefined) for (const [time, value] of fresh) if (time > last) this.keep(time, value);
  }

  add(time: number, value: number | null): void {
    if (value === null || time <= (this.times.at(-1) ?? -Infinity)) return;
    this.keep(time, value);
  }

  private keep(time: number, value: number): void {
    this.times.push(time);
    this.values.push(value);
    if (this.times.length > KEPT) {
      this.times.shift();
      this.values.shift();
    }
  }

  clear(): void {
    this.times = [];
    this.values = [];
    this.draw(null);
  }

  draw(limit: number | null): void {
    const n = this.values.length;
    if (n < 2) {
      this.line.setAttribute("points", "");
      this.dot.setAttribute("visibility", "hidden");
      this.limit.setAttribute("visibility", "hidden");
      return;
    }
    let low = Math.min(...this.values);
    let high = Math.max(...this.values);
    // A limit is drawn where it is near enough that the line keeps its form.
    const near = limit !== null && limit >= low - (high - low) * 0.8 && limit <= high + (high - low) * 0.8;
    if (near) {
      low = Math.min(low, limit);
      high = Math.max(high, limit);
    }
    const rise = high - low || 1;
    const y = (value: number): number =>
      high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / rise) * (HEIGHT - 2 * EDGE);
    // A step a reading: by time, a device that sends faster than before would be squeezed into the last corner.
    const points = this.values.map((value, i) => `${((i / (n - 1)) * (WIDTH - EDGE)).toFixed(1)},${y(value).toFixed(1)}`);
    this.line.setAttribute("points", points.join(" "));
    this.dot.setAttribute("visibility", "visible");
    this.dot.setAttribute("cx", String(WIDTH - EDGE));
    this.dot.setAttribute("cy", y(this.values[n - 1]!).toFixed(1));
    this.limit.setAttribute("visibility", near ? "visible" : "hidden");
    if (near) {
      this.limit.setAttribute("x1", "0");
      this.limit.setAttribute("x2", String(WIDTH));
      this.limit.setAttribute("y1", y(limit).toFixed(1));
      this.limit.setAttribute("y2", y(limit).toFixed(1));
    }
  }
}
