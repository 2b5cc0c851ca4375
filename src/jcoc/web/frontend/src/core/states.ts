import type { Format } from "./format";
import { fill, type Messages } from "./page";

// The same numbers as jcoc.telemetry.quality.Flag.
export const Flag = { RANGE: 1, RATE: 2, FLAT: 4, GAP: 8, LATE: 16 } as const;
const LOOK = Flag.RANGE | Flag.RATE | Flag.FLAT;

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
const PATHS: Record<StateName, string> = {
  normal: "M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11z",
  check: "M8 1l7 7-7 7-7-7z",
  silent: "M3.5 3.5h9v9h-9z",
  empty: "M8 5.4a2.6 2.6 0 100 5.2 2.6 2.6 0 000-5.2z",
};

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
  path.setAttribute("d", PATHS[state]);
  path.setAttribute("class", state === "silent" ? "hollow" : "");
}
