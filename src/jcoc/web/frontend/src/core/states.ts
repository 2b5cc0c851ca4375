import type { Format } from "./format";
import { fill, type Messages } from "./page";
import shapes from "./shapes.json";

// The same numbers as jcoc.telemetry.quality.Flag.
export const Flag = { RANGE: 1, RATE: 2, FLAT: 4, GAP: 8, LATE: 16 } as const;
export const LOOK = Flag.RANGE | Flag.RATE | Flag.FLAT;

export const State = { EMPTY: 0, NORMAL: 1, CHECK: 2, SILENT: 3 } as const;
export const STATE_NAMES = ["empty", "normal", "check", "silent"] as const;
export type StateName = (typeof STATE_NAMES)[number];

// As jcoc.telemetry.states.state_of: of a sensor that is silent nobody knows how it is.
export function stateOf(time: number, quality: number, gap: number, now: number): number {
  if (Number.isNaN(time)) return State.EMPTY;
  if (now - time > gap) return State.SILENT;
  return quality & LOOK ? State.CHECK : State.NORMAL;
}

export interface Limits {
  low: number | null;
  high: number | null;
}

export function flagReason(
  quality: number, value: number | null, limits: Limits, format: Format, messages: Messages,
): string {
  const low = format.value(limits.low);
  const high = format.value(limits.high);
  if (quality & Flag.RANGE) {
    if (limits.high !== null && value !== null && value > limits.high) return fill(messages.flag_above, { high });
    if (limits.low !== null && value !== null && value < limits.low) return fill(messages.flag_below, { low });
    return fill(messages.flag_range, { low, high });
  }
  if (quality & Flag.RATE) return messages.flag_rate ?? "";
  if (quality & Flag.FLAT) return messages.flag_flat ?? "";
  return "";
}

const SVG = "http://www.w3.org/2000/svg";

// Half the width of each shape, as drawn in its 16 × 16.
const REACH: Record<StateName, number> = { normal: 5.5, check: 7, silent: 4.5, empty: 2.6 };

// A shape about the origin of a canvas, so many pixels to each side.
export function shapePath(state: StateName, radius: number): Path2D {
  const path = new Path2D();
  path.addPath(new Path2D(shapes[state]), new DOMMatrix().scale(radius / REACH[state]).translate(-8, -8));
  return path;
}

export function shapeIcon(state: StateName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  svg.append(path);
  setShape(svg, state);
  return svg;
}

export function setShape(svg: SVGSVGElement, state: StateName): void {
  if (svg.dataset.state === state) return;
  svg.dataset.state = state;
  const path = svg.firstElementChild!;
  path.setAttribute("d", shapes[state]);
  path.setAttribute("class", state === "silent" ? "hollow" : "");
}
