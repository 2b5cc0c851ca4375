// Of a list that shows as many rows as fit whole, its link says how many those are: "12 of 17".

export function tellShown(link: HTMLElement): void {
  const list = link.closest("section")?.querySelector("ol");
  if (!list) return;
  const all = link.dataset.total ?? "";
  const tell = (): void => {
    const shown = [...list.children].filter((row) => row.getClientRects().length > 0).length;
    const words = String(shown) === link.dataset.total ? all : (link.dataset.some ?? "").replace("…", String(shown));
    if (link.textContent !== words) link.textContent = words;
  };
  new ResizeObserver(tell).observe(list);
  // A renewed page has the words of the server again.
  new MutationObserver(tell).observe(link, { childList: true, characterData: true, subtree: true, attributes: true });
}
