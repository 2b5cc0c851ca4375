export type Reading = [id: number, time: number, value: unknown, quality: number];

export type Link = "connecting" | "open" | "lost" | "logged-out";

interface Handlers {
  frame(readings: Reading[], t: number): void;
  resync(): void;
  link(link: Link, since: number): void;
}

// A beat comes every five seconds; without any for this long the line is dead even if nobody closed it.
const DEAD_AFTER = 16_000;
const WATCH_EVERY = 2_000;
const RETRY_FIRST = 1_000;
const RETRY_MOST = 20_000;
const RETRY_LOGGED_OUT = 30_000;

// The stream of frames, kept open: what is missed while it was lost is sent again by the server.
export class Live {
  private source: EventSource | null = null;
  private lastId: string;
  private heard = 0;
  private retry = RETRY_FIRST;
  private timer = 0;
  private offset = 0;
  private lostAt = 0;
  private watched = Date.now();

  constructor(
    private readonly url: string,
    lastEventId: string,
    serverTime: number,
    private readonly handlers: Handlers,
  ) {
    this.lastId = lastEventId;
    this.offset = serverTime - Date.now();
    this.connect();
    setInterval(() => this.watch(), WATCH_EVERY);
    addEventListener("online", () => this.reconnect());
    addEventListener("offline", () => this.lose());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.watch();
    });
  }

  // The server's clock: a screen's own may be minutes off.
  now(): number {
    return Date.now() + this.offset;
  }

  restartFrom(lastEventId: string, serverTime: number): void {
    this.lastId = lastEventId;
    this.offset = serverTime - Date.now();
    this.reconnect();
  }

  private connect(): void {
    this.source?.close();
    // A new EventSource cannot send Last-Event-ID itself, so the first one is named in the address.
    const join = this.url.includes("?") ? "&" : "?";
    const source = new EventSource(`${this.url}${join}last_event_id=${encodeURIComponent(this.lastId)}`);
    this.source = source;
    this.heard = Date.now();
    source.addEventListener("hello", (event) => {
      this.hear(event);
      this.retry = RETRY_FIRST;
      this.lostAt = 0;
      this.handlers.link("open", this.now());
    });
    source.addEventListener("beat", (event) => this.hear(event));
    source.addEventListener("frame", (event) => {
      const data = this.hear(event) as { t: number; n: Reading[] };
      if (event.lastEventId) this.lastId = event.lastEventId;
      this.handlers.frame(data.n, data.t);
    });
    source.addEventListener("resync", () => this.handlers.resync());
    source.addEventListener("error", () => this.lose());
  }

  private hear(event: MessageEvent<string>): unknown {
    this.heard = Date.now();
    const data = JSON.parse(event.data) as { t: number };
    this.offset = data.t - Date.now();
    return data;
  }

  private watch(): void {
    // After a pause of this page itself (a sleeping tab, a busy machine) what came meanwhile is still to be read.
    const paused = Date.now() - this.watched > 2 * WATCH_EVERY;
    this.watched = Date.now();
    if (paused) return;
    if (this.source && Date.now() - this.heard > DEAD_AFTER) this.lose();
  }

  private lose(): void {
    const source = this.source;
    this.source = null;
    source?.close();
    if (!this.lostAt) {
      this.lostAt = this.now();
      this.handlers.link("lost", this.lostAt);
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.tryAgain(), this.retry);
    this.retry = Math.min(this.retry * 1.7, RETRY_MOST);
  }

  // EventSource does not tell why it failed: ask, so that an ended session is not taken for a broken line.
  private async tryAgain(): Promise<void> {
    try {
      const abort = new AbortController();
      const answer = await fetch(this.url, { signal: abort.signal, headers: { Accept: "text/event-stream" } });
      abort.abort();
      if (answer.status === 401 || answer.status === 403) {
        this.handlers.link("logged-out", this.lostAt);
        // Somebody may log in again beside it, or give the screen its link back.
        this.timer = window.setTimeout(() => void this.tryAgain(), RETRY_LOGGED_OUT);
        return;
      }
    } catch {
      this.lose();
      return;
    }
    this.connect();
  }

  private reconnect(): void {
    clearTimeout(this.timer);
    this.connect();
  }
}
