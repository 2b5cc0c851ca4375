import { add, answerOf, contentOf, discard, fileOf, find, type NewContent, type NewFile } from "./entries";
import { accountHere, config, confirmed, fill, inside, language, messages, moment, notice, part, size, toast } from "./parts";
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
    // A double click is meant once, also where the first was done with before the second came.
    form.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button[type=submit]") : null;
      if (button && event.detail > 1) event.preventDefault();
    });
    // A page that the browser brings back from its memory was left while its form rested.
    addEventListener("pageshow", (event) => event.persisted && busy(form, false));
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
  const label = own?.cloneNode(true);
  if (label instanceof Element) for (const aside of label.querySelectorAll(".optional")) aside.remove();
  return label?.textContent?.trim() ?? control.name;
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
  // Read first: a button that rests cannot be the one that submitted.
  const { made, files } = read(form, submitter);
  // Before anything is waited for: the second click of a double click comes while it is.
  busy(form, true);
  let leaving = false;
  try {
    leaving = await keep(form, made, files);
  } catch (error) {
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    say(form, "error", (full ? messages.device_full : messages.not_kept) ?? "");
    if (!full) throw error;
  } finally {
    if (!leaving) busy(form, false);
  }
}

// True where the page is being left for another.
async function keep(form: HTMLFormElement, made: NewContent, files: NewFile[]): Promise<boolean> {
  const account = await accountHere();
  const most = config.most_bytes - ROOM_FOR_FIELDS;
  const tooLarge = files.reduce((sum, { file }) => sum + file.size, 0) > most;
  if (!account || tooLarge) {
    say(form, "error", account ? fill(messages.too_large, { size: size(most) }) : (messages.log_in_first ?? ""));
    return false;
  }
  const id = await add(account, made, files, form.dataset.entry);
  form.dataset.entry = id;
  askForSync();
  await Promise.race([sendDue(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  return after(form, await find(id));
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

async function after(form: HTMLFormElement, row: Row | undefined): Promise<boolean> {
  if (row?.state !== "refused") forgetRefused(form);
  if (row?.state === "stored") {
    const answer = await answerOf(row);
    await discard(row.id);
    location.assign(answer?.location ?? location.href.split("#")[0] ?? "/");
    return true;
  }
  if (row?.state === "conflict") {
    location.assign(`/unsent/#${row.id}`);
    return true;
  }
  if (!row) say(form, "error", messages.wiped ?? "");
  else if (row.state === "refused") {
    sessionStorage.setItem(refusedHere(form), row.id);
    await showRefused(form, row);
  }
  else {
    delete form.dataset.entry;
    form.reset();
    clearErrors(form);
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    toast((row.needsLogIn ? messages.kept_log_in : messages.kept) ?? "", "success");
    controls(form).find((control) => control.type !== "hidden")?.focus();
  }
  return false;
}

// What this tab was told about this form: opened anew it goes on with that, so that nothing stays behind as not sent.
function refusedHere(form: HTMLFormElement): string {
  return `jcoc-refused ${form.getAttribute("action") || location.pathname}`;
}

function forgetRefused(form: HTMLFormElement): void {
  sessionStorage.removeItem(refusedHere(form));
}

async function showRefused(form: HTMLFormElement, row: Row): Promise<void> {
  showErrors(form, (await answerOf(row)) ?? {});
  const button = document.createElement("button");
  button.className = "button button-danger button-small";
  button.type = "button";
  button.textContent = messages.discard_yes ?? "";
  button.addEventListener("click", () => void throwAway(form, row));
  form.querySelector(":scope > .notice [data-text]")?.after(button);
}

async function throwAway(form: HTMLFormElement, row: Row): Promise<void> {
  const text = fill(messages.discard_text, { title: (await contentOf(row)).title, time: moment(row.made) });
  if (!(await confirmed(messages.discard_title ?? "", text, messages.discard_yes ?? ""))) return;
  await discard(row.id);
  forgetRefused(form);
  // Anew and empty, also where the files were shown.
  location.replace(location.pathname + location.search);
}

// Opens an entry again: fields, files and what the server said about them.
async function reopen(form: HTMLFormElement): Promise<void> {
  const named = /^#entry=([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  const id = named ?? sessionStorage.getItem(refusedHere(form));
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
  await showRefused(form, row);
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
