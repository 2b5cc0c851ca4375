import { add, answerOf, contentOf, discard, fileOf, find, type NewContent, type NewFile } from "./entries";
import { accountHere, config, fill, inside, language, messages, notice, part, size, toast } from "./parts";
import { sendDue } from "./sender";
import type { Row } from "./store";
import type { Problem } from "./verdict";

// <form data-offline="…">: what is sent is sealed on the device first, then handed in; without a connection it waits.

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const LEFT_OUT = ["csrfmiddlewaretoken", "idempotency_key"];
// The page waits so long for the server; then it says that the entry is kept, and the sending goes on.
const PATIENCE_MS = 8_000;
const ROOM_FOR_FIELDS = 200_000;

export function watchForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-offline]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void submit(form, event.submitter);
    });
    // A reset empties the fields only after its event.
    form.addEventListener("reset", () => setTimeout(() => fillInNow(form)));
    fillInNow(form);
    void reopen(form);
  }
}

// A page kept for days knows no now; the device's clock does. The city's time, as the server reads the field.
function fillInNow(form: HTMLFormElement): void {
  for (const input of form.querySelectorAll<HTMLInputElement>("input[type=datetime-local][data-now]")) {
    const now = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Jakarta" });
    if (!input.value) input.value = now.format(Date.now()).replace(" ", "T");
  }
}

function controls(form: HTMLFormElement): Control[] {
  return [...form.elements].filter(
    (each): each is Control =>
      each instanceof HTMLInputElement || each instanceof HTMLSelectElement || each instanceof HTMLTextAreaElement,
  );
}

function isFile(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && control.type === "file";
}

function labelOf(control: Control): string {
  const legend = control.closest("fieldset")?.querySelector("legend");
  const own = control instanceof HTMLInputElement && control.type === "radio" ? legend : control.labels?.[0];
  return own?.textContent?.trim() ?? control.name;
}

function textOf(control: Control): string | null {
  if (control instanceof HTMLSelectElement) {
    return [...control.selectedOptions].map((option) => (option.value ? option.text : "")).join(", ");
  }
  if (control instanceof HTMLInputElement) {
    if (control.type === "radio") return control.checked ? (control.labels?.[0]?.textContent?.trim() ?? "") : null;
    if (control.type === "checkbox") return control.checked ? (messages.yes ?? "") : (messages.no ?? "");
    if (control.type === "datetime-local") return control.value.replace("T", " ");
  }
  return control.value;
}

function read(form: HTMLFormElement, submitter: HTMLElement | null): { made: NewContent; files: NewFile[] } {
  const fields: NewContent["fields"] = [];
  const files: NewFile[] = [];
  const data = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) data.append(submitter.name, submitter.value);
  for (const [name, value] of data) {
    if (LEFT_OUT.includes(name)) continue;
    if (typeof value === "string") fields.push([name, value]);
    else if (value.size) files.push({ field: name, file: value });
  }
  const shown: NewContent["shown"] = [];
  for (const control of controls(form)) {
    if (!control.name || control.type === "hidden" || isFile(control)) continue;
    const text = textOf(control);
    if (text !== null) shown.push({ name: control.name, label: labelOf(control), text });
  }
  const here = location.pathname + location.search;
  const title = form.dataset.offlineTitle ?? document.title;
  const action = form.getAttribute("action") || here;
  return { made: { page: here, action, title, language: language(), fields, shown }, files };
}

async function submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (form.dataset.busy !== undefined) return;
  const account = await accountHere();
  if (!account) return say(form, "error", messages.log_in_first ?? "");
  const { made, files } = read(form, submitter);
  const most = config.most_bytes - ROOM_FOR_FIELDS;
  if (files.reduce((sum, { file }) => sum + file.size, 0) > most) {
    return say(form, "error", fill(messages.too_large, { size: size(most) }));
  }
  busy(form, true);
  try {
    const id = await add(account, made, files, form.dataset.entry);
    form.dataset.entry = id;
    askForSync();
    await Promise.race([sendDue(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    await after(form, await find(id));
  } catch (error) {
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    say(form, "error", (full ? messages.device_full : messages.not_kept) ?? "");
    if (!full) throw error;
  } finally {
    busy(form, false);
  }
}

function busy(form: HTMLFormElement, on: boolean): void {
  form.toggleAttribute("data-busy", on);
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) button.disabled = on;
}

// Where the browser can: it sends once there is a connection, also after the page was closed.
function askForSync(): void {
  void navigator.serviceWorker?.getRegistration().then((registration) => {
    const sync = (registration as unknown as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
    return sync?.register("jcoc-outbox").catch(() => undefined);
  });
}

async function after(form: HTMLFormElement, row: Row | undefined): Promise<void> {
  if (!row) return say(form, "error", messages.wiped ?? "");
  if (row.state === "stored") {
    const answer = await answerOf(row);
    await discard(row.id);
    location.assign(answer?.location ?? location.href.split("#")[0] ?? "/");
  } else if (row.state === "conflict") {
    location.assign(`/unsent/#${row.id}`);
  } else if (row.state === "refused") {
    showErrors(form, (await answerOf(row)) ?? {});
  } else {
    delete form.dataset.entry;
    form.reset();
    clearErrors(form);
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    toast((row.needsLogIn ? messages.kept_log_in : messages.kept) ?? "", "success");
    controls(form).find((control) => control.type !== "hidden")?.focus();
  }
}

// Opens an entry again: fields, files and what the server said about them.
async function reopen(form: HTMLFormElement): Promise<void> {
  const id = /^#entry=([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  const row = id ? await find(id) : undefined;
  // Only what was refused: the server may have one that waits already, and would take a changed one for another.
  if (row?.state !== "refused" || row.account !== (await accountHere())) return;
  const content = await contentOf(row);
  form.dataset.entry = row.id;
  for (const control of controls(form)) {
    if (!control.name || LEFT_OUT.includes(control.name)) continue;
    if (isFile(control)) {
      const held = new DataTransfer();
      for (const note of content.files) if (note.field === control.name) held.items.add(await fileOf(row, note));
      if (held.files.length) control.files = held.files;
      continue;
    }
    const values = content.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) {
      control.checked = values.includes(control.value);
    } else if (control instanceof HTMLSelectElement && control.multiple) {
      for (const option of control.options) option.selected = values.includes(option.value);
    } else if (values[0] !== undefined) control.value = values[0];
  }
  const answer = await answerOf(row);
  if (answer) showErrors(form, answer);
}

function say(form: HTMLFormElement, level: string, text: string): void {
  form.querySelector(":scope > .notice")?.remove();
  const said = notice(level, text);
  said.setAttribute("role", "alert");
  form.prepend(said);
  said.scrollIntoView({ block: "nearest" });
}

function clearErrors(form: HTMLFormElement): void {
  form.querySelector(":scope > .notice")?.remove();
  for (const error of form.querySelectorAll(".field-error")) error.remove();
  for (const control of controls(form)) {
    control.removeAttribute("aria-invalid");
    const described = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("_error"));
    if (described.join("")) control.setAttribute("aria-describedby", described.join(" "));
    else control.removeAttribute("aria-describedby");
  }
}

function showErrors(form: HTMLFormElement, answer: Problem): void {
  clearErrors(form);
  say(form, "error", answer.detail ?? messages.refused_unsaid ?? "");
  for (const [name, texts] of Object.entries(answer.fields ?? {})) {
    const control = controls(form).find((each) => each.name === name);
    const field = control?.closest(".field");
    if (!control || !field) continue;
    const error = part("error");
    error.id = `${control.id}_error`;
    inside(error, "text").textContent = texts.join(" ");
    field.append(error);
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${error.id}`.trim());
  }
  form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
