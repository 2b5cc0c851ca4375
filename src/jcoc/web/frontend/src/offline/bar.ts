import { all } from "./entries";
import { accountHere, messages, toast } from "./parts";
import { fact, takeFact } from "./store";

// The number of what waits, in the header, and the bar that says that there is no connection.

export async function unsentHere(): Promise<number> {
  return (await all()).filter((row) => row.state !== "stored").length;
}

const SEEN_MS = 3000;
let said = false;

// Forgotten only once it was to be seen for a while: the page that wiped is often about to load anew.
async function sayWiped(): Promise<void> {
  if (said || !(await fact<boolean>("revoked"))) return;
  said = true;
  toast(messages.wiped ?? "", "error");
  setTimeout(() => void takeFact<boolean>("revoked"), SEEN_MS);
}

export async function showBar(): Promise<void> {
  await sayWiped();
  const account = await accountHere();
  const waiting = (await all()).filter((row) => row.account === account && row.state !== "stored");
  const link = document.getElementById("unsent-link");
  const count = link?.querySelector("[data-count]");
  if (link && count) {
    link.hidden = waiting.length === 0;
    if (count.textContent !== String(waiting.length)) count.textContent = String(waiting.length);
    link.toggleAttribute("data-attention", waiting.some((row) => row.state === "conflict" || row.state === "refused"));
  }
  // A copy has no session to show; who is known here may still leave, and take along what lies here.
  const leave = document.querySelector<HTMLElement>("form[data-log-out=copy]");
  if (leave) leave.hidden = !account;
  const bar = document.getElementById("offline-bar");
  const away = !navigator.onLine || (await fact<boolean>("connected")) === false;
  if (bar && bar.hidden === away) bar.hidden = !away;
}
