import { accountHere, config, confirmed, fill, inside, messages, notice } from "./parts";
import { seal } from "./sealing";
import { askState, forgetPhone, type ServerState } from "./sender";
import { changed, database, setFact, takeFact, wipe } from "./store";
import type { Problem } from "./verdict";

// "This phone is mine": a token of its own lets it hand in after the session has ended.

export async function phoneHere(account: string): Promise<number | null> {
  return (await (await database()).get("phones", account))?.id ?? null;
}

async function post(path: string, state: ServerState, fields: Record<string, string>): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const headers = { Accept: "application/json", "X-CSRFToken": state.csrf };
  return fetch(path, { method: "POST", body, headers, redirect: "manual" });
}

async function mark(account: string, name: string): Promise<string | null> {
  const state = await askState();
  if (!state) return messages.no_connection ?? "";
  if (state.account !== account) return messages.log_in_first ?? "";
  const answer = await post("/field-phones/add/", state, { name });
  const body = (await answer.json().catch(() => null)) as (Problem & { phone: number; token: string }) | null;
  if (!answer.ok || !body) return body?.detail ?? messages.no_connection ?? "";
  await (await database()).put("phones", { account, id: body.phone, token: await seal(account, "phone", body.token) });
  // Asks the browser not to clear the entries away when the device runs short of room.
  await navigator.storage?.persist?.();
  changed();
  return null;
}

// Ends this phone's token before the device is wiped; without a connection the list of phones still holds it.
export async function endPhone(account: string): Promise<void> {
  const id = await phoneHere(account);
  const state = id === null ? null : await askState();
  if (id !== null && state?.account === account) await post(`/field-phones/${id}/revoke/`, state, {});
  await forgetPhone(account);
}

// The card that marks this phone; on the list of phones also the row that is this one.
export async function showPhone(): Promise<void> {
  const account = await accountHere();
  const id = account ? await phoneHere(account) : null;
  for (const row of document.querySelectorAll<HTMLElement>("[data-phone]")) {
    const here = row.querySelector<HTMLElement>("[data-here]");
    if (here) here.hidden = Number(row.dataset.phone) !== id;
  }
  const card = document.getElementById("this-phone");
  if (!card) return;
  inside(card, "mine").hidden = id === null;
  inside(card, "mark").hidden = id !== null || !account;
  inside(card, "nobody").hidden = Boolean(account);
}

export function watchPhone(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-mark]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void (async () => {
      const fault = await mark(await accountHere(), String(new FormData(form).get("name") ?? ""));
      form.querySelector(".notice")?.remove();
      if (fault) form.prepend(notice("error", fault));
      else location.reload();
    })();
  });
}

// At log-out nothing may stay on the device; what has not been sent is asked about first.
export function watchLogOut(unsent: () => Promise<number>, wipeAll: () => Promise<unknown>): void {
  const leave = async (form: HTMLFormElement) => {
    const waiting = await unsent();
    const copy = form.dataset.logOut === "copy";
    const text = fill(waiting ? messages.log_out_text : messages.log_out_away, { n: waiting });
    const title = (waiting ? messages.log_out_title : messages.log_out) ?? "";
    if ((waiting || copy) && !(await confirmed(title, text, messages.log_out_yes ?? ""))) return;
    await endPhone(await accountHere());
    await wipeAll();
    if (!copy && navigator.onLine) return form.submit();
    // The server hears of it as soon as it can be reached; what stood here is gone at once.
    await setFact("leaving", form.action);
    changed();
    const said = notice("success", messages.logged_out_away ?? "");
    said.setAttribute("role", "alert");
    document.getElementById("content")?.replaceChildren(said);
    document.querySelector(".deskbar-end")?.remove();
    await endSession();
  };
  // There is one in the header, and one in the menu of small screens.
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-log-out]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void leave(form);
    });
  }
}

// Ends at the server the session that was left without a connection. True where there was one.
export async function endSession(): Promise<boolean> {
  const path = await takeFact<string>("leaving");
  if (!path) return false;
  const state = await askState();
  if (!state) {
    await setFact("leaving", path);
    return false;
  }
  if (!state.account) return false;
  await post(path, state, {});
  await wipe();
  if (config.account) location.assign("/");
  return true;
}
