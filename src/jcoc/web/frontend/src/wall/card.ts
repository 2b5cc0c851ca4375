import type { Format } from "../core/format";
import { element, fill, setText, type Messages } from "../core/page";
import { flagReason, setShape, shapeIcon, STATE_NAMES } from "../core/states";
import type { Model } from "./model";
import { placeOf, titleOf } from "./names";

// What a sensor says, beside its place on the map: shown while pointed at, kept open by a click or a key.
export class Card {
  private readonly root = element("sensor-card");
  private readonly shape = shapeIcon("normal");
  private readonly name = document.createElement("h3");
  private readonly place = document.createElement("p");
  private readonly value = document.createElement("b");
  private readonly state = document.createElement("span");
  private readonly age = document.createElement("span");
  private readonly origin = document.createElement("span");
  private readonly link = document.createElement("a");
  private readonly closer = document.createElement("button");
  private back: HTMLElement | null = null;
  sensor = -1;
  pinned = false;

  constructor(
    private model: Model,
    private readonly format: Format,
    private readonly messages: Messages,
    private readonly address: (code: string) => string,
    private readonly closed: () => void,
  ) {
    this.name.id = "sensor-card-name";
    this.place.className = "card-place";
    this.origin.className = "origin";
    this.link.className = "button button-small";
    this.link.textContent = messages.open_page ?? "";
    this.closer.type = "button";
    this.closer.className = "card-close";
    this.closer.setAttribute("aria-label", messages.close ?? "");
    this.closer.textContent = "×";
    this.closer.addEventListener("click", () => this.close());
    const head = row("card-head", this.shape, this.name, this.closer);
    const value = row("card-value", this.value, this.state);
    const meta = row("card-meta", this.age, this.origin);
    this.root.replaceChildren(head, this.place, value, meta, this.link);
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  // The wall stays open for months: a new state takes the card over, and adds no listener.
  renew(model: Model, now: number): this {
    const sensor = this.sensor < 0 ? undefined : model.find(this.model.info.id[this.sensor]!);
    if (sensor === undefined) this.close();
    this.model = model;
    if (sensor !== undefined) {
      this.sensor = sensor;
      this.write(now);
    }
    return this;
  }

  show(sensor: number, pinned: boolean, now: number, back: HTMLElement | null = null): void {
    this.sensor = sensor;
    this.pinned = pinned;
    this.back = back;
    this.root.hidden = false;
    this.root.dataset.pinned = String(pinned);
    this.write(now);
    if (back) this.link.focus({ preventScroll: true });
  }

  write(now: number): void {
    if (this.sensor < 0) return;
    const { model, sensor, messages } = this;
    const state = STATE_NAMES[model.state[sensor]!]!;
    const reading = model.reading(sensor);
    const limits = { low: model.info.low[sensor]!, high: model.info.high[sensor]! };
    const time = model.time[sensor]!;
    setShape(this.shape, state);
    setText(this.name, titleOf(model, sensor));
    setText(this.place, placeOf(model, sensor));
    setText(this.value, model.otherResult(sensor) ?? this.format.withUnit(reading, model.info.unit[sensor]!));
    const why = state === "check" ? flagReason(model.quality[sensor]!, reading, limits, this.format, messages) : "";
    setText(this.state, [messages[state], why].filter(Boolean).join(" · "));
    this.state.dataset.state = state;
    this.state.className = "badge";
    setText(this.age, Number.isNaN(time) ? "" : `${fill(messages.ago, { age: this.format.age(now - time) })} · ${this.format.moment(time, now)} WIB`);
    const origin = model.info.origin[sensor]!;
    setText(this.origin, messages[origin] ?? origin);
    this.origin.dataset.origin = origin;
    this.link.href = this.address(model.info.code[sensor]!);
  }

  moveTo(x: number, y: number, width: number, height: number): void {
    if (this.sensor < 0) return;
    const box = this.root.getBoundingClientRect();
    const left = x + 18 + box.width < width ? x + 18 : x - 18 - box.width;
    const top = Math.min(Math.max(y - box.height / 2, 8), height - box.height - 8);
    this.root.style.transform = `translate(${Math.round(Math.min(Math.max(left, 8), width - box.width - 8))}px, ${Math.round(top)}px)`;
  }

  close(): void {
    if (this.sensor < 0) return;
    this.sensor = -1;
    this.pinned = false;
    this.root.hidden = true;
    const back = this.back;
    this.back = null;
    this.closed();
    back?.focus();
  }
}

function row(name: string, ...children: Element[]): HTMLElement {
  const made = document.createElement("div");
  made.className = name;
  made.append(...children);
  return made;
}
