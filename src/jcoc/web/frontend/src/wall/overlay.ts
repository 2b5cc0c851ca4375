import { shapePath, State, STATE_NAMES } from "../core/states";
import type { Model } from "./model";

export interface View {
  x: number; // left edge of the canvas in Web Mercator, 0..1 around the world
  y: number;
  scale: number; // CSS pixels a unit of Web Mercator
  width: number;
  height: number;
  zoom: number;
}

export interface SitePoint {
  x: number;
  y: number;
  name: string;
  kind: string;
  approximate: boolean;
}

export interface Callout {
  sensor: number;
  text: string;
}

const PULSE_MS = 1100;
const PULSE_TICK_MS = 60;
// More rings than these say nothing but that something always changes.
const PULSES_AT_ONCE = 48;
const ORDER = [State.EMPTY, State.NORMAL, State.SILENT, State.CHECK];

// The sensors, drawn over the map on 2D canvases: ten thousand of them change ten times a second, which would
// have WebGL rebuild its buffers each time. The dots are drawn anew only when the map moves or a state changes.
export class Overlay {
  private readonly dots: CanvasRenderingContext2D;
  private readonly rings: CanvasRenderingContext2D;
  private readonly still = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly colour: Record<string, string>;
  private readonly pulses = new Map<number, number>();
  private readonly sprites = new Map<string, HTMLCanvasElement>();
  private view: View = { x: 0, y: 0, scale: 1, width: 1, height: 1, zoom: 12 };
  private queued = false;
  private pulsing = false;
  private lastTick = 0;
  private ratio = 1;
  private model: Model | null = null;
  private sites: SitePoint[] = [];
  private callouts: Callout[] = [];
  private boxes: { sensor: number; left: number; top: number; right: number; bottom: number }[] = [];
  private chosen = -1;

  constructor(
    private readonly dotCanvas: HTMLCanvasElement,
    private readonly ringCanvas: HTMLCanvasElement,
    private readonly siteIcons: Record<string, string>,
  ) {
    this.dots = dotCanvas.getContext("2d")!;
    this.rings = ringCanvas.getContext("2d")!;
    const style = getComputedStyle(dotCanvas);
    const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    this.colour = Object.fromEntries(
      ["normal", "check", "silent", "empty", "ink", "ink-2", "bg", "panel", "line", "muted", "focus", "line-strong"].map((name) => [name, read(name)]),
    );
  }

  show(model: Model): void {
    this.model = model;
    this.pulses.clear();
    this.draw();
  }

  showSites(sites: SitePoint[]): void {
    this.sites = sites;
    this.draw();
  }

  showCallouts(callouts: Callout[]): void {
    const same = callouts.length === this.callouts.length
      && callouts.every(({ sensor, text }, i) => sensor === this.callouts[i]!.sensor && text === this.callouts[i]!.text);
    if (same) return;
    this.callouts = callouts;
    this.draw();
  }

  choose(sensor: number): void {
    this.chosen = sensor;
    this.draw();
  }

  move(view: View): void {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    if (view.width !== this.view.width || view.height !== this.view.height || ratio !== this.ratio) {
      this.ratio = ratio;
      for (const canvas of [this.dotCanvas, this.ringCanvas]) {
        canvas.width = Math.round(view.width * ratio);
        canvas.height = Math.round(view.height * ratio);
      }
      this.sprites.clear();
    }
    this.view = view;
    // At once, not in the next frame: the dots must not swim on the moving map.
    this.paint();
    if (this.pulses.size) this.paintPulses(performance.now());
  }

  draw(): void {
    if (this.queued) return;
    this.queued = true;
    requestAnimationFrame(() => this.paint());
  }

  pulse(sensors: Iterable<number>): void {
    if (this.still.matches || document.hidden || !this.model) return;
    const now = performance.now();
    for (const sensor of sensors) {
      if (this.pulses.size >= PULSES_AT_ONCE) break;
      if (!this.pulses.has(sensor) && this.visible(sensor)) this.pulses.set(sensor, now);
    }
    if (!this.pulsing && this.pulses.size) {
      this.pulsing = true;
      requestAnimationFrame((time) => this.tick(time));
    }
  }

  position(sensor: number): { x: number; y: number } {
    const model = this.model!;
    return {
      x: (model.x[sensor]! - this.view.x) * this.view.scale,
      y: (model.y[sensor]! - this.view.y) * this.view.scale,
    };
  }

  // The sensor under the pointer; what asks for attention wins over its neighbours.
  at(x: number, y: number, reach: number): number {
    for (const box of this.boxes) {
      if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) return box.sensor;
    }
    const model = this.model;
    if (!model) return -1;
    let found = -1;
    let nearest = reach * reach;
    for (const sensor of model.placed) {
      const dx = (model.x[sensor]! - this.view.x) * this.view.scale - x;
      const dy = (model.y[sensor]! - this.view.y) * this.view.scale - y;
      let distance = dx * dx + dy * dy;
      if (distance > reach * reach) continue;
      if (model.state[sensor] === State.CHECK || model.state[sensor] === State.SILENT) distance /= 4;
      if (distance < nearest) {
        nearest = distance;
        found = sensor;
      }
    }
    return found;
  }

  private visible(sensor: number): boolean {
    const { x, y } = this.position(sensor);
    return x > -10 && y > -10 && x < this.view.width + 10 && y < this.view.height + 10;
  }

  // Few sensors are drawn large, ten thousand small enough to leave the map to be seen.
  private radius(state: number): number {
    const crowd = this.model?.placed.length ?? 0;
    const base = crowd > 4000 ? 1.2 : crowd > 1000 ? 2.1 : crowd > 250 ? 3 : 4.2;
    const grown = base * Math.max(1, Math.pow(1.32, this.view.zoom - 11.6));
    const radius = Math.min(grown, 8);
    if (state === State.CHECK) return Math.min(Math.max(radius * 1.7, 5.2), 9);
    if (state === State.SILENT) return Math.min(Math.max(radius * 1.25, 3.6), 7);
    if (state === State.EMPTY) return Math.max(radius * 0.6, 1.4);
    return radius;
  }

  private sprite(state: number): HTMLCanvasElement {
    const radius = this.radius(state);
    const key = `${state}:${radius.toFixed(1)}:${this.ratio}`;
    const made = this.sprites.get(key);
    if (made) return made;
    const half = Math.ceil((radius + 3) * this.ratio);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = half * 2;
    const context = canvas.getContext("2d")!;
    context.translate(half, half);
    context.scale(this.ratio, this.ratio);
    this.drawShape(context, state, radius);
    this.sprites.set(key, canvas);
    return canvas;
  }

  private drawShape(context: CanvasRenderingContext2D, state: number, radius: number): void {
    const { colour } = this;
    const name = STATE_NAMES[state]!;
    const shape = shapePath(name, radius);
    const hollow = name === "silent";
    context.strokeStyle = colour.bg!;
    context.lineWidth = hollow ? 3.4 : name === "check" ? 2.5 : 2;
    if (radius > 2.6) context.stroke(shape);
    context.strokeStyle = context.fillStyle = colour[name]!;
    context.lineWidth = 1.6;
    // A crowd of calm sensors must leave the map's names to be read.
    context.globalAlpha = radius < 2 ? 0.7 : 1;
    if (hollow) context.stroke(shape);
    else context.fill(shape);
  }

  private paint(): void {
    this.queued = false;
    const { dots, view, ratio, model } = this;
    dots.setTransform(1, 0, 0, 1, 0, 0);
    dots.clearRect(0, 0, this.dotCanvas.width, this.dotCanvas.height);
    this.paintSites();
    if (!model) return;
    dots.setTransform(1, 0, 0, 1, 0, 0);
    for (const state of ORDER) {
      const sprite = this.sprite(state);
      const half = sprite.width / 2;
      for (const sensor of model.placed) {
        if (model.state[sensor] !== state) continue;
        const x = (model.x[sensor]! - view.x) * view.scale * ratio - half;
        const y = (model.y[sensor]! - view.y) * view.scale * ratio - half;
        if (x < -half * 2 || y < -half * 2 || x > this.dotCanvas.width || y > this.dotCanvas.height) continue;
        dots.drawImage(sprite, Math.round(x), Math.round(y));
      }
    }
    dots.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paintCallouts();
    if (this.chosen >= 0) {
      const { x, y } = this.position(this.chosen);
      dots.beginPath();
      dots.arc(x, y, this.radius(model.state[this.chosen]!) + 7, 0, 2 * Math.PI);
      dots.lineWidth = 2.5;
      dots.strokeStyle = this.colour.focus!;
      dots.stroke();
    }
  }

  private paintSites(): void {
    const { dots, view, ratio, colour } = this;
    dots.setTransform(ratio, 0, 0, ratio, 0, 0);
    const close = view.zoom >= 12.6;
    for (const site of this.sites) {
      const large = site.kind === "operation_centre" || site.kind === "landfill";
      const size = large ? 24 : close ? 20 : 14;
      const x = (site.x - view.x) * view.scale;
      const y = (site.y - view.y) * view.scale;
      if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 40) continue;
      dots.save();
      dots.translate(x - size / 2, y - size / 2);
      dots.beginPath();
      dots.roundRect(0, 0, size, size, size / 4);
      dots.fillStyle = colour.panel!;
      dots.globalAlpha = large ? 1 : 0.82;
      dots.fill();
      dots.setLineDash(site.approximate ? [3, 2] : []);
      dots.lineWidth = 1;
      dots.strokeStyle = colour["line-strong"]!;
      dots.stroke();
      dots.setLineDash([]);
      const icon = this.siteIcons[site.kind];
      if (icon) {
        const drawn = size * 0.68;
        dots.translate((size - drawn) / 2, (size - drawn) / 2);
        dots.scale(drawn / 24, drawn / 24);
        dots.lineWidth = large ? 1.9 : 2.3;
        dots.lineCap = dots.lineJoin = "round";
        dots.strokeStyle = large ? colour.ink! : colour["ink-2"]!;
        dots.stroke(new Path2D(icon));
      }
      dots.restore();
      if (large || view.zoom >= 14) this.paintSiteName(site.name, x + size / 2 + 5, y);
    }
  }

  private paintSiteName(name: string, x: number, y: number): void {
    const { dots, colour } = this;
    dots.font = `600 12px ${FONT}`;
    dots.textBaseline = "middle";
    dots.lineJoin = "round";
    dots.lineWidth = 3.5;
    dots.strokeStyle = colour.bg!;
    dots.strokeText(name, x, y);
    dots.fillStyle = colour["ink-2"]!;
    dots.fillText(name, x, y);
  }

  private paintCallouts(): void {
    const { dots, view, colour } = this;
    this.boxes = [];
    dots.font = `600 12.5px ${FONT}`;
    dots.textBaseline = "middle";
    for (const { sensor, text } of this.callouts) {
      if (!this.visible(sensor)) continue;
      const { x, y } = this.position(sensor);
      const width = Math.ceil(dots.measureText(text).width) + 18;
      const right = x + 18 + width < view.width - 8;
      const left = right ? x + 18 : x - 18 - width;
      const box = { sensor, left, top: y - 13, right: left + width, bottom: y + 13 };
      if (left < 8 || box.top < 8 || box.bottom > view.height - 60) continue;
      if (this.boxes.some((other) => box.left < other.right + 6 && box.right > other.left - 6 && box.top < other.bottom + 6 && box.bottom > other.top - 6)) continue;
      this.boxes.push(box);
      const state = this.model!.state[sensor]!;
      const hue = state === State.CHECK ? colour.check! : colour.silent!;
      dots.beginPath();
      dots.arc(x, y, 12, 0, 2 * Math.PI);
      dots.fillStyle = colour.bg!;
      dots.fill();
      dots.lineWidth = 2;
      dots.strokeStyle = hue;
      dots.stroke();
      dots.save();
      dots.translate(x, y);
      this.drawShape(dots, state, state === State.CHECK ? 6.5 : 4.5);
      dots.restore();
      dots.beginPath();
      dots.roundRect(left, box.top, width, 26, 7);
      dots.fillStyle = colour.bg!;
      dots.globalAlpha = 0.92;
      dots.fill();
      dots.globalAlpha = 1;
      dots.lineWidth = 1;
      dots.strokeStyle = hue;
      dots.stroke();
      dots.fillStyle = colour.ink!;
      dots.fillText(text, left + 9, y + 0.5);
    }
  }

  private tick(time: number): void {
    if (!this.pulses.size) {
      this.pulsing = false;
      this.clearRings();
      return;
    }
    requestAnimationFrame((next) => this.tick(next));
    if (time - this.lastTick < PULSE_TICK_MS) return;
    this.lastTick = time;
    this.paintPulses(time);
  }

  private clearRings(): void {
    this.rings.setTransform(1, 0, 0, 1, 0, 0);
    this.rings.clearRect(0, 0, this.ringCanvas.width, this.ringCanvas.height);
  }

  private paintPulses(time: number): void {
    const { rings, ratio, model } = this;
    this.clearRings();
    if (!model) return;
    rings.setTransform(ratio, 0, 0, ratio, 0, 0);
    rings.lineWidth = 1.4;
    rings.strokeStyle = this.colour.normal!;
    const reach = this.radius(State.NORMAL);
    // Rings of one age share a path: a stroke a ring would cost ten times as much.
    const steps: number[][] = [[], [], [], [], []];
    for (const [sensor, begun] of this.pulses) {
      const part = (time - begun) / PULSE_MS;
      if (part >= 1) this.pulses.delete(sensor);
      else steps[Math.max(0, Math.floor(part * 5))]!.push(sensor);
    }
    steps.forEach((sensors, step) => {
      rings.globalAlpha = 0.75 - step * 0.15;
      rings.beginPath();
      for (const sensor of sensors) {
        const { x, y } = this.position(sensor);
        const radius = reach + 1.5 + step * 1.6;
        rings.moveTo(x + radius, y);
        rings.arc(x, y, radius, 0, 2 * Math.PI);
      }
      rings.stroke();
    });
    rings.globalAlpha = 1;
  }
}

const FONT = '"Plus Jakarta Sans", system-ui, sans-serif';
