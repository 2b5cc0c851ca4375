import { shapePath, State, STATE_NAMES } from "../core/states";
import { FONT, Labels, ON_PLACE, type Label, type PlaceName } from "./labels";
import type { Model } from "./model";
import { around, Room, type Box } from "./room";
import { paintSites, type SitePoint } from "./sites";

export interface View {
  x: number; // left edge of the canvas in Web Mercator, 0..1 around the world
  y: number;
  scale: number; // CSS pixels a unit of Web Mercator
  width: number;
  height: number;
  zoom: number;
}

export interface Callout {
  sensor: number;
  text: string;
}

const PULSE_MS = 1100;
const PULSE_TICK_MS = 60;
const PILL_HEIGHT = 26;
const PILL_FONT = `600 12.5px ${FONT}`;
// More rings than these say nothing but that something always changes.
const PULSES_AT_ONCE = 48;
const NOTHING = new Int32Array();
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
  private pills: { sensor: number; box: Box }[] = [];
  private names: PlaceName[] = [];
  private readonly labels: Labels;
  private covered: Box[] = [];
  private chosen = -1;

  constructor(
    private readonly dotCanvas: HTMLCanvasElement,
    private readonly ringCanvas: HTMLCanvasElement,
    private readonly siteIcons: Record<string, string>,
    private readonly furniture: NodeListOf<HTMLElement>,
  ) {
    this.dots = dotCanvas.getContext("2d")!;
    this.rings = ringCanvas.getContext("2d")!;
    const style = getComputedStyle(dotCanvas);
    const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    this.colour = Object.fromEntries(
      ["normal", "check", "silent", "empty", "ink", "ink-2", "bg", "panel", "line", "muted", "focus", "line-strong"].map((name) => [name, read(name)]),
    );
    this.labels = new Labels(this.dots, "#0d1830", () => this.draw());
    const seen = new ResizeObserver(() => this.measure());
    for (const piece of furniture) seen.observe(piece);
  }

  show(model: Model): void {
    this.model = model;
    this.pulses.clear();
    this.draw();
  }

  showNames(names: PlaceName[]): void {
    this.names = names;
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
      this.measure();
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
    for (const { sensor, box } of this.pills) {
      if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) return sensor;
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

  // Where the buttons and the legend lie over the map.
  private measure(): void {
    const map = this.dotCanvas.getBoundingClientRect();
    this.covered = Array.from(this.furniture, (piece) => piece.getBoundingClientRect())
      .filter((box) => box.width > 0)
      .map((box) => ({ left: box.left - map.left, top: box.top - map.top, right: box.right - map.left, bottom: box.bottom - map.top }));
    this.draw();
  }

  private paint(): void {
    this.queued = false;
    const { dots, view, ratio } = this;
    const model = this.model;
    dots.setTransform(1, 0, 0, 1, 0, 0);
    dots.clearRect(0, 0, this.dotCanvas.width, this.dotCanvas.height);
    dots.setTransform(ratio, 0, 0, ratio, 0, 0);
    const room = new Room(view.width, view.height);
    this.covered.forEach((box) => room.take(box));
    const siteNames = paintSites(dots, this.sites, this.siteIcons, view, this.colour, room);
    const placed = model?.placed ?? NOTHING;
    const x = new Float32Array(placed.length);
    const y = new Float32Array(placed.length);
    placed.forEach((sensor, i) => {
      x[i] = (model!.x[sensor]! - view.x) * view.scale;
      y[i] = (model!.y[sensor]! - view.y) * view.scale;
      room.dot(x[i]!, y[i]!);
    });
    const pills = this.layPills(room);
    for (const state of ORDER) {
      // The names lie over the crowd, and under what needs a look.
      if (state === State.SILENT) {
        dots.setTransform(ratio, 0, 0, ratio, 0, 0);
        this.labels.paint([...siteNames, ...this.placeNames()], room);
      }
      dots.setTransform(1, 0, 0, 1, 0, 0);
      const sprite = this.sprite(state);
      const half = sprite.width / 2;
      for (let i = 0; i < placed.length; i++) {
        if (model!.state[placed[i]!] !== state) continue;
        const left = Math.round(x[i]! * ratio - half);
        const top = Math.round(y[i]! * ratio - half);
        if (left < -2 * half || top < -2 * half || left > this.dotCanvas.width || top > this.dotCanvas.height) continue;
        dots.drawImage(sprite, left, top);
      }
    }
    dots.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const pill of pills) this.paintPill(pill);
    if (model && this.chosen >= 0) {
      const { x, y } = this.position(this.chosen);
      dots.beginPath();
      dots.arc(x, y, this.radius(model.state[this.chosen]!) + 7, 0, 2 * Math.PI);
      dots.lineWidth = 2.5;
      dots.strokeStyle = this.colour.focus!;
      dots.stroke();
    }
  }

  private placeNames(): Label[] {
    const { view } = this;
    // In half pixels: letters of a new size are slow to draw.
    const grown = (from: number, small: number, to: number, large: number): number =>
      Math.round(2 * (small + (large - small) * Math.min(Math.max((view.zoom - from) / (to - from), 0), 1))) / 2;
    const shown = this.names.filter(({ level }) => (level === "kecamatan" ? view.zoom < 12.9 : view.zoom >= 12.1));
    return shown.map(({ x, y, name, level }) => ({
      x: (x - view.x) * view.scale,
      y: (y - view.y) * view.scale,
      weight: 400,
      gap: 1,
      places: ON_PLACE,
      ...(level === "kecamatan"
        ? { text: name.toLocaleUpperCase(), size: grown(10, 8.5, 12.9, 13), colour: "#a9bbdd", spacing: 0.09, widest: 7 }
        : { text: name, size: grown(12, 10.5, 15, 15), colour: "#8fa3c9", spacing: 0, widest: 6.5 }),
    }));
  }

  // The words beside what is called out: where they cover neither another call nor, if it can be, other sensors.
  private layPills(room: Room): { sensor: number; text: string; box: Box }[] {
    const { dots } = this;
    dots.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    dots.font = PILL_FONT;
    const called = this.callouts.filter(({ sensor }) => this.model && this.visible(sensor)).map(({ sensor, text }) => {
      const { x, y } = this.position(sensor);
      const ring = around(x, y, 28, 28);
      room.take(ring);
      return { sensor, text, x, y, ring, width: Math.ceil(dots.measureText(text).width) + 18 };
    });
    const laid = called.flatMap(({ sensor, text, x, y, ring, width }) => {
      const aside = 18 + width / 2;
      const boxes = [[aside, 0], [-aside, 0], [aside, -24], [aside, 24], [-aside, -24], [-aside, 24], [0, -30], [0, 30]]
        .map(([across, down]) => around(x + across!, y + down!, width, PILL_HEIGHT));
      const box = room.best(boxes, ring);
      if (!box) return [];
      room.take(box);
      return [{ sensor, text, box }];
    });
    this.pills = laid;
    return laid;
  }

  private paintPill({ sensor, text, box }: { sensor: number; text: string; box: Box }): void {
    const { dots, colour } = this;
    const { x, y } = this.position(sensor);
    const state = this.model!.state[sensor]!;
    const hue = colour[STATE_NAMES[state]!]!;
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
    dots.roundRect(box.left, box.top, box.right - box.left, PILL_HEIGHT, 7);
    dots.fillStyle = colour.bg!;
    dots.globalAlpha = 0.92;
    dots.fill();
    dots.globalAlpha = 1;
    dots.lineWidth = 1;
    dots.strokeStyle = hue;
    dots.stroke();
    dots.fillStyle = colour.ink!;
    dots.font = PILL_FONT;
    dots.textBaseline = "middle";
    dots.fillText(text, box.left + 9, (box.top + box.bottom) / 2 + 0.5);
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
