import type { Format } from "../core/format";
import { element, fill, setText, type Messages } from "../core/page";
import { Spark } from "../core/spark";
import { State, STATE_NAMES } from "../core/states";
import type { Model } from "./model";

const TALLIED = [State.NORMAL, State.CHECK, State.SILENT, State.EMPTY];

// The sums under and above the wall, and the mark that some of what is shown was not measured here.
export class Foot {
  private readonly rate = new Spark(document.getElementById("foot-spark") as unknown as SVGSVGElement);
  private readonly perSecond: number[] = [];
  private changes = 0;

  constructor(
    private readonly model: Model,
    private readonly format: Format,
    private readonly messages: Messages,
  ) {
    document.getElementById("foot-spark")!.classList.add("foot-spark");
    this.origins();
  }

  take(count: number): void {
    this.changes += count;
  }

  everySecond(now: number): void {
    const { model, format, messages } = this;
    this.perSecond.push(this.changes);
    this.changes = 0;
    if (this.perSecond.length > 60) this.perSecond.shift();
    const recent = this.perSecond.slice(-10);
    const rate = recent.reduce((sum, count) => sum + count, 0) / recent.length;
    setText(element("foot-rate"), format.value(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)));
    this.rate.add(now, this.perSecond.at(-1)!);
    this.rate.draw(null);
    let kept = 0;
    for (const count of model.count) kept += count;
    setText(element("foot-kept"), format.count(kept));
    const tally = model.tally();
    for (const state of TALLIED) {
      const item = element(`tally-${STATE_NAMES[state]!}`);
      item.hidden = tally[state]! === 0;
      setText(item.querySelector("b"), format.count(tally[state]!));
      // The legend explains what is on the map now, and nothing else.
      element(`legend-${STATE_NAMES[state]!}`).hidden = tally[state]! === 0;
    }
    const reporting = tally[State.NORMAL] + tally[State.CHECK];
    setText(element("foot-reporting"), format.count(reporting));
    setText(element("foot-of"), fill(messages.of_n, { n: format.count(model.size) }));
    element<HTMLProgressElement>("foot-progress").value = model.size ? reporting / model.size : 0;
    this.silent(now);
  }

  private silent(now: number): void {
    const { model } = this;
    let oldest = -1;
    for (let sensor = 0; sensor < model.size; sensor++) {
      if (model.state[sensor] !== State.SILENT) continue;
      if (oldest < 0 || model.time[sensor]! < model.time[oldest]!) oldest = sensor;
    }
    const calm = oldest < 0;
    setText(element("foot-silent"), calm ? "–" : this.format.age(now - model.time[oldest]!));
    setText(element("foot-silent-name"), calm ? (model.size ? this.messages.all_report ?? "" : "") : model.info.name[oldest]!);
  }

  private origins(): void {
    const counts = new Map<string, number>();
    for (const origin of this.model.info.origin) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    const items = ["measured", "simulated", "stand-in"].filter((origin) => counts.has(origin)).map((origin) => {
      const item = document.createElement("span");
      const count = document.createElement("b");
      count.textContent = this.format.count(counts.get(origin)!);
      item.append(count, ` ${this.messages[origin] ?? origin}`);
      return item;
    });
    element("foot-origins").replaceChildren(...(items.length ? items : ["–"]));
    const simulated = counts.has("simulated");
    const standIn = counts.has("stand-in");
    const banner = element("origin-banner");
    banner.hidden = !simulated && !standIn;
    setText(banner, (simulated && standIn ? this.messages.simulated_and_stand_in : simulated ? this.messages.simulated_data : this.messages.stand_in_data) ?? "");
  }
}

// Says state changes to a screen reader, bundled, and never more often than it can be listened to.
export class Announcer {
  private readonly region = element("announce");
  private readonly waiting = new Map<number, number>();
  private last = 0;

  constructor(
    private readonly model: Model,
    private readonly messages: Messages,
  ) {}

  take(sensor: number, to: number): void {
    this.waiting.set(sensor, to);
  }

  speak(now: number): void {
    if (!this.waiting.size || now - this.last < 15_000) return;
    this.last = now;
    const parts: string[] = [];
    for (const [state, key] of [[State.CHECK, "announce_check"], [State.SILENT, "announce_silent"], [State.NORMAL, "announce_normal"]] as const) {
      const sensors = [...this.waiting].filter(([sensor, to]) => to === state && this.model.state[sensor] === state).map(([sensor]) => sensor);
      if (!sensors.length) continue;
      let names = sensors.slice(0, 3).map((sensor) => this.model.info.name[sensor]).join(", ");
      if (sensors.length > 3) names = fill(this.messages.announce_more, { names, n: sensors.length - 3 });
      parts.push(fill(this.messages[key], { names }));
    }
    this.waiting.clear();
    setText(this.region, parts.join(". "));
  }
}

