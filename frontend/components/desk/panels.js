// What can stand under the list beside the text: the page's tables, and who decided what. Decides nothing.
import { el } from "./elements.js";

export function drawTables(root, { data, here }, on) {
  const tables = here ? data.tables : [];
  on.point(null);
  if (!tables.length) return root.replaceChildren(el("p", "quiet", "No table was found on this page."));
  root.replaceChildren(...tables.map((table) => {
    const link = el("a", "", "CSV");
    Object.assign(link, { href: table.csv, download: "", title: `Table ${table.number} as CSV` });
    const rows = table.rows.map((cells) => el("tr", "", ...cells.map((cell) => {
      const node = el("td", "", cell.text);
      Object.assign(node, { rowSpan: cell.rows, colSpan: cell.columns });
      if (cell.box) node.addEventListener("pointerenter", () => on.point(cell.box));
      return node;
    })));
    const made = el("table", "found-table", el("caption", "", `Table ${table.number} `, link), el("tbody", "", ...rows));
    made.addEventListener("pointerleave", () => on.point(null));
    return made;
  }));
}

export function drawHistory(root, { data }) {
  if (!data.history.length) return root.replaceChildren(el("p", "quiet", "Nobody has decided anything here yet."));
  root.replaceChildren(...data.history.map((line) => {
    const change = el("p", "change");
    if (line.before) change.append(el("del", "", line.before));
    if (line.before && line.after) change.append(" → ");
    if (line.after) change.append(el("ins", "", line.after));
    return el("div", "line", el("b", "", line.who), ` ${line.what} `, el("span", "quiet", line.when), change);
  }));
}
