import { Format } from "./core/format";
import { Live } from "./core/live";
import { element, fill, readConfig, setText, type Messages } from "./core/page";
import { STATE_NAMES, setShape, shapeIcon, stateOf } from "./core/states";
import { Plot, type Series } from "./sensor/plot";
import { showTable } from "./sensor/table";

interface Config {
  lang: string;
  messages: Messages;
  end: string;
  now: number;
  last_event_id: string;
  datastream: { id: number; unit: string; low: number | null; high: number | null; gap_s: number | null; quality: number };
  urls: { series: string; live: string };
}

type Range = Series["range"];
const STEP_DAYS: Record<Range, number> = { day: 1, week: 7, year: 365 };
const REFRESH_MS = 30_000;
// What lies between the margins of an A4 page.
const PAPER_WIDTH = "660px";

const config = readConfig<Config>();
const { messages, datastream } = config;
const format = new Format(config.lang, messages);
const chart = element("chart");
const plot = new Plot(chart, datastream, format, messages);
const dayInput = element<HTMLInputElement>("end");
const tabs = Array.from(document.querySelectorAll<HTMLButtonElement>("[data-range]"));

let range: Range = "day";
let asked = 0;
let lostAt = 0;
// The last day there are readings of; the day view of it shows 24 hours, for a day just begun holds little.
let lastDay = config.end;
let newest = Date.parse(element<HTMLTimeElement>("at").dateTime) || NaN;
let quality = datastream.quality;
let drawnAt = 0;

async function load(): Promise<void> {
  const mine = ++asked;
  if (!dayInput.value || dayInput.value > lastDay) dayInput.value = lastDay;
  const rolling = isRolling();
  element<HTMLButtonElement>("later").disabled = dayInput.value === lastDay;
  chart.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${config.urls.series}?range=${range}${rolling ? "" : `&end=${dayInput.value}`}`, { headers: { Accept: "application/json" } });
    const body = (await answer.json()) as Series & { detail?: string };
    if (mine !== asked) return;
    if (!answer.ok) throw new Error(body.detail ?? String(answer.status));
    if (body.latest) take(...body.latest);
    setText(element("chart-span"), spanText(body, rolling));
    show(body);
  } catch (error) {
    if (mine !== asked) return;
    plot.clear();
    fail(fill(messages.failed, { reason: error instanceof Error ? error.message : "" }));
  } finally {
    if (mine === asked) chart.removeAttribute("aria-busy");
  }
}

function show(series: Series): void {
  drawnAt = Date.now();
  const numbers = series.avg.filter((value): value is number => value !== null);
  setText(element("chart-method"), `${messages[`bucket_${series.bucket}`] ?? ""}.`);
  showTable(series, format, messages);
  if (!numbers.length) {
    plot.clear();
    fail(messages.none_in_span ?? "");
    return;
  }
  element("chart-empty").hidden = true;
  chart.hidden = false;
  plot.show(series);
  const count = series.count.reduce((sum, each) => sum + each, 0);
  const weighted = series.avg.reduce<number>((sum, value, i) => sum + (value ?? 0) * series.count[i]!, 0);
  const unit = series.unit;
  setText(element("chart-summary"), fill(messages.summary, {
    count: format.count(count),
    min: format.withUnit(least(series.min), unit),
    avg: format.withUnit(weighted / count, unit),
    max: format.withUnit(most(series.max), unit),
  }));
}

function isRolling(): boolean {
  return range === "day" && dayInput.value === lastDay;
}

function spanText(series: Series, rolling: boolean): string {
  const last = series.end - 1;
  if (rolling) return fill(messages.span_rolling, { time: `${format.dateShort(last)}, ${format.minute(last)}` });
  return range === "day" ? format.date(last) : `${format.dateShort(series.start)} – ${format.dateShort(last)}`;
}

function least(values: (number | null)[]): number {
  return values.reduce<number>((low, value) => (value !== null && value < low ? value : low), Infinity);
}

function most(values: (number | null)[]): number {
  return values.reduce<number>((high, value) => (value !== null && value > high ? value : high), -Infinity);
}

function fail(text: string): void {
  chart.hidden = true;
  element("chart-empty").hidden = false;
  setText(element("chart-empty-text"), text);
  setText(element("chart-summary"), "");
}

function choose(chosen: Range): void {
  range = chosen;
  for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.range === chosen));
  void load();
}

function shift(direction: number): void {
  const day = new Date(`${dayInput.value}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return;
  day.setUTCDate(day.getUTCDate() + direction * STEP_DAYS[range]);
  dayInput.value = day.toISOString().slice(0, 10);
  void load();
}

function take(time: number, value: unknown, flags: number): void {
  if (time < newest) return;
  newest = time;
  quality = flags;
  setText(element("value"), typeof value === "number" || value === null ? format.value(value) : JSON.stringify(value));
  setText(element("at"), `${format.dateShort(time)}, ${format.clock(time)}`);
  element<HTMLTimeElement>("at").dateTime = new Date(time).toISOString();
  const day = format.isoDay(time);
  if (day <= lastDay) return;
  if (dayInput.value === lastDay) dayInput.value = day;
  lastDay = day;
}

function listen(): void {
  const live = new Live(config.urls.live, config.last_event_id, config.now, {
    frame: (readings) => {
      for (const [id, ...reading] of readings) if (id === datastream.id) take(...reading);
      if (isRolling() && !document.hidden && Date.now() - drawnAt > REFRESH_MS) void load();
    },
    resync: () => void load(),
    link: (link, since) => {
      lostAt = link === "open" ? 0 : since;
    },
  });
  setInterval(() => {
    const now = live.now();
    if (lostAt) setText(element("age"), fill(messages.lost, { time: format.clock(lostAt) }));
    else if (!Number.isNaN(newest)) {
      setText(element("age"), fill(messages.ago, { age: format.age(now - newest) }));
      writeState(now);
    }
  }, 1_000);
}

function writeState(now: number): void {
  const gap = datastream.gap_s ? datastream.gap_s * 1000 : Infinity;
  const state = STATE_NAMES[stateOf(newest, quality, gap, now)]!;
  const badge = element("state").querySelector<HTMLElement>(".badge");
  if (!badge || badge.dataset.state === state) return;
  badge.dataset.state = state;
  const icon = shapeIcon(state);
  setShape(icon, state);
  badge.querySelector(".shape")?.replaceWith(icon);
  setText(badge.querySelector(".state-word"), messages[state] ?? "");
}

for (const tab of tabs) tab.addEventListener("click", () => choose(tab.dataset.range as Range));
element("earlier").addEventListener("click", () => shift(-1));
element("later").addEventListener("click", () => shift(1));
dayInput.addEventListener("change", () => void load());

// Paper is white: the chart is drawn once more in its colours, and back afterwards.
const theme = document.documentElement.dataset.theme ?? "dark";
addEventListener("beforeprint", () => {
  document.documentElement.dataset.theme = "light";
  chart.style.width = PAPER_WIDTH;
  plot.redraw();
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = theme;
  chart.style.width = "";
  plot.redraw();
});

void load();
listen();
