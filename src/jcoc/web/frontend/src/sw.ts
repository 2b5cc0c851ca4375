import { sendDue } from "./offline/sender";
import { database } from "./offline/store";

// The service worker: keeps the built files and the empty pages of forms that work offline, and nothing else.
// Everything that names somebody comes from the server, or does not come.

declare const self: ServiceWorkerGlobalScope & {
  JCOC: { revision: string; shell: string[]; fallback: string };
};

interface Keep {
  urls: string[];
  revision: string;
  stamp: string; // another one when the copies must be made anew
}

const SHELL = "jcoc-shell";
const PAGES = "jcoc-pages";
const STAMP = "/offline/stamp";
const PATIENCE_MS = 4_000;

self.addEventListener("install", (event) => event.waitUntil(keepShell()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const asked = event.data as { do: string } & Keep;
  if (asked.do === "update") void self.skipWaiting();
  if (asked.do === "keep") event.waitUntil(keepPages(asked));
});
self.addEventListener("sync", ((event: ExtendableEvent) => event.waitUntil(sendDue())) as EventListener);
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/dist/")) event.respondWith(built(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(SHELL);
  const missing: string[] = [];
  for (const url of self.JCOC.shell) if (!(await cache.match(url))) missing.push(url);
  await cache.addAll(missing);
}

async function built(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: SHELL })) ?? fetch(request);
}

async function page(request: Request, path: string): Promise<Response> {
  const pages = await caches.open(PAGES);
  const copy = await pages.match(path);
  try {
    const answer = await fetch(request, copy ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    // The session has ended, but what is written here can be handed in with the phone's token.
    if (copy && answer.type === "opaqueredirect" && (await holdsToken())) return copy;
    return copy && answer.status >= 502 && answer.status <= 504 ? copy : answer;
  } catch {
    return copy ?? (await pages.match(self.JCOC.fallback)) ?? Response.error();
  }
}

async function holdsToken(): Promise<boolean> {
  return (await (await database()).count("phones")) > 0;
}

async function keepPages({ urls, revision, stamp }: Keep): Promise<void> {
  const pages = await caches.open(PAGES);
  const wanted = [...urls, self.JCOC.fallback];
  if ((await (await pages.match(STAMP))?.text()) === stamp) return;
  for (const url of wanted) {
    const answer = await fetch(url, { headers: { "X-Offline-Copy": "1" }, redirect: "manual" });
    // Only what the server itself calls a copy without names.
    if (!answer.ok || !answer.headers.has("X-Offline-Copy")) return;
    await pages.put(url, answer);
  }
  for (const { url } of await pages.keys()) {
    if (!wanted.includes(new URL(url).pathname)) await pages.delete(url);
  }
  await pages.put(STAMP, new Response(stamp));
  // A worker of the revision before knows nothing of the files that its successor has brought already.
  if (revision === self.JCOC.revision) await dropOldShell();
}

// Only now: until they were made anew, the copies needed the files of the revision before.
async function dropOldShell(): Promise<void> {
  const shell = await caches.open(SHELL);
  for (const request of await shell.keys()) {
    if (!self.JCOC.shell.includes(new URL(request.url).pathname)) await shell.delete(request);
  }
}
