import { showBar, unsentHere } from "./offline/bar";
import { all, clearStored, retryNow } from "./offline/entries";
import { watchForms } from "./offline/form";
import { showPanel, watchPanel } from "./offline/panel";
import { accountHere } from "./offline/parts";
import { endSession, showPhone, watchLogOut, watchPhone } from "./offline/phone";
import { askState, phoneToken, sendDue } from "./offline/sender";
import { onChange, wipe } from "./offline/store";
import { keepForms, registerWorker } from "./offline/worker";

// The outbox of the device. It needs HTTPS or localhost; without, forms are sent as everywhere.

let timer: ReturnType<typeof setTimeout> | undefined;

// Wakes when the next attempt is due.
async function plan(): Promise<void> {
  const due = (await all()).filter((row) => row.state === "waiting" && !row.needsLogIn).map((row) => row.next);
  clearTimeout(timer);
  if (due.length) timer = setTimeout(() => void sendDue(), Math.max(1000, Math.min(...due) - Date.now()));
}

async function show(): Promise<void> {
  await Promise.all([showBar(), showPanel(), showPhone(), plan()]);
}

// A revoked phone hears of it here, also when nothing waits.
async function checkIn(): Promise<void> {
  if (await endSession()) return;
  const account = await accountHere();
  const token = account ? await phoneToken(account) : null;
  if (token) await askState(token);
  const state = await askState();
  if (state) await keepForms(state);
}

async function begin(): Promise<void> {
  watchForms();
  watchPanel(sendDue);
  watchPhone();
  watchLogOut(unsentHere, wipe);
  onChange(() => void show());
  addEventListener("offline", () => void show());
  addEventListener("online", () => void retryNow(false).then(checkIn).then(sendDue));
  await show();
  registerWorker().catch((fault: unknown) => console.warn("No service worker:", fault));
  await clearStored();
  await checkIn();
  if (navigator.onLine) await retryNow(false);
  await sendDue();
}

if (isSecureContext && "serviceWorker" in navigator && "locks" in navigator) void begin();
