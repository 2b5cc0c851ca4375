import type { Format } from "../core/format";
import type { Link } from "../core/live";
import { element, fill, setText, type Messages } from "../core/page";

// How old what the wall shows is. A wall that stands still must say so before anybody trusts it.
export class Freshness {
  private readonly root = element("age");
  private link: Link = "connecting";
  private lostAt = 0;
  private newest = NaN;
  // Milliseconds after which nothing new is strange.
  patience = Infinity;

  constructor(
    private readonly format: Format,
    private readonly messages: Messages,
  ) {}

  setLink(link: Link, since: number): void {
    this.link = link;
    this.lostAt = since;
  }

  received(at: number): void {
    if (!(at <= this.newest)) this.newest = at;
  }

  write(now: number): void {
    const { messages, format } = this;
    const age = now - this.newest;
    let fresh = "ok";
    let text: string;
    if (this.link === "logged-out") {
      fresh = "lost";
      text = messages.logged_out ?? "";
    } else if (this.link === "lost") {
      fresh = "lost";
      text = fill(messages.lost, { time: format.clock(this.lostAt) });
    } else if (Number.isNaN(this.newest)) {
      fresh = "unknown";
      text = (this.link === "connecting" ? messages.connecting : messages.data_none) ?? "";
    } else if (age > this.patience) {
      fresh = "stale";
      text = fill(messages.data_stale, { age: format.age(age) });
    } else {
      text = age < 1_500 ? (messages.data_now ?? "") : fill(messages.data_age, { age: format.age(age) });
    }
    if (this.root.dataset.fresh !== fresh) this.root.dataset.fresh = fresh;
    setText(element("age-text"), text);
  }
}
