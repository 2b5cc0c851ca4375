import type { Format } from "../core/format";
import { setText, type Messages } from "../core/page";
import { Spark } from "../core/spark";
import { setShape, shapeIcon, State, STATE_NAMES } from "../core/states";
import type { Model } from "./model";

const SHOWN_STATES = [State.NORMAL, State.CHECK, State.SILENT, State.EMPTY];

// One of the six dimensions: the stream that says most about it now, and how its sensors are.
export class Tile {
  private readonly value: HTMLElement;
  private readonly number = document.createElement("span");
  private readonly unit = document.createElement("small");
  private readonly stream: HTMLAnchorElement;
  private readonly counts: HTMLElement;
  private readonly spark: Spark;
  private readonly members: number[];
  private readonly badge = shapeIcon("normal");
  shown = -1;

  constructor(
    root: HTMLElement,
    code: string,
    private readonly model: Model,
    private readonly format: Format,
    private readonly messages: Messages,
    private readonly address: (code: string) => string,
  ) {
    const part = <T extends Element>(name: string): T => root.querySelector<T>(`[data-part="${name}"]`)!;
    this.value = part("value");
    this.stream = part("stream");
    this.counts = part("counts");
    this.spark = new Spark(part<SVGSVGElement>("spark"));
    this.value.replaceChildren(this.number, this.unit);
    this.counts.replaceChildren();
    this.members = [];
    model.info.dimension.forEach((dimension, sensor) => {
      if (dimension === code) this.members.push(sensor);
    });
    this.choose();
    this.count();
  }

  // Measured before simulated, one that asks for a look before a calm one, then the one that speaks most.
  // A choice stays until another is better by kind, so that the tile does not jump between equals.
  choose(): boolean {
    const { model } = this;
    const rank = (sensor: number): number => {
      const state = model.state[sensor]!;
      const standing = state === State.CHECK ? 4 : state === State.NORMAL ? 3 : state === State.SILENT ? 1 : 0;
      return standing * 10 + (model.info.origin[sensor] === "measured" ? 5 : 0) + (model.info.high[sensor] !== null ? 1 : 0);
    };
    let best = this.shown;
    let bestRank = best < 0 ? -1 : rank(best);
    let bestCount = best < 0 ? -1 : Infinity;
    for (const sensor of this.members) {
      const its = rank(sensor);
      if (its > bestRank || (its === bestRank && model.count[sensor]! > bestCount)) {
        best = sensor;
        bestRank = its;
        bestCount = model.count[sensor]!;
      }
    }
    const changed = best !== this.shown;
    this.shown = best;
    if (changed) this.spark.clear();
    this.write();
    return changed && best >= 0;
  }

  count(): void {
    const tally = [0, 0, 0, 0];
    for (const sensor of this.members) tally[this.model.state[sensor]!]!++;
    const items = SHOWN_STATES.filter((state) => tally[state]! > 0).map((state) => {
      const item = document.createElement("span");
      const name = STATE_NAMES[state]!;
      item.dataset.state = name;
      const word = document.createElement("span");
      word.className = state === State.NORMAL ? "" : "vh";
      item.title = `${this.format.count(tally[state]!)} ${this.messages[name] ?? ""}`;
      word.textContent = this.messages[name] ?? "";
      item.append(shapeIcon(name), this.format.count(tally[state]!), " ", word);
      return item;
    });
    this.counts.replaceChildren(...items);
  }

  write(): void {
    const { model, shown } = this;
    if (shown < 0) {
      setText(this.number, "");
      setText(this.unit, "");
      setText(this.stream, this.messages.no_sensors ?? "");
      this.stream.removeAttribute("href");
      return;
    }
    const reading = model.reading(shown);
    setText(this.number, model.otherResult(shown) ?? this.format.value(reading));
    setText(this.unit, model.info.unit[shown] && reading !== null ? ` ${model.info.unit[shown]}` : "");
    const state = STATE_NAMES[model.state[shown]!]!;
    setShape(this.badge, state);
    this.value.dataset.state = state;
    if (state === "normal") this.badge.remove();
    else if (!this.badge.isConnected) this.value.prepend(this.badge);
    setText(this.stream, model.info.name[shown]!);
    this.stream.title = `${model.info.name[shown]} · ${model.info.thing[shown]}`;
    this.stream.href = this.address(model.info.code[shown]!);
  }

  load(times: number[], values: (number | null)[]): void {
    this.spark.load(times, values);
    this.spark.draw(this.model.info.high[this.shown] ?? null);
  }

  update(): void {
    if (this.shown < 0) return;
    this.write();
    this.spark.add(this.model.time[this.shown]!, this.model.reading(this.shown));
    this.spark.draw(this.model.info.high[this.shown] ?? null);
  }
}
