// The list of findings. What a click means is left to desk.js.
import { mentionsOf, opened } from "./model.js";
import { button, el, fill } from "./elements.js";

const BY_PERSON = { accepted: "accepted", corrected: "corrected", added: "added by hand" };
/** So many pages are named where a thing is mentioned; a key walks to the others. */
const MOST_PAGES = 12;

/** Draw the list: fields, doubtful entities, certain ones unless folded, counts of other pages. */
export function drawList(root, state, on) {
  const { listed, data, page, here, folded, focus } = state;
  const rows = (findings) => findings.map((row) => [row.id, look(row, state), () => drawRow(row, state, on)]);
  const plain = (key, text, make) => [key, text, () => make(text)];
  const made = [
    plain("h-fields", "Fields", (text) => el("h2", "", text)),
    ...rows(listed.fields),
    plain("h-named", `Named on this page · ${here ? listed.doubtful.length + listed.certain.length : "…"}`, (text) => el("h2", "", text)),
    ...rows(listed.doubtful),
  ];
  if (listed.certain.length) {
    const words = `${listed.certain.length} certain or decided · ${folded ? "show" : "fold"}`;
    made.push([`fold`, words, () => {
      const node = button(words, "fold", on.fold, "c");
      node.setAttribute("aria-expanded", String(!folded));
      return el("div", "", node);
    }]);
    if (!folded) made.push(...rows(opened(listed.certain, focus)));
  }
  if (here && !listed.doubtful.length && !listed.certain.length)
    made.push(plain("none", `Nothing is named here yet.${data.document.editable ? " Drag over words on the page to add something." : ""}`, (text) => el("div", "quiet", text)));
  for (const other of data.elsewhere) {
    if (other.page === page) continue;
    const words = `Page ${other.page}: ${other.found} found${other.doubtful ? `, ${other.doubtful} doubtful` : ""}`;
    made.push([`page-${other.page}`, words, () => el("div", "", button(words, "elsewhere", () => on.page(other.page)))]);
  }
  fill(root, made);
}

const look = (row, state) => {
  const focused = row.id === state.focus;
  return JSON.stringify([row, focused, focused ? state.mentions : times(row, state), state.page, state.data.document.editable]);
};

const times = (row, { data, view, page }) => mentionsOf(row, data, view, page).length;

function drawRow(row, state, on) {
  const { data, focus, page } = state;
  const focused = row.id === focus;
  const node = el("div", `row of-${row.colour ?? "field"}`);
  node.classList.toggle("focus", focused);
  node.classList.toggle("doubtful", Boolean(row.doubtful));
  node.classList.toggle("by-person", row.kind !== "missing" && row.state !== "found");
  node.classList.toggle("under", Boolean(row.under));
  node.classList.toggle("pending", Boolean(row.pending));
  const main = button("", "main", () => on.pick(row.id));
  main.dataset.part = "main";
  if (focused) main.setAttribute("aria-current", "true");
  const where = row.spans[0] && row.spans[0].page !== page ? `p. ${row.spans[0].page}` : "";
  const value = row.value && row.value !== row.text ? el("span", "value", `→ ${row.value}`) : "";
  const often = times(row, state) ? el("small", "times", `×${times(row, state)}`) : "";
  if (often) often.title = `${times(row, state)} mentions in the document`;
  const said = row.kind === "missing" ? el("span", "missing", "(not found) drag to add") : el("span", "text", row.text, value, often);
  main.append(el("span", "label", el("i", "dot"), row.title), said, el("span", "sure", sureness(row), where && el("small", "", where)));
  if (focused && row.doubt) main.append(el("span", "doubt", row.doubt));
  node.append(main);
  if (focused && state.mentions.length) node.append(drawMentions(row, state, on));
  if (focused && data.document.editable) node.append(el("span", "verbs", ...verbs(row, on)));
  node.addEventListener("pointerenter", () => on.hover(row.id));
  node.addEventListener("pointerleave", () => on.hover(null));
  return node;
}

/** Where the thing is mentioned, page by page; a click goes to the next mention there. */
function drawMentions(row, { mentions, page }, on) {
  const numbers = [...new Set(mentions.map((one) => one.page).filter(Boolean))];
  const links = numbers.slice(0, MOST_PAGES).map((number) => {
    const here = mentions.filter((one) => one.page === number).length;
    const link = button(`p. ${number}${here > 1 ? ` ×${here}` : ""}`, "mention", () => on.mention(number), "m");
    if (number === page) link.setAttribute("aria-current", "true");
    link.dataset.part = `mention-${number}`;
    return link;
  });
  const more = numbers.length > MOST_PAGES ? `and ${numbers.length - MOST_PAGES} more pages` : "";
  return el("div", "mentions", `${mentions.length} mentions:`, ...links, more);
}

function verbs(row, on) {
  const part = (name, node) => { node.dataset.part = name; return node; };
  if (row.kind === "missing") return [part("edit", button("Write it", "", () => on.edit(row.id), "e"))];
  const all = [
    part("edit", button("Edit", "", () => on.edit(row.id), "e")),
    part("reject", button("Reject", "", () => on.reject(row.id), "x")),
  ];
  if (row.state === "found" || row.conflict) all.unshift(part("accept", button("Accept", "", () => on.accept(row.id), "Enter")));
  if (row.kind === "entity") all.push(part("label", button("Label", "", () => on.label(row.id), "1-9")));
  return all;
}

function sureness(row) {
  if (row.kind === "missing") return "";
  if (row.conflict) return "▲ no place";
  if (row.state in BY_PERSON) return `✓ ${BY_PERSON[row.state]}`;
  return `${row.doubtful ? "▲ " : ""}${row.sure}`;
}
