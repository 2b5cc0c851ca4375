import { all, change, contentOf, fileOf, settle } from "./entries";
import { open } from "./sealing";
import { changed, database, fact, setFact, wipe, type Row } from "./store";
import { delay, verdict, type Problem } from "./verdict";

// Sends what waits, in its order; runs in pages and in the service worker, one at a time on the whole device.

export interface ServerState {
  account: string;
  csrf: string;
  phone: number | null;
  forms: { url: string; title: string }[];
  revision: string;
  most_bytes: number;
}

const PATIENCE_MS = 60_000;

export async function phoneToken(account: string): Promise<string | null> {
  const phone = await (await database()).get("phones", account);
  return phone ? open<string>(account, "phone", phone.token) : null;
}

async function wipeRevoked(): Promise<void> {
  // Sender and check-in may hear of it at once; it is said once.
  if (!(await wipe())) return;
  await setFact("revoked", true);
  changed();
}

export async function forgetPhone(account: string): Promise<void> {
  await (await database()).delete("phones", account);
  changed();
}

async function noteConnection(heard: boolean): Promise<void> {
  if ((await fact<boolean>("connected")) !== heard) {
    await setFact("connected", heard);
    changed();
  }
}

// What the server says about this session, or about a phone's token; null where it is not reached.
export async function askState(token: string | null = null): Promise<ServerState | null> {
  try {
    const answer = await fetch("/offline/state/", {
      headers: { Accept: "application/json", ...(token ? { "X-Field-Phone": token } : {}) },
      credentials: token ? "omit" : "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = (await answer.json()) as ServerState & Problem;
    await noteConnection(true);
    if (answer.ok) return body;
    const found = token ? verdict(answer.status, body) : "retry";
    if (found === "phone-revoked") await wipeRevoked();
    return null;
  } catch {
    await noteConnection(false);
    return null;
  }
}

export async function sendDue(): Promise<void> {
  await navigator.locks.request("jcoc-outbox", async () => {
    let session: ServerState | null | undefined;
    for (const row of await all()) {
      if (row.state !== "waiting" && row.state !== "sending") continue;
      // With the lock held nobody is sending: who was has gone away.
      if (row.state === "waiting" && row.next > Date.now()) continue;
      const token = await phoneToken(row.account);
      if (!token && session === undefined) session = await askState();
      if (!token && session === null) {
        await later(row, null, true);
      } else if (!token && session?.account !== row.account) {
        await change(row.id, { state: "waiting", needsLogIn: true, next: 0 });
      } else if (!(await send(row, token, session?.csrf ?? ""))) return;
    }
  });
}

async function later(row: Row, retryAfter: string | null, unreached: boolean): Promise<void> {
  const attempts = row.attempts + 1;
  const next = Date.now() + delay(attempts, Math.random(), retryAfter);
  await change(row.id, { state: "waiting", attempts, next, unreached });
}

async function hand(row: Row, token: string | null, csrf: string): Promise<Response> {
  const content = await contentOf(row);
  const body = new FormData();
  for (const [name, value] of content.fields) body.append(name, value);
  for (const note of content.files) body.append(note.field, await fileOf(row, note));
  return fetch(content.action, {
    method: "POST",
    body,
    headers: {
      Accept: "application/json",
      "Accept-Language": content.language,
      "Idempotency-Key": row.id,
      ...(token ? { "X-Field-Phone": token } : { "X-CSRFToken": csrf }),
    },
    credentials: token ? "omit" : "same-origin",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

// False where nothing further can be sent now.
async function send(row: Row, token: string | null, csrf: string): Promise<boolean> {
  await change(row.id, { state: "sending" });
  let status: number;
  let retryAfter: string | null;
  let body: Problem | null;
  try {
    const answer = await hand(row, token, csrf);
    status = answer.status;
    retryAfter = answer.headers.get("Retry-After");
    body = (await answer.json().catch(() => null)) as Problem | null;
  } catch {
    // Lost on the way there or on the way back: the key tells the server whether it knows it already.
    await noteConnection(false);
    await later(row, null, true);
    return true;
  }
  await noteConnection(body !== null);
  const found = verdict(status, body);
  if (found === "stored" || found === "conflict" || found === "refused") await settle(row, found, body ?? {});
  else if (found === "phone-revoked") {
    await wipeRevoked();
    return false;
  } else if (found === "phone-unknown") {
    await forgetPhone(row.account);
    await change(row.id, { state: "waiting", needsLogIn: true, next: 0 });
  } else if (found === "log-in") await change(row.id, { state: "waiting", needsLogIn: true, next: 0 });
  else await later(row, retryAfter, body === null);
  return true;
}
