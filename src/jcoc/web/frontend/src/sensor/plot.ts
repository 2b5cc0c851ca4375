import uPlot from "uplot";
import type { Format } from "../core/format";
import { ZONE } from "../core/format";
import type { Messages } from "../core/page";
import { LOOK } from "../core/states";

export interface Series {
  range: "day" | "week" | "year";
  bucket: "raw" | "minute" | "hour" | "day";
  start: number;
  end: number;
  unit: string;
  t: number[];
  avg: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
  count: number[];
  quality: number[];
  latest: [time: number, value: unknown, quality: number] | null;
}

const BUCKET_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const HEIGHT = 340;

// Where nothing came the line is broken: a bridged gap would claim readings that nobody made.
function withGaps(series: Series): uPlot.AlignedData {
  const usual = series.bucket === "raw" ? usualSteps(series.t) : null;
  const columns: [number[], (number | null)[], (number | null)[], (number | null)[]] = [[], [], [], []];
  series.t.forEach((time, i) => {
    const step = usual ? usual[i]! : BUCKET_MS[series.bucket as keyof typeof BUCKET_MS];
    const before = series.t[i - 1];
    if (before !== undefined && time - before > step * (usual ? 4 : 1.5)) push(columns, before + step, null, null, null);
    push(columns, time, series.avg[i]!, series.min[i]!, series.max[i]!);
  });
  return series.bucket === "raw" ? [columns[0], columns[1]] : columns;
}

function push(columns: (number | null)[][], time: number, ...values: (number | null)[]): void {
  columns[0]!.push(time / 1000);
  values.forEach((value, i) => columns[i + 1]!.push(value));
}

// How far apart readings usually are about each one: a device may send every ten minutes, and later every second.
function usualSteps(times: number[]): number[] {
  const steps = times.map((time, i) => time - (times[i - 1] ?? time));
  const median = (part: number[]): number => part.sort((one, other) => one - other)[part.length >> 1] ?? 0;
  return steps.map((_, i) => Math.max(median(steps.slice(Math.max(1, i - 7), i)), median(steps.slice(i + 1, i + 8))) || Infinity);
}

interface Look {
  ink: string;
  muted: string;
  line: string;
  hue: string;
  check: string;
  panel: string;
}

function lookOf(root: HTMLElement): Look {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return { ink: read("--ink"), muted: read("--muted"), line: read("--line"), hue: read("--c") || read("--biasa"), check: read("--check"), panel: read("--panel") };
}

export class Plot {
  private plot: uPlot | null = null;
  private series: Series | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly limits: { low: number | null; high: number | null },
    private readonly format: Format,
    private readonly messages: Messages,
  ) {
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(root);
  }

  clear(): void {
    this.plot?.destroy();
    this.plot = null;
    this.series = null;
  }

  redraw(): void {
    if (this.series) this.show(this.series);
  }

  show(series: Series): void {
    this.plot?.destroy();
    this.series = series;
    this.plot = new uPlot(this.options(series), withGaps(series), this.root);
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(this.root.clientWidth, 240), height: this.root.clientWidth < 500 ? 260 : HEIGHT };
  }

  private options(series: Series): uPlot.Options {
    const { format, messages } = this;
    const look = lookOf(this.root);
    const font = '500 12px "Plus Jakarta Sans", system-ui, sans-serif';
    const value = (_: uPlot, shown: number | null): string => format.withUnit(shown, series.unit);
    const banded = series.bucket !== "raw";
    const axis = { stroke: look.muted, font, grid: { stroke: look.line, width: 1 }, ticks: { stroke: look.line, width: 1, size: 5 } };
    return {
      ...this.size(),
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), ZONE),
      ms: 1e-3,
      cursor: { points: { size: 8 }, drag: { x: true, y: false }, y: false },
      scales: {
        x: { time: true, range: () => [series.start / 1000, series.end / 1000] },
        y: { range: (_, low, high) => this.rangeOf(low, high) },
      },
      axes: [
        { ...axis, space: 64, values: (_, splits) => splits.map((seconds) => this.tick(seconds * 1000, series.range)) },
        { ...axis, size: (_, values) => 18 + 7.4 * Math.max(...(values ?? [""]).map((text) => text.length)), values: (_, splits, _axis, _space, step) => splits.map((number) => format.tick(number, step)) },
      ],
      series: [
        { label: messages.time ?? "", value: (_, seconds: number | null) => (seconds === null ? "–" : this.moment(seconds * 1000, series)) },
        { label: banded ? messages.average ?? "" : messages.reading ?? "", value, stroke: look.hue, width: 2, points: { show: !banded && series.t.length < 80, size: 4, fill: look.hue } },
        ...(banded ? [messages.lowest, messages.highest] : []).map((label) => ({
          label: label ?? "", value, stroke: "transparent", width: 0, points: { show: false },
        })),
      ],
      bands: banded ? [{ series: [3, 2], fill: alpha(look.hue, 0.22) }] : [],
      legend: { show: true, live: true, markers: { show: false } },
      hooks: { draw: [(plot) => this.drawLimits(plot, look), (plot) => this.drawFlags(plot, series, look)] },
    };
  }

  // A limit is part of the picture where the readings come near it; a far one would flatten them.
  private rangeOf(low: number | null, high: number | null): [number, number] {
    if (low === null || high === null) return [0, 1];
    const rise = high - low || Math.abs(high) || 1;
    let [from, to] = [low - rise * 0.08, high + rise * 0.08];
    if (this.limits.high !== null && this.limits.high < high + rise * 0.7) to = Math.max(to, this.limits.high + rise * 0.06);
    if (this.limits.low !== null && this.limits.low > low - rise * 0.7) from = Math.min(from, this.limits.low - rise * 0.06);
    return [from, to];
  }

  private tick(ms: number, range: Series["range"]): string {
    const minute = this.format.minute(ms);
    return range === "year" || minute.startsWith("00") && minute.endsWith("00") ? this.format.dayMonth(ms) : minute;
  }

  private moment(ms: number, series: Series): string {
    const day = this.format.dateShort(ms);
    return series.bucket === "day" ? day : `${day}, ${this.format.minute(ms)}`;
  }

  private drawLimits(plot: uPlot, look: Look): void {
    const { ctx } = plot;
    for (const [limit, name] of [[this.limits.high, this.messages.limit_high], [this.limits.low, this.messages.limit_low]] as const) {
      const scale = plot.scales.y!;
      if (limit === null || limit < (scale.min ?? 0) || limit > (scale.max ?? 0)) continue;
      const y = plot.valToPos(limit, "y", true);
      const { left, width } = plot.bbox;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = look.check;
      ctx.lineWidth = 1.3 * devicePixelRatio;
      ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(left + width, y);
      ctx.stroke();
      ctx.font = `600 ${11.5 * devicePixelRatio}px "Plus Jakarta Sans", system-ui, sans-serif`;
      ctx.textAlign = "right";
      ctx.textBaseline = "bottom";
      ctx.fillText(`${name ?? ""} ${this.format.value(limit)}`, left + width - 6 * devicePixelRatio, y - 3 * devicePixelRatio);
      ctx.restore();
    }
  }

  private drawFlags(plot: uPlot, series: Series, look: Look): void {
    const { ctx } = plot;
    ctx.save();
    ctx.fillStyle = look.check;
    ctx.strokeStyle = look.panel;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    const size = 5.5 * devicePixelRatio;
    series.quality.forEach((quality, i) => {
      const shown = series.avg[i];
      if (!(quality & LOOK) || shown === null || shown === undefined) return;
      const x = plot.valToPos(series.t[i]! / 1000, "x", true);
      const y = plot.valToPos(shown, "y", true);
      ctx.beginPath();
      ctx.moveTo(x, y - size);
      ctx.lineTo(x + size, y);
      ctx.lineTo(x, y + size);
      ctx.lineTo(x - size, y);
      ctx.closePath();
      ctx.fill();
      ctx.stroke();
    });
    ctx.restore();
  }
}

function alpha(hex: string, share: number): string {
  return hex.startsWith("#") && hex.length === 7 ? hex + Math.round(share * 255).toString(16).padStart(2, "0") : hex;
}
