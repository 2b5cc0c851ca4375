import { element, fill, type Messages } from "../core/page";
import { toast } from "../core/toast";
import { fact, setFact } from "./store";

// What the page hands over, and the pieces of markup that it holds in templates.

export interface Config {
  account: string; // the opaque id of who is logged in; empty in a copy
  revision: string;
  most_bytes: number;
  messages: Messages;
}

export function readOfflineConfig(): Config {
  return JSON.parse(element("offline-config").textContent ?? "") as Config;
}

export const config = readOfflineConfig();
export const messages = config.messages;

// Whose entries are at work here: the session's, else whoever was here last.
export async function accountHere(): Promise<string> {
  if (!config.account) return (await fact<string>("account")) ?? "";
  await setFact("account", config.account);
  return config.account;
}

export function part(name: string): HTMLElement {
  const template = element<HTMLTemplateElement>(`offline-${name}`);
  const made = template.content.firstElementChild?.cloneNode(true);
  if (!(made instanceof HTMLElement)) throw new Error(`The template ${name} is empty.`);
  return made;
}

export function inside<T extends HTMLElement = HTMLElement>(whole: HTMLElement, name: string): T {
  const found = whole.querySelector<T>(`[data-${name}]`);
  if (!found) throw new Error(`No part ${name} here.`);
  return found;
}

export function notice(level: string, text: string): HTMLElement {
  const made = part("notice");
  made.dataset.level = level;
  inside(made, "text").textContent = text;
  return made;
}

export function confirmed(title: string, text: string, label: string): Promise<boolean> {
  const dialog = element<HTMLDialogElement>("offline-confirm");
  inside(dialog, "title").textContent = title;
  inside(dialog, "text").textContent = text;
  const yes = inside(dialog, "yes");
  yes.textContent = label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const agree = () => dialog.close("yes");
    yes.addEventListener("click", agree, { once: true });
    dialog.addEventListener(
      "close",
      () => {
        yes.removeEventListener("click", agree);
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
  });
}

export function language(): string {
  return document.documentElement.lang;
}

export function moment(at: number): string {
  const shown = new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "id-ID", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "Asia/Jakarta",
  });
  return `${shown.format(at).replace(":", language() === "en" ? ":" : ".")} WIB`;
}

export function size(bytes: number): string {
  const unit = bytes >= 1_000_000 ? "MB" : "kB";
  const value = bytes / (unit === "MB" ? 1_000_000 : 1000);
  const digits = new Intl.NumberFormat(language() === "en" ? "en-GB" : "id-ID", { maximumFractionDigits: 1 });
  return `${digits.format(value)} ${unit}`;
}

export { fill, toast };
