import { makeCards } from "./cards";

// Brings a part of the page up to date from the page's own address, and touches only what differs: what is being
// read, selected or scrolled stays.

export function keepFresh(part: HTMLElement): void {
  setInterval(() => {
    if (!document.hidden) void renew(part);
  }, Number(part.dataset.refresh) * 1000);
}

async function renew(part: HTMLElement): Promise<void> {
  const fresh = await fetchPart(part.id);
  if (fresh) merge(part, fresh);
  part.toggleAttribute("data-refresh-failed", !fresh);
}

// Nothing where the server is away, or where the session has ended and the log-in page comes instead.
async function fetchPart(id: string): Promise<HTMLElement | null> {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return null;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
    if (fresh) makeCards(fresh);
    return fresh;
  } catch {
    return null;
  }
}

function merge(old: Element, fresh: Element): void {
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  after.forEach((node, i) => {
    const was = before[i];
    if (!was) old.append(node);
    else if (was instanceof Element && node instanceof Element && was.tagName === node.tagName) merge(was, node);
    else if (was.nodeType === Node.TEXT_NODE && node.nodeType === Node.TEXT_NODE) {
      if (was.nodeValue !== node.nodeValue) was.nodeValue = node.nodeValue;
    } else was.replaceWith(node);
  });
  for (const gone of before.slice(after.length)) gone.remove();
}
