import { fill, type Messages } from "./page";

export const ZONE = "Asia/Jakarta";

const ISO_DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE });

// Numbers, spans of time and clocks in the reader's language; the time is always WIB.
export class Format {
  private readonly locale: string;
  private readonly whole: Intl.NumberFormat;
  private readonly places: Intl.NumberFormat[];
  private readonly clockParts: Intl.DateTimeFormat;
  private readonly day: Intl.DateTimeFormat;
  private readonly shortDay: Intl.DateTimeFormat;
  private readonly monthDay: Intl.DateTimeFormat;

  constructor(
    readonly lang: string,
    private readonly messages: Messages,
  ) {
    this.locale = lang === "id" ? "id-ID" : "en-GB";
    this.whole = new Intl.NumberFormat(this.locale, { maximumFractionDigits: 0 });
    this.places = [0, 1, 2, 3].map(
      (digits) => new Intl.NumberFormat(this.locale, { maximumFractionDigits: digits }),
    );
    this.clockParts = new Intl.DateTimeFormat(this.locale, {
      timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
    });
    this.day = new Intl.DateTimeFormat(this.locale, {
      timeZone: ZONE, weekday: "long", day: "numeric", month: "short", year: "numeric",
    });
    this.monthDay = new Intl.DateTimeFormat(this.locale, { timeZone: ZONE, day: "numeric", month: "short" });
    this.shortDay = new Intl.DateTimeFormat(this.locale, { timeZone: ZONE, day: "numeric", month: "short", year: "numeric" });
  }

  count(value: number): string {
    return this.whole.format(value);
  }

  value(value: number | null): string {
    if (value === null || !Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    const digits = size >= 1000 ? 0 : size >= 10 ? 1 : size >= 1 || size === 0 ? 2 : 3;
    return this.places[digits]!.format(value).replace("-", "−");
  }

  // A number on an axis whose ticks lie that far apart: as many places as tell neighbours from one another.
  tick(value: number, step: number): string {
    let digits = 0;
    while (digits < 6 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value.toLocaleString(this.locale, options).replace("-", "−");
  }

  withUnit(value: number | null, unit: string): string {
    return unit && value !== null ? `${this.value(value)}\u00a0${unit}` : this.value(value);
  }

  clock(ms: number): string {
    return this.clockParts.format(ms);
  }

  minute(ms: number): string {
    return this.clock(ms).slice(0, 5);
  }

  date(ms: number): string {
    return this.day.format(ms);
  }

  dateShort(ms: number): string {
    return this.shortDay.format(ms);
  }

  // The day as a date field has it: 2026-11-24.
  isoDay(ms: number): string {
    return ISO_DAY.format(ms);
  }

  dayMonth(ms: number): string {
    return this.monthDay.format(ms);
  }

  // The clock for today, the date before it for any other day.
  moment(ms: number, now: number): string {
    const day = this.dateShort(ms);
    return day === this.dateShort(now) ? this.minute(ms) : `${day}, ${this.minute(ms)}`;
  }

  // "12 dtk", "5 mnt", "3 jam": one unit is enough to see whether it is fresh.
  age(ms: number): string {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 1) return fill(this.messages.seconds, { n: "<1" });
    if (seconds < 90) return fill(this.messages.seconds, { n: seconds });
    if (seconds < 90 * 60) return fill(this.messages.minutes, { n: Math.round(seconds / 60) });
    if (seconds < 36 * 3600) return fill(this.messages.hours, { n: Math.round(seconds / 3600) });
    if (seconds < 400 * 86400) return fill(this.messages.days, { n: this.count(Math.round(seconds / 86400)) });
    return fill(this.messages.years, { n: this.count(Math.round(seconds / 31557600)) });
  }
}
