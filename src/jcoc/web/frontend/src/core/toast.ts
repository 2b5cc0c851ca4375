// A sentence about what was just done. What went well leaves by itself; a fault stands until somebody closes it.

const READING_MS = 8_000;

function stays(level: string): boolean {
  return level === "error" || level === "warning";
}

export function leaveInTime(item: HTMLElement): void {
  if (stays(item.dataset.level ?? "")) return;
  const leave = () => {
    // Not under the hand or the focus of who is about to use it.
    if (item.matches(":hover, :focus-within")) setTimeout(leave, READING_MS);
    else item.remove();
  };
  setTimeout(leave, READING_MS);
}

function place(level: string): Element | null {
  return document.querySelector(stays(level) ? ".toasts-alert" : ".toasts-status");
}

// Two attempts with one outcome are said once, at the newer place; who was about to close the older closes that.
function put(item: HTMLElement, text: string, level: string): void {
  const standing = place(level);
  const same = [...(standing?.querySelectorAll<HTMLElement>(".toast") ?? [])].filter(
    (each) =>
      each.dataset.level === level &&
      each.querySelector("[data-text]")?.textContent === text &&
      !each.querySelector(".button"),
  );
  const focused = same.some((each) => each.matches(":focus-within"));
  for (const each of same) each.remove();
  standing?.append(item);
  if (focused) item.querySelector<HTMLElement>("[data-close-toast]")?.focus();
}

export function toast(text: string, level = "info", action?: { label: string; run: () => void }): HTMLElement {
  const template = document.getElementById("toast") as HTMLTemplateElement | null;
  const item = template?.content.firstElementChild?.cloneNode(true);
  if (!(item instanceof HTMLElement)) throw new Error("The page holds no toast.");
  item.dataset.level = level;
  const said = item.querySelector("[data-text]");
  if (said) said.textContent = text;
  if (action) {
    const button = document.createElement("button");
    button.className = "button button-small";
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", action.run);
    said?.after(button);
    place(level)?.append(item);
  } else {
    leaveInTime(item);
    put(item, text, level);
  }
  return item;
}
