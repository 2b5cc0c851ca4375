import "./core/trusted";
import { makeCards } from "./core/cards";
import { keepFresh } from "./core/refresh";
import { tellShown } from "./core/shown";
import { leaveInTime, toast } from "./core/toast";
import "./core/upload";

// What every page does: copy buttons, dialogs that ask before something is done, toasts that leave or are closed, parts that renew.

async function copy(button: HTMLElement): Promise<void> {
  const source = document.getElementById(button.dataset.copy ?? "");
  const text = source?.textContent?.trim() ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS there is no clipboard: select it, so that Ctrl+C takes it.
    if (source) getSelection()?.selectAllChildren(source);
    return;
  }
  toast(button.dataset.copied ?? "");
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const copied = target?.closest<HTMLElement>("[data-copy]");
  if (copied) void copy(copied);
  const opener = target?.closest<HTMLElement>("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  }
  if (target?.closest("[data-close]")) target.closest("dialog")?.close();
  target?.closest("[data-close-toast]")?.closest(".toast")?.remove();
  if (target?.closest("[data-print]")) print();
});

// An open heading of the menu closes by a click elsewhere and by Escape.
function closeMenus(but: Element | null = null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.nav-group[open]")) {
    if (menu !== but) menu.open = false;
  }
}
document.addEventListener("click", (event) => {
  closeMenus(event.target instanceof Element ? event.target.closest("details.nav-group") : null);
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" ? document.querySelector<HTMLDetailsElement>("details.nav-group[open]") : null;
  if (!open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
});

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.dataset.submit !== undefined) {
    event.target.form?.requestSubmit();
  }
});

makeCards(document);
for (const item of document.querySelectorAll<HTMLElement>(".toast")) leaveInTime(item);
for (const part of document.querySelectorAll<HTMLElement>("[data-refresh]")) keepFresh(part);
for (const link of document.querySelectorAll<HTMLElement>("[data-some]")) tellShown(link);
