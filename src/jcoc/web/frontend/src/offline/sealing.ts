import { database, type Sealed } from "./store";

// AES-256-GCM under a key of the account that never leaves this browser: it cannot be exported, only used.
// `label` ties a box to its place, so that one cannot be passed off as another.

async function keyOf(account: string): Promise<CryptoKey> {
  const db = await database();
  const found = await db.get("keys", account);
  if (found) return found.key;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const adding = db.transaction("keys", "readwrite");
  // Another tab may have been first.
  const key = (await adding.store.get(account))?.key ?? made;
  await adding.store.put({ account, key });
  await adding.done;
  return key;
}

function parameters(account: string, label: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${account}|${label}`) };
}

export async function sealBytes(account: string, label: string, bytes: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const box = await crypto.subtle.encrypt(parameters(account, label, iv), await keyOf(account), bytes);
  return { iv, box };
}

export async function openBytes(account: string, label: string, sealed: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt(parameters(account, label, sealed.iv), await keyOf(account), sealed.box);
}

export async function seal(account: string, label: string, value: unknown): Promise<Sealed> {
  return sealBytes(account, label, new TextEncoder().encode(JSON.stringify(value)));
}

export async function open<T>(account: string, label: string, sealed: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await openBytes(account, label, sealed))) as T;
}
