// What the server hands over with the page, as {{ config|json_script:"config" }}.

export type Messages = Record<string, string>;

export function readConfig<T>(): T {
  const element = document.getElementById("config");
  if (!element?.textContent) throw new Error("The page holds no config.");
  return JSON.parse(element.textContent) as T;
}

export function fill(text: string | undefined, values: Record<string, string | number> = {}): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page holds no #${id}.`);
  return found as T;
}

// Sets text only where it differs: an equal write would still cost a layout.
export function setText(target: Element | null, text: string): void {
  if (target && target.textContent !== text) target.textContent = text;
}
