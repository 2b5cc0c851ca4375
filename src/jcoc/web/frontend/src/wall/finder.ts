import type { Format } from "../core/format";
import { element, fill, setText, type Messages } from "../core/page";
import { shapeIcon, STATE_NAMES } from "../core/states";
import type { Model } from "./model";

const MOST = 50;

// The way to every sensor by keyboard: "/" opens it, the arrows choose, Enter goes there.
export class Finder {
  private readonly dialog = element<HTMLDialogElement>("finder");
  private readonly input = element<HTMLInputElement>("finder-input");
  private readonly list = element("finder-list");
  private readonly counter = element("finder-count");
  private words: string[] = [];
  private found: number[] = [];
  private current = 0;
  private model: Model | null = null;

  constructor(
    private readonly format: Format,
    private readonly messages: Messages,
    private readonly choose: (sensor: number) => void,
  ) {
    element("search-open").addEventListener("click", () => this.open());
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        this.open();
      }
    });
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-place]") : null;
      if (option) this.take(Number(option.dataset.place));
    });
  }

  use(model: Model): void {
    this.model = model;
    const { name, thing, code, property } = model.info;
    this.words = name.map((text, i) => `${text} ${thing[i]} ${property[i]} ${code[i]}`.toLocaleLowerCase());
    if (this.dialog.open) this.search();
  }

  private open(): void {
    this.dialog.showModal();
    this.input.select();
    this.search();
  }

  private search(): void {
    const { model } = this;
    if (!model) return;
    const parts = this.input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    this.found = [];
    let total = 0;
    for (let sensor = 0; sensor < model.size; sensor++) {
      if (!parts.every((part) => this.words[sensor]!.includes(part))) continue;
      total++;
      if (this.found.length < MOST) this.found.push(sensor);
    }
    this.current = 0;
    this.list.replaceChildren(...this.found.map((sensor, place) => this.option(sensor, place)));
    const more = total - this.found.length;
    const text = total === 0 ? this.messages.search_none
      : more ? fill(this.messages.search_more, { n: this.format.count(more) })
      : fill(this.messages.search_found, { n: this.format.count(total) });
    setText(this.counter, text ?? "");
    this.mark();
  }

  private option(sensor: number, place: number): HTMLLIElement {
    const model = this.model!;
    const item = document.createElement("li");
    item.role = "option";
    item.id = `found-${place}`;
    item.dataset.place = String(place);
    const state = STATE_NAMES[model.state[sensor]!]!;
    const text = document.createElement("span");
    text.className = "found-text";
    const name = document.createElement("b");
    name.textContent = model.info.name[sensor]!;
    const thing = document.createElement("small");
    thing.textContent = `${model.info.thing[sensor]} · ${this.messages[state] ?? ""}`;
    text.append(name, thing);
    const value = document.createElement("span");
    value.className = "found-value";
    value.textContent = this.format.withUnit(model.reading(sensor), model.info.unit[sensor]!);
    item.append(shapeIcon(state), text, value);
    return item;
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      this.current = Math.min(Math.max(this.current + step, 0), Math.max(this.found.length - 1, 0));
      this.mark();
    } else if (event.key === "Escape") {
      // A search field takes the first Esc for itself, to clear its text.
      event.preventDefault();
      this.dialog.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.take(this.current);
    }
  }

  private mark(): void {
    Array.from(this.list.children).forEach((option, place) => option.setAttribute("aria-selected", String(place === this.current)));
    const chosen = this.list.children[this.current];
    if (chosen) {
      this.input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  private take(place: number): void {
    const sensor = this.found[place];
    if (sensor === undefined) return;
    this.dialog.close();
    this.choose(sensor);
  }
}
