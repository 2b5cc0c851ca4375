// On a phone a row of such a table is a card (styles/cards.css): each cell carries the heading of its column, and the
// roles that it loses as soon as it is no longer laid out as a table.

export function makeCards(within: ParentNode): void {
  for (const table of within.querySelectorAll<HTMLTableElement>("table.table-cards")) {
    const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
    table.setAttribute("role", "table");
    for (const group of table.tBodies) {
      group.setAttribute("role", "rowgroup");
      for (const row of group.rows) markRow(row, headings);
    }
  }
}

function markRow(row: HTMLTableRowElement, headings: HTMLTableCellElement[]): void {
  row.setAttribute("role", "row");
  const cells = [...row.cells];
  // What the row is about stands first: the cell set in bold.
  const title = cells.find((cell) => cell.querySelector("strong")) ?? cells[0];
  let column = 0;
  for (const cell of cells) {
    const heading = headings[column];
    column += cell.colSpan;
    cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
    if (cell === title) cell.dataset.card = "title";
    else if (cell.colSpan > 1 || !heading || heading.querySelector(".vh")) cell.dataset.card = "act";
    else cell.dataset.label = heading.textContent?.trim() ?? "";
  }
}
