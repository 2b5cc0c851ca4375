import { add, all, answerOf, change, clearStored, contentOf, discard, fileOf, find, retryNow, type Content } from "./entries";
import { accountHere, confirmed, fill, inside, messages, moment, part, size } from "./parts";
import { element } from "../core/page";
import { fact, type Row } from "./store";
import type { Problem } from "./verdict";

// The page of what waits on this device, and the choice between two states of the same thing.

let sendAll: () => Promise<void>;
let drawing = 0;

export async function showPanel(): Promise<void> {
  const list = document.getElementById("unsent-list");
  if (!list) return;
  const turn = ++drawing;
  const account = await accountHere();
  const rows = await all();
  const own = rows.filter((row) => row.account === account);
  const cards = await Promise.all(own.map(card));
  // Another change came while this was made ready: its drawing is newer.
  if (turn !== drawing) return;
  const focused = document.activeElement?.closest<HTMLElement>("[data-entry]")?.dataset.entry;
  const act = (document.activeElement as HTMLElement | null)?.dataset.act;
  list.replaceChildren(...cards);
  if (focused && act) list.querySelector<HTMLElement>(`[data-entry="${focused}"] [data-act="${act}"]`)?.focus();
  element("unsent-none").hidden = cards.length > 0;
  element("unsent-others").hidden = rows.length === own.length;
  element("unsent-log-in").hidden = !own.some((row) => row.needsLogIn);
  element("unsent-clear").hidden = !own.some((row) => row.state === "stored");
  await showForms();
  await openNamed();
}

async function showForms(): Promise<void> {
  const forms = (await fact<{ url: string; title: string }[]>("forms")) ?? [];
  const list = element("offline-forms");
  list.replaceChildren(
    ...forms.map(({ url, title }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = url;
      link.textContent = title;
      item.append(link);
      return item;
    }),
  );
  element("offline-forms-card").hidden = forms.length === 0;
}

async function card(row: Row): Promise<HTMLElement> {
  const content = await contentOf(row);
  const answer = await answerOf(row);
  const made = part("entry");
  made.dataset.entry = row.id;
  inside(made, "title").textContent = content.title;
  inside(made, "made").textContent = moment(row.made);
  inside(made, "chip").replaceWith(part(`state-${row.state}`));
  const said = inside(made, "said");
  said.textContent = whatNow(row, answer);
  said.hidden = !said.textContent;
  const shown = inside(made, "shown");
  for (const { label, text } of content.shown.filter(({ text }) => text)) {
    const term = document.createElement("dt");
    const value = document.createElement("dd");
    term.textContent = label;
    value.textContent = text;
    shown.append(term, value);
  }
  const files = inside(made, "files");
  files.hidden = content.files.length === 0;
  inside(files, "text").textContent = fill(messages.files, { n: content.files.length, size: size(row.bytes) });
  for (const button of made.querySelectorAll<HTMLElement>("[data-act]")) {
    button.hidden = !(button.dataset.when ?? "").split(" ").includes(row.state);
    button.append(hiddenText(` ${content.title}, ${moment(row.made)}`));
  }
  const link = made.querySelector<HTMLAnchorElement>("a[data-act=look]");
  if (link && answer?.location) link.href = answer.location;
  else if (link) link.hidden = true;
  return made;
}

function hiddenText(text: string): HTMLElement {
  const span = document.createElement("span");
  span.className = "vh";
  span.textContent = text;
  return span;
}

function whatNow(row: Row, answer: Problem | null): string {
  if (row.state === "refused") {
    const faults = Object.values(answer?.fields ?? {}).flat();
    return [answer?.detail ?? messages.refused_unsaid, ...faults].join(" ");
  }
  if (row.state === "conflict") return answer?.detail ?? "";
  if (row.state !== "waiting") return "";
  if (row.needsLogIn) return messages.needs_log_in ?? "";
  if (row.attempts && row.next > Date.now()) {
    return fill(messages.tried, { n: row.attempts, time: moment(row.next) });
  }
  return "";
}

export function watchPanel(send: () => Promise<void>): void {
  sendAll = send;
  document.getElementById("unsent-list")?.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-act]") : null;
    const id = button?.closest<HTMLElement>("[data-entry]")?.dataset.entry;
    if (button && id) void act(button.dataset.act ?? "", id);
  });
  document.getElementById("unsent-clear")?.addEventListener("click", () => void clearStored(0));
  document.getElementById("unsent-send")?.addEventListener("click", () => void retryNow(true).then(send));
}

async function act(name: string, id: string): Promise<void> {
  const row = await find(id);
  if (!row) return;
  if (name === "send") {
    await change(id, { next: 0 });
    await sendAll();
  } else if (name === "edit") {
    location.assign(`${(await contentOf(row)).page}#entry=${id}`);
  } else if (name === "compare") {
    await compare(row);
  } else if (name === "discard") {
    const { title } = await contentOf(row);
    const text = fill(messages.discard_text, { title, time: moment(row.made) });
    if (await confirmed(messages.discard_title ?? "", text, messages.discard_yes ?? "")) await discard(id);
  }
}

// /unsent/#<id> opens the choice at once; the form leads here when its answer was a conflict.
async function openNamed(): Promise<void> {
  const id = /^#([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  const row = id ? await find(id) : undefined;
  if (!row || row.state !== "conflict" || document.querySelector("dialog[open]")) return;
  history.replaceState(null, "", location.pathname);
  await compare(row);
}

async function compare(row: Row): Promise<void> {
  const content = await contentOf(row);
  const answer = await answerOf(row);
  if (!answer?.theirs) return;
  const dialog = element<HTMLDialogElement>("offline-compare");
  const body = inside(dialog, "rows");
  const mine = new Map(content.fields);
  const differing = Object.entries(answer.theirs).filter(([name, { value }]) => (mine.get(name) ?? "") !== value);
  body.replaceChildren(
    ...differing.map(([name, theirs]) => {
      const made = part("choice");
      inside(made, "label").textContent = theirs.label;
      const own = content.shown.find((each) => each.name === name)?.text ?? mine.get(name) ?? "";
      inside(made, "mine").textContent = own || "–";
      inside(made, "theirs").textContent = theirs.text || "–";
      for (const radio of made.querySelectorAll<HTMLInputElement>("input")) radio.name = `choice-${name}`;
      return made;
    }),
  );
  inside(dialog, "same").hidden = differing.length > 0;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (dialog.returnValue === "save") {
    const taken = new Set(
      differing
        .map(([name]) => name)
        .filter((name) => dialog.querySelector<HTMLInputElement>(`[name="choice-${name}"]:checked`)?.value === "theirs"),
    );
    await replaceBy(row, content, answer, taken);
    await sendAll();
  } else if (dialog.returnValue === "theirs") {
    await act("discard", row.id);
  }
}

async function replaceBy(row: Row, content: Content, answer: Problem, taken: Set<string>): Promise<void> {
  const { theirs = {}, version = "" } = answer;
  const fields = content.fields
    .filter(([name]) => !taken.has(name) && name !== "version")
    .concat([...taken].map((name) => [name, theirs[name]?.value ?? ""]), [["version", version]]);
  const shown = content.shown.map((each) =>
    taken.has(each.name) ? { ...each, text: theirs[each.name]?.text ?? "" } : each,
  );
  const files = await Promise.all(
    content.files.map(async (note) => ({ field: note.field, file: await fileOf(row, note) })),
  );
  const { page, action, title, language } = content;
  await add(row.account, { page, action, title, language, fields, shown }, files, row.id);
}
