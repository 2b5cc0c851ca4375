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
  } else leaveInTime(item);
  document.querySelector(stays(level) ? ".toasts-alert" : ".toasts-status")?.append(item);
  return item;
}
