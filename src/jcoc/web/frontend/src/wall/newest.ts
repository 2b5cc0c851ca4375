import type { Format } from "../core/format";
import { element, setText, type Messages } from "../core/page";
import { Spark } from "../core/spark";
import { setShape, shapeIcon, STATE_NAMES } from "../core/states";
import type { Model } from "./model";
import { titleOf } from "./names";

interface Row {
  element: HTMLTableRowElement;
  shape: SVGSVGElement;
  name: HTMLButtonElement;
  place: HTMLElement;
  spark: Spark;
  value: HTMLElement;
  age: HTMLElement;
  sensor: number;
}

const ROW_HEIGHT = 43;
const FEWEST = 5;
const MOST = 16;

// A handful of the readings that just came in. Rows change their sensor one at a time: a list that is replaced
// ten times a second cannot be read.
export class Newest {
  private readonly body = element("readings");
  private readonly rows: Row[] = [];
  private next = 0;
  private fresh = new Set<number>();
  private room = FEWEST;
  private readonly box = this.body.closest<HTMLElement>(".newest")!;

  constructor(
    private readonly model: Model,
    private readonly format: Format,
    messages: Messages,
    private readonly open: (sensor: number, from: HTMLElement) => void,
  ) {
    this.body.replaceChildren();
    const newest = Array.from(model.time.keys()).filter((sensor) => !Number.isNaN(model.time[sensor]!));
    newest.sort((one, other) => model.time[other]! - model.time[one]!);
    this.measure();
    for (const sensor of this.varied(newest, this.room)) this.rows.push(this.makeRow(sensor));
    if (!this.rows.length) {
      const row = document.createElement("tr");
      const cell = document.createElement("td");
      cell.className = "muted";
      cell.colSpan = 4;
      cell.textContent = (model.size ? messages.no_data : messages.no_sensors) ?? "";
      row.append(cell);
      this.body.append(row);
    }
  }

  // As many rows as there is room; gives the sensors of new rows, whose lines are to be fetched.
  fit(): number[] {
    this.measure();
    while (this.rows.length > this.room) this.rows.pop()!.element.remove();
    if (this.rows.length === 0 || this.rows.length === this.room) return [];
    const shown = new Set(this.shown);
    const newest = Array.from(this.model.time.keys()).filter((sensor) => !Number.isNaN(this.model.time[sensor]!) && !shown.has(sensor));
    newest.sort((one, other) => this.model.time[other]! - this.model.time[one]!);
    const added = this.varied(newest, this.room - this.rows.length);
    for (const sensor of added) this.rows.push(this.makeRow(sensor));
    return added;
  }

  private measure(): void {
    const narrow = matchMedia("(max-width: 62rem)").matches;
    const height = this.rows[0]?.element.getBoundingClientRect().height || ROW_HEIGHT;
    const room = Math.floor((this.box.clientHeight - 34) / height);
    this.room = narrow ? 6 : Math.min(Math.max(room, FEWEST - 2), MOST);
    this.next = this.next % Math.max(this.room, 1);
  }

  // Six readings of one kind say less than one of each.
  private varied(sensors: number[], wanted: number): number[] {
    const { property } = this.model.info;
    const kinds = new Set(this.rows.map((row) => property[row.sensor]));
    const first: number[] = [];
    const rest: number[] = [];
    for (const sensor of sensors) {
      if (first.length >= wanted) break;
      if (kinds.has(property[sensor])) {
        if (rest.length < wanted) rest.push(sensor);
        continue;
      }
      kinds.add(property[sensor]);
      first.push(sensor);
    }
    return [...first, ...rest].slice(0, wanted);
  }

  get shown(): number[] {
    return this.rows.map((row) => row.sensor);
  }

  take(sensors: Set<number>, now: number): void {
    const changed = new Set(sensors);
    for (const row of this.rows) {
      if (!changed.has(row.sensor)) continue;
      row.spark.add(this.model.time[row.sensor]!, this.model.reading(row.sensor));
      row.spark.draw(this.model.info.high[row.sensor] ?? null);
      this.write(row, now);
      changed.delete(row.sensor);
    }
    for (const sensor of changed) {
      if (this.fresh.size >= 200) break;
      this.fresh.add(sensor);
    }
  }

  // Gives one row to a sensor that spoke meanwhile; its position, or -1.
  rotate(now: number): number {
    const waiting = [...this.fresh].filter((sensor) => !this.rows.some((row) => row.sensor === sensor));
    this.fresh.clear();
    if (!waiting.length) return -1;
    if (this.rows.length === 0) {
      this.body.replaceChildren();
      const [sensor] = this.varied(waiting, 1);
      this.rows.push(this.makeRow(sensor!));
      return sensor!;
    }
    const row = this.rows[this.next]!;
    this.next = (this.next + 1) % this.rows.length;
    const kind = this.model.info.property[row.sensor];
    const sensor = waiting.find((other) => this.model.info.property[other] === kind) ?? this.varied(waiting, 1)[0]!;
    row.sensor = sensor;
    row.spark.clear();
    this.label(row);
    this.write(row, now);
    return sensor;
  }

  load(sensor: number, times: number[], values: (number | null)[]): void {
    const row = this.rows.find((candidate) => candidate.sensor === sensor);
    row?.spark.load(times, values);
    row?.spark.draw(this.model.info.high[sensor] ?? null);
  }

  grow(now: number): void {
    for (const row of this.rows) this.write(row, now);
  }

  private makeRow(sensor: number): Row {
    const line = document.createElement("tr");
    const cell = (name: string): HTMLTableCellElement => {
      const made = document.createElement("td");
      made.className = name;
      line.append(made);
      return made;
    };
    const name = document.createElement("button");
    name.type = "button";
    name.className = "reading-name";
    const shape = shapeIcon("normal");
    const label = cell("reading-label");
    const place = document.createElement("small");
    const text = document.createElement("span");
    text.className = "reading-text";
    text.append(name, place);
    label.append(shape, text);
    const spark = new Spark();
    cell("reading-spark").append(spark.svg);
    const row: Row = { element: line, shape, name, place, spark, value: cell("reading-value"), age: cell("reading-age"), sensor };
    name.addEventListener("click", () => this.open(row.sensor, name));
    this.body.append(line);
    this.label(row);
    return row;
  }

  private label(row: Row): void {
    setText(row.name, titleOf(this.model, row.sensor));
    setText(row.place, this.model.info.thing[row.sensor]!);
    row.name.title = `${this.model.info.name[row.sensor]} · ${this.model.info.thing[row.sensor]}`;
    row.element.dataset.dimension = this.model.info.dimension[row.sensor];
  }

  private write(row: Row, now: number): void {
    setShape(row.shape, STATE_NAMES[this.model.state[row.sensor]!]!);
    setText(row.value, this.model.otherResult(row.sensor) ?? this.format.withUnit(this.model.reading(row.sensor), this.model.info.unit[row.sensor]!));
    setText(row.age, this.format.age(now - this.model.time[row.sensor]!));
  }
}
