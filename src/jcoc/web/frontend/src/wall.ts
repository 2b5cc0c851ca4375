import { Format } from "./core/format";
import { Live, type Reading } from "./core/live";
import { element, fill, readConfig, setText, type Messages } from "./core/page";
import { Attention } from "./wall/attention";
import { Card } from "./wall/card";
import { Finder } from "./wall/finder";
import { Announcer, Foot } from "./wall/foot";
import { Freshness } from "./wall/freshness";
import type { CityMap } from "./wall/map";
import { Model, type Change, type StateAnswer } from "./wall/model";
import { titleOf } from "./wall/names";
import { Newest } from "./wall/newest";
import { Overlay, type View } from "./wall/overlay";
import { Tile } from "./wall/tiles";

interface Config {
  lang: string;
  messages: Messages;
  page: string;
  city: { centre: [number, number]; bounds: [number, number, number, number] | null };
  dimensions: { code: string }[];
  urls: Record<"state" | "spark" | "live" | "sensor" | "sensors" | "kelurahan" | "kecamatan" | "rivers" | "sites", string>;
}

const CALLOUTS = 4;
const REACH = 14;
const ROTATE_EVERY = 4;
const CHOOSE_EVERY = 10;
// New sensors and the true counts come with the whole state, now and then.
const RELOAD_EVERY = 300;

const config = readConfig<Config>();
const { messages, urls } = config;
const format = new Format(config.lang, messages);
const freshness = new Freshness(format, messages);
const mapElement = element("map");
const overlay = new Overlay(
  element<HTMLCanvasElement>("dots"), element<HTMLCanvasElement>("rings"),
  JSON.parse(mapElement.dataset.icons ?? "{}") as Record<string, string>,
  document.querySelectorAll<HTMLElement>(".map-tools, .legend, #origin-banner"),
);
const finder = new Finder(format, messages, (sensor) => goTo(sensor, element("search-open")));
const address = (code: string): string => urls.sensor.replace("{code}", encodeURIComponent(code));

interface Parts {
  model: Model;
  tiles: Tile[];
  attention: Attention;
  newest: Newest;
  foot: Foot;
  announcer: Announcer;
  card: Card;
}

let parts: Parts | null = null;
let live: Live | null = null;
let map: CityMap | null = null;
let view: View | null = null;
let loading = false;
let second = 0;
let stateChanged = false;
let day = "";
let again = false;

function now(): number {
  return live?.now() ?? Date.now();
}

async function loadState(): Promise<void> {
  if (loading) {
    // The answer under way may be older than what is asked for now.
    again = true;
    return;
  }
  loading = true;
  try {
    const answer = await fetch(urls.state, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) {
      freshness.setLink("logged-out", Date.now());
      setTimeout(() => void loadState(), 30_000);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    start((await answer.json()) as StateAnswer);
  } catch {
    freshness.setLink("lost", now());
    setTimeout(() => void loadState(), 3_000);
  } finally {
    loading = false;
    freshness.write(now());
    if (again) {
      again = false;
      void loadState();
    }
  }
}

function start(answer: StateAnswer): void {
  if (answer.page !== config.page) {
    location.reload();
    return;
  }
  // Boundaries hold from a day to a day.
  if (day && day !== answer.day) map?.reload();
  day = answer.day;
  const model = new Model(answer, answer.t);
  const card = parts?.card.renew(model, answer.t) ?? new Card(model, format, messages, address, () => overlay.choose(-1));
  parts = {
    model,
    card,
    tiles: config.dimensions.map(({ code }) => new Tile(element(`tile-${code}`), code, model, format, messages, address)),
    attention: parts?.attention.renew(model) ?? new Attention(model, format, messages, urls.sensors, goTo),
    newest: new Newest(model, format, messages, goTo),
    foot: new Foot(model, format, messages),
    announcer: new Announcer(model, messages),
  };
  touched.clear();
  overlay.show(model);
  overlay.choose(card.sensor);
  finder.use(model);
  setText(element("age-sensors"), model.size ? fill(model.size === 1 ? messages.sensor : messages.sensors, { n: format.count(model.size) }) : "");
  for (const time of model.time) if (time <= answer.t) freshness.received(time);
  freshness.patience = model.patience();
  if (live) live.restartFrom(answer.last_event_id, answer.t);
  else {
    live = new Live(urls.live, answer.last_event_id, answer.t, {
      frame: takeFrame,
      resync: () => void loadState(),
      link: (link, since) => {
        freshness.setLink(link, since);
        freshness.write(now());
      },
    });
  }
  stateChanged = true;
  refresh();
  void loadSparks([...parts.tiles.map((tile) => tile.shown), ...parts.newest.shown]);
}

async function loadSparks(sensors: number[]): Promise<void> {
  const asked = parts;
  const wanted = sensors.filter((sensor) => sensor >= 0);
  if (!asked || !wanted.length) return;
  const ids = [...new Set(wanted.map((sensor) => asked.model.info.id[sensor]))];
  const answer = await fetch(`${urls.spark}?ids=${ids.join(",")}`).catch(() => null);
  if (!answer?.ok || parts !== asked) return;
  const lines = (await answer.json()) as Record<string, { t: number[]; v: (number | null)[] }>;
  for (const sensor of wanted) {
    const line = lines[String(asked.model.info.id[sensor])];
    if (!line) continue;
    for (const tile of asked.tiles) if (tile.shown === sensor) tile.load(line.t, line.v);
    asked.newest.load(sensor, line.t, line.v);
  }
}

// Frames are taken in as they come, and shown together once a browser frame.
const touched = new Set<number>();
let queued = false;

function takeFrame(readings: Reading[], t: number): void {
  if (!parts) return;
  const changes: Change[] = [];
  const sensors = parts.model.apply(readings, t, changes);
  for (const sensor of sensors) touched.add(sensor);
  if (sensors.length) freshness.received(t);
  parts.foot.take(sensors.length);
  note(changes);
  if (!queued) {
    queued = true;
    requestAnimationFrame(showFrame);
  }
}

function note(changes: Change[]): void {
  if (!parts || !changes.length) return;
  stateChanged = true;
  for (const { sensor, to } of changes) parts.announcer.take(sensor, to);
}

function showFrame(): void {
  queued = false;
  if (!parts) return;
  for (const tile of parts.tiles) if (touched.has(tile.shown)) tile.update();
  parts.newest.take(touched, now());
  if (touched.has(parts.card.sensor)) parts.card.write(now());
  overlay.pulse(touched);
  touched.clear();
}

// The lists are sorted and the dots drawn anew only where a state changed, at most once a second.
function refresh(): void {
  if (!parts) return;
  const at = now();
  const { model, attention } = parts;
  if (stateChanged) {
    stateChanged = false;
    attention.sort();
    for (const tile of parts.tiles) tile.count();
    overlay.draw();
  }
  const called = attention.ordered.slice(0, 40).filter((sensor) => model.x[sensor]).slice(0, CALLOUTS);
  overlay.showCallouts(called.map((sensor) => ({ sensor, text: callout(sensor, at) })));
  attention.render(at);
  void loadSparks(parts.newest.fit());
  parts.newest.grow(at);
  parts.card.write(at);
  parts.foot.everySecond(at);
}

function callout(sensor: number, at: number): string {
  const { model } = parts!;
  const reading = model.reading(sensor);
  const said = model.state[sensor] === 3 ? format.age(at - model.time[sensor]!) : format.withUnit(reading, model.info.unit[sensor]!);
  const name = titleOf(model, sensor);
  return `${name.length > 26 ? `${name.slice(0, 25)}…` : name} · ${said}`;
}

function everySecond(): void {
  const at = now();
  setText(element("clock"), format.clock(at));
  setText(element("date"), format.date(at));
  if (parts) freshness.patience = parts.model.patience();
  freshness.write(at);
  if (!parts) return;
  second++;
  const changes: Change[] = [];
  parts.model.judgeAll(at, changes);
  note(changes);
  refresh();
  parts.announcer.speak(at);
  if (second % ROTATE_EVERY === 0) {
    const sensor = parts.newest.rotate(at);
    if (sensor >= 0) void loadSparks([sensor]);
  }
  if (second % CHOOSE_EVERY === 0) {
    void loadSparks(parts.tiles.filter((tile) => tile.choose()).map((tile) => tile.shown));
  }
  if (second % RELOAD_EVERY === 0) void loadState();
}

function goTo(sensor: number, from: HTMLElement | null): void {
  if (!parts) return;
  const lon = parts.model.info.lon[sensor];
  const lat = parts.model.info.lat[sensor];
  if (lon === null || lon === undefined || lat === null || lat === undefined || !map) {
    location.assign(address(parts.model.info.code[sensor]!));
    return;
  }
  mapElement.scrollIntoView({ block: "nearest" });
  map.goTo(lon, lat);
  pin(sensor, from);
}

function pin(sensor: number, from: HTMLElement | null): void {
  if (!parts) return;
  overlay.choose(sensor);
  parts.card.show(sensor, true, now(), from);
  placeCard();
}

function placeCard(): void {
  if (!parts || parts.card.sensor < 0 || !view) return;
  const { x, y } = overlay.position(parts.card.sensor);
  parts.card.moveTo(x, y, view.width, view.height);
}

function watchPointer(): void {
  let waiting = false;
  const at = (event: PointerEvent | MouseEvent): number => {
    const box = mapElement.getBoundingClientRect();
    return overlay.at(event.clientX - box.left, event.clientY - box.top, REACH);
  };
  mapElement.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || waiting || !parts || parts.card.pinned) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!parts || parts.card.pinned) return;
      const sensor = at(event);
      mapElement.classList.toggle("over-sensor", sensor >= 0);
      if (sensor < 0) parts.card.close();
      else if (sensor !== parts.card.sensor) {
        overlay.choose(sensor);
        parts.card.show(sensor, false, now());
        placeCard();
      }
    });
  });
  mapElement.addEventListener("pointerleave", () => {
    if (parts && !parts.card.pinned) parts.card.close();
  });
  mapElement.addEventListener("click", (event) => {
    const sensor = at(event);
    if (sensor >= 0) pin(sensor, null);
    else parts?.card.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) parts?.card.close();
  });
}

async function startMap(): Promise<void> {
  const note = element("map-note");
  try {
    const { CityMap } = await import("./wall/map");
    map = new CityMap({
      container: mapElement,
      worker: mapElement.dataset.worker!,
      centre: config.city.centre,
      bounds: config.city.bounds,
      urls,
      title: messages.map_title ?? "",
      gestures: matchMedia("(max-width: 62rem)").matches
        ? { touch: messages.gesture_touch ?? "", mac: messages.gesture_mac ?? "", windows: messages.gesture_windows ?? "" }
        : null,
      onMove: (moved) => {
        view = moved;
        overlay.move(moved);
        placeCard();
      },
      onNames: (names) => overlay.showNames(names),
      onSites: (sites) => overlay.showSites(sites),
      onPlaces: (count, approximate, rivers) => {
        element("legend-approximate").hidden = !approximate;
        element("legend-river").hidden = !rivers;
        if (count) return;
        setText(note, messages.map_empty ?? "");
        note.hidden = false;
      },
    });
  } catch (error) {
    console.error(error);
    setText(note, messages.map_failed ?? "");
    note.hidden = false;
    return;
  }
  watchPointer();
  element("zoom-in").addEventListener("click", () => map?.zoomBy(1));
  element("zoom-out").addEventListener("click", () => map?.zoomBy(-1));
  element("zoom-home").addEventListener("click", () => map?.goHome());
}

function offerFullScreen(): void {
  const button = element("fullscreen");
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => {
    void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  });
}

everySecond();
setInterval(everySecond, 1_000);
offerFullScreen();
void loadState();
// The map is the heaviest part: everything else stands before it is fetched.
requestAnimationFrame(() => setTimeout(() => void startMap(), 0));
