import type { Reading } from "../core/live";
import { State, stateOf } from "../core/states";

export interface StateAnswer {
  t: number;
  last_event_id: string;
  page: string;
  day: string;
  sensors: {
    id: number[]; code: string[]; name: string[]; thing: string[]; property: string[]; unit: string[];
    dimension: string[]; lon: (number | null)[]; lat: (number | null)[]; origin: string[];
    low: (number | null)[]; high: (number | null)[]; gap_s: (number | null)[];
  };
  latest: { time: (number | null)[]; value: (number | null)[]; quality: number[]; count: number[] };
}

export interface Change {
  sensor: number;
  from: number;
  to: number;
}

// Every sensor as a row of columns; a sensor is named by its position, never looked up by object.
export class Model {
  readonly size: number;
  readonly info: StateAnswer["sensors"];
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly quality: Int32Array;
  readonly state: Uint8Array;
  readonly since: Float64Array;
  readonly gap: Float64Array;
  readonly count: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly placed: Int32Array;
  private readonly position = new Map<number, number>();
  private readonly text = new Map<number, string>();

  constructor(answer: StateAnswer, now: number) {
    const { sensors, latest } = answer;
    this.info = sensors;
    this.size = sensors.id.length;
    this.time = Float64Array.from(latest.time, (time) => time ?? NaN);
    this.value = Float64Array.from(latest.value, (value) => value ?? NaN);
    this.quality = Int32Array.from(latest.quality);
    this.count = Float64Array.from(latest.count);
    this.gap = Float64Array.from(sensors.gap_s, (seconds) => (seconds === null ? Infinity : seconds * 1000));
    this.state = new Uint8Array(this.size);
    this.since = new Float64Array(this.size);
    this.x = new Float64Array(this.size);
    this.y = new Float64Array(this.size);
    const placed: number[] = [];
    for (let i = 0; i < this.size; i++) {
      this.position.set(sensors.id[i]!, i);
      this.state[i] = stateOf(this.time[i]!, this.quality[i]!, this.gap[i]!, now);
      this.since[i] = this.beginning(i, this.time[i]!);
      const lon = sensors.lon[i] ?? null;
      const lat = sensors.lat[i] ?? null;
      if (lon === null || lat === null) continue;
      placed.push(i);
      this.x[i] = mercatorX(lon);
      this.y[i] = mercatorY(lat);
    }
    this.placed = Int32Array.from(placed);
  }

  find(id: number): number | undefined {
    return this.position.get(id);
  }

  // What a sensor shows: a number, or the text of any other result.
  reading(sensor: number): number | null {
    const value = this.value[sensor]!;
    return Number.isNaN(value) ? null : value;
  }

  otherResult(sensor: number): string | undefined {
    return this.text.get(sensor);
  }

  // Takes a frame in; gives the sensors whose reading changed, and adds to `changes` those whose state did.
  apply(readings: Reading[], now: number, changes: Change[]): number[] {
    const touched: number[] = [];
    for (const [id, time, value, quality] of readings) {
      const sensor = this.position.get(id);
      if (sensor === undefined) continue;
      if (time < this.time[sensor]!) continue;
      if (time > this.time[sensor]! || Number.isNaN(this.time[sensor]!)) this.count[sensor]!++;
      this.time[sensor] = time;
      this.quality[sensor] = quality;
      if (typeof value === "number") {
        this.value[sensor] = value;
        this.text.delete(sensor);
      } else {
        this.value[sensor] = NaN;
        this.text.set(sensor, typeof value === "string" ? value : JSON.stringify(value));
      }
      touched.push(sensor);
      this.judge(sensor, now, changes);
    }
    return touched;
  }

  // Silence comes by time alone, so every sensor is judged again once a second.
  judgeAll(now: number, changes: Change[]): void {
    for (let sensor = 0; sensor < this.size; sensor++) this.judge(sensor, now, changes);
  }

  private judge(sensor: number, now: number, changes: Change[]): void {
    const to = stateOf(this.time[sensor]!, this.quality[sensor]!, this.gap[sensor]!, now);
    const from = this.state[sensor]!;
    if (to === from) return;
    this.state[sensor] = to;
    this.since[sensor] = this.beginning(sensor, now);
    changes.push({ sensor, from, to });
  }

  private beginning(sensor: number, now: number): number {
    return this.state[sensor] === State.SILENT ? this.time[sensor]! : now;
  }

  // How long nothing may come before that is strange: the shortest gap of the sensors that were still speaking
  // when the newest reading came. A slow city is not a broken one.
  patience(): number {
    let newest = -Infinity;
    for (const time of this.time) if (time > newest) newest = time;
    let shortest = Infinity;
    for (let sensor = 0; sensor < this.size; sensor++) {
      const gap = this.gap[sensor]!;
      if (gap < shortest && newest - this.time[sensor]! <= gap) shortest = gap;
    }
    return Math.max(shortest, 60_000);
  }

  tally(): [empty: number, normal: number, check: number, silent: number] {
    const tally: [number, number, number, number] = [0, 0, 0, 0];
    for (let sensor = 0; sensor < this.size; sensor++) tally[this.state[sensor]!]!++;
    return tally;
  }
}

export function mercatorX(lon: number): number {
  return (lon + 180) / 360;
}

export function mercatorY(lat: number): number {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - (0.25 * Math.log((1 + sine) / (1 - sine))) / Math.PI;
}
