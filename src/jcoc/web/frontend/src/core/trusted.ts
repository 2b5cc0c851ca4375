// The one door through which a text may become a script or a page (Trusted Types, CSP). Libraries that hand a browser
// plain texts pass here without knowing it: built files and the service worker of this server may run, a page may be
// parsed into a document of its own, where no script runs. Everything else is refused by the browser.

interface Factory {
  createPolicy(name: string, rules: {
    createScriptURL(address: string): string | null;
    createHTML(text: string, kind: string, sink: string): string | null;
  }): unknown;
}

function ours(address: string): string | null {
  const url = new URL(address, location.href);
  const built = url.pathname.startsWith("/static/dist/") || url.pathname === "/sw.js";
  return url.origin === location.origin && built ? address : null;
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
factory?.createPolicy("default", {
  createScriptURL: ours,
  createHTML: (text, _kind, sink) => (sink === "DOMParser parseFromString" ? text : null),
});
