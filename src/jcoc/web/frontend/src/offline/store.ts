import { openDB, type DBSchema, type IDBPDatabase } from "idb";

// What lies on the device. In the clear stand only states, times and sizes; what somebody wrote is sealed.

export type State = "waiting" | "sending" | "stored" | "conflict" | "refused";

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  box: ArrayBuffer;
}

export interface Row {
  id: string; // also the idempotency key
  account: string;
  state: State;
  made: number;
  attempts: number;
  next: number; // not sent again before, in ms since 1970
  needsLogIn: boolean;
  unreached: boolean; // the last attempt met no server
  bytes: number;
  content: Sealed;
  answer: Sealed | null;
}

export interface FileRow {
  id: string;
  entry: string;
  sealed: Sealed;
}

export interface PhoneRow {
  account: string;
  id: number;
  token: Sealed;
}

interface Schema extends DBSchema {
  keys: { key: string; value: { account: string; key: CryptoKey } };
  entries: { key: string; value: Row };
  files: { key: string; value: FileRow; indexes: { entry: string } };
  phones: { key: string; value: PhoneRow };
  facts: { key: string; value: unknown };
}

export const STORES = ["keys", "entries", "files", "phones", "facts"] as const;

let opened: Promise<IDBPDatabase<Schema>> | undefined;

export function database(): Promise<IDBPDatabase<Schema>> {
  const forget = () => {
    opened = undefined;
  };
  opened ??= openDB<Schema>("jcoc-outbox", 1, {
    upgrade(db) {
      db.createObjectStore("keys", { keyPath: "account" });
      db.createObjectStore("entries", { keyPath: "id" });
      db.createObjectStore("files", { keyPath: "id" }).createIndex("entry", "entry");
      db.createObjectStore("phones", { keyPath: "account" });
      db.createObjectStore("facts");
    },
    // Another tab upgrades or deletes it, or Clear-Site-Data closed it: let go, and open it anew when needed.
    blocking(_now, _wanted, event) {
      (event.target as IDBDatabase).close();
      forget();
    },
    terminated: forget,
  });
  opened.catch(forget);
  return opened;
}

export async function fact<T>(name: string): Promise<T | undefined> {
  return (await (await database()).get("facts", name)) as T | undefined;
}

export async function setFact(name: string, value: unknown): Promise<void> {
  await (await database()).put("facts", value, name);
}

// Reads a fact and removes it: only one of several who ask at once gets it.
export async function takeFact<T>(name: string): Promise<T | undefined> {
  const taking = (await database()).transaction("facts", "readwrite");
  const found = (await taking.store.get(name)) as T | undefined;
  await taking.store.delete(name);
  await taking.done;
  return found;
}

const heard = new Set<() => void>();
const channel = new BroadcastChannel("jcoc-outbox");
channel.addEventListener("message", () => heard.forEach((each) => each()));

// Called when something changed on this device, in this tab or another, or in the service worker.
export function onChange(callback: () => void): void {
  heard.add(callback);
}

export function changed(): void {
  heard.forEach((each) => each());
  channel.postMessage("changed");
}

// True where a phone's token was among it.
export async function wipe(): Promise<boolean> {
  const db = await database();
  const all = db.transaction(STORES, "readwrite");
  const phones = await all.objectStore("phones").count();
  await Promise.all([...STORES.map((name) => all.objectStore(name).clear()), all.done]);
  await caches.delete("jcoc-pages");
  changed();
  return phones > 0;
}
