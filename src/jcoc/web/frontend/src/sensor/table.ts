import type { Format } from "../core/format";
import { element, fill, setText, type Messages } from "../core/page";
import { LOOK } from "../core/states";
import type { Series } from "./plot";

const MOST = 400;

// The chart's numbers for who cannot see it, or wants to read one exactly.
export function showTable(series: Series, format: Format, messages: Messages): void {
  const banded = series.bucket !== "raw";
  const heads = banded
    ? [messages.time, messages.average, messages.lowest, messages.highest, messages.readings]
    : [messages.time, messages.reading, messages.flagged];
  element("table-head").replaceChildren(
    ...heads.map((text, i) => {
      const head = document.createElement("th");
      head.scope = "col";
      head.textContent = text ?? "";
      if (i > 0) head.className = "number";
      return head;
    }),
  );
  const first = Math.max(0, series.t.length - MOST);
  const rows = series.t.slice(first).map((time, place) => {
    const i = first + place;
    const moment = series.bucket === "day" ? format.dateShort(time) : `${format.dateShort(time)}, ${format.clock(time)}`;
    const flags = series.quality[i]! & LOOK ? "◆ " + (messages.flagged ?? "") : "";
    const cells = banded
      ? [moment, format.value(series.avg[i]!), format.value(series.min[i]!), format.value(series.max[i]!), format.count(series.count[i]!)]
      : [moment, format.value(series.avg[i]!), flags];
    const row = document.createElement("tr");
    row.append(
      ...cells.map((text, column) => {
        const cell = document.createElement("td");
        cell.textContent = text;
        if (column > 0) cell.className = "number";
        return cell;
      }),
    );
    return row;
  });
  element("table-body").replaceChildren(...rows);
  const cut = series.t.length > MOST;
  setText(element("table-more"), cut ? fill(messages.rows_more, { n: format.count(MOST), all: format.count(series.t.length) }) : "");
}
