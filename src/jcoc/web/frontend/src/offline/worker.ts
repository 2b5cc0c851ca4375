import { config, language, messages, toast } from "./parts";
import type { ServerState } from "./sender";
import { setFact } from "./store";

// Registers the service worker, offers its newer version, and tells it which forms to keep.

let reloading = false;

export async function registerWorker(): Promise<void> {
  const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  if (registration.waiting) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const arriving = registration.installing;
    arriving?.addEventListener("statechange", () => {
      // Without a controller it is the first one, and there is nothing to renew.
      if (arriving.state === "installed" && navigator.serviceWorker.controller) offer(arriving);
    });
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (reloading) location.reload();
  });
}

function offer(worker: ServiceWorker): void {
  const run = () => {
    reloading = true;
    worker.postMessage({ do: "update" });
  };
  toast(messages.new_version ?? "", "info", { label: messages.reload ?? "", run });
}

export async function keepForms(state: ServerState): Promise<void> {
  if (!state.account) return;
  await setFact("forms", state.forms);
  const urls = state.forms.map((form) => form.url);
  // A page from before an upgrade must not bring copies of another language or revision in order.
  const stamp = [state.revision, language(), ...urls].join(" ");
  // Not waited for: where a worker cannot be registered, entries are sent all the same.
  void navigator.serviceWorker.ready.then((registration) => {
    registration.active?.postMessage({ do: "keep", urls, revision: state.revision, stamp });
    if (state.revision !== config.revision) void registration.update();
  });
}
