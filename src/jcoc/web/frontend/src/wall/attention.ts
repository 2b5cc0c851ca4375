import type { Format } from "../core/format";
import { element, fill, setText, type Messages } from "../core/page";
import { Flag, flagReason, setShape, shapeIcon, State, STATE_NAMES } from "../core/states";
import type { Model } from "./model";
import { placeOf, titleOf } from "./names";

// Of the side's height; what they leave goes to the newest readings.
const SHARE = 0.64;
const HEAD = 62;
const ITEM = 97;

interface Row {
  item: HTMLLIElement;
  shape: SVGSVGElement;
  name: HTMLElement;
  value: HTMLElement;
  place: HTMLElement;
  reason: HTMLElement;
  since: HTMLElement;
  sensor: number;
}

// What needs a look, the gravest first: implausible now, then silent, each with the newest first.
export class Attention {
  private readonly list = element("alerts");
  private readonly countText = element("attention-count");
  private readonly rows: Row[] = [];
  private readonly note = document.createElement("li");
  private readonly moreLink = document.createElement("a");
  private readonly more = document.createElement("li");
  private readonly side = this.list.closest<HTMLElement>(".side")!;
  private room = 5;
  ordered: number[] = [];

  constructor(
    private model: Model,
    private readonly format: Format,
    private readonly messages: Messages,
    private readonly listAddress: string,
    private readonly open: (sensor: number, from: HTMLElement) => void,
  ) {
    this.note.className = "alerts-calm";
    this.more.className = "alerts-more";
    this.more.append(this.moreLink);
    this.list.replaceChildren();
    this.measure();
    new ResizeObserver(() => {
      if (this.measure()) this.render(Date.now());
    }).observe(this.side);
  }

  renew(model: Model): this {
    this.model = model;
    this.sort();
    return this;
  }

  private measure(): boolean {
    const narrow = matchMedia("(max-width: 62rem)").matches;
    const room = narrow ? 4 : Math.max(2, Math.floor((this.side.clientHeight * SHARE - HEAD) / ITEM));
    const changed = room !== this.room;
    this.room = room;
    return changed;
  }

  private gravity(sensor: number): number {
    if (this.model.state[sensor] === State.SILENT) return 1;
    const quality = this.model.quality[sensor]!;
    return quality & Flag.RANGE ? 4 : quality & Flag.RATE ? 3 : 2;
  }

  sort(): void {
    const { state, since } = this.model;
    const found: number[] = [];
    for (let sensor = 0; sensor < this.model.size; sensor++) {
      if (state[sensor] === State.CHECK || state[sensor] === State.SILENT) found.push(sensor);
    }
    this.ordered = found.sort((one, other) => this.gravity(other) - this.gravity(one) || since[other]! - since[one]!);
  }

  render(now: number): void {
    const total = this.ordered.length;
    const shown = this.ordered.slice(0, total > this.room ? this.room : total);
    while (this.rows.length < shown.length) this.rows.push(this.makeRow());
    while (this.rows.length > shown.length) this.rows.pop()!.item.remove();
    shown.forEach((sensor, i) => this.fillRow(this.rows[i]!, sensor, now));
    const tally = this.model.tally();
    setText(
      this.countText,
      total ? [[State.CHECK, tally[State.CHECK]], [State.SILENT, tally[State.SILENT]]]
        .filter(([, count]) => count! > 0)
        .map(([state, count]) => `${this.format.count(count!)} ${this.messages[STATE_NAMES[state!]!] ?? ""}`)
        .join(" · ") : "",
    );
    if (total > this.room) {
      const next = STATE_NAMES[this.model.state[this.ordered[this.room]!]!];
      this.moreLink.href = `${this.listAddress}?state=${next}`;
      setText(this.moreLink, fill(this.messages.more, { n: this.format.count(total - this.room) }));
      this.list.append(this.more);
    } else this.more.remove();
    if (total === 0) {
      const answered = this.model.size > tally[State.EMPTY];
      setText(this.note, (this.model.size === 0 ? this.messages.no_sensors : answered ? this.messages.calm : this.messages.nothing_yet) ?? "");
      this.note.dataset.calm = String(answered && this.model.size > 0);
      if (!this.note.isConnected) this.list.append(this.note);
    } else this.note.remove();
  }

  private makeRow(): Row {
    const item = document.createElement("li");
    item.className = "alert";
    const shape = shapeIcon("check");
    const body = document.createElement("div");
    body.className = "alert-body";
    const head = document.createElement("p");
    head.className = "alert-head";
    const name = document.createElement("button");
    name.type = "button";
    name.className = "alert-name";
    const value = document.createElement("b");
    head.append(name, value);
    const place = document.createElement("p");
    place.className = "alert-place";
    const foot = document.createElement("p");
    foot.className = "alert-foot";
    const reason = document.createElement("span");
    const since = document.createElement("span");
    foot.append(reason, since);
    body.append(head, place, foot);
    item.append(shape, body);
    const row: Row = { item, shape, name, value, place, reason, since, sensor: -1 };
    name.addEventListener("click", () => this.open(row.sensor, name));
    this.list.insertBefore(item, this.more.isConnected ? this.more : null);
    return row;
  }

  private fillRow(row: Row, sensor: number, now: number): void {
    const { info } = this.model;
    const state = STATE_NAMES[this.model.state[sensor]!]!;
    const reading = this.model.reading(sensor);
    row.sensor = sensor;
    row.item.dataset.state = state;
    setShape(row.shape, state);
    setText(row.name, titleOf(this.model, sensor));
    setText(row.place, placeOf(this.model, sensor));
    const silent = state === "silent";
    setText(row.value, silent ? this.format.age(now - this.model.time[sensor]!) : this.format.withUnit(reading, info.unit[sensor]!));
    const why = silent
      ? (this.messages.no_reading ?? "")
      : flagReason(this.model.quality[sensor]!, reading, { low: info.low[sensor]!, high: info.high[sensor]! }, this.format, this.messages);
    setText(row.reason, `${this.messages[state] ?? ""} · ${why}`);
    setText(row.since, fill(this.messages.since, { time: this.format.moment(this.model.since[sensor]!, now) }));
  }
}
