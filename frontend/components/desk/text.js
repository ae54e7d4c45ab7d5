// The page's text with the findings marked in it, and on demand what another reading had otherwise. What a click means
// is left to desk.js.
import { place } from "./model.js";
import { button, el } from "./elements.js";

/** The text of the page, cut where findings and changes begin and end. */
export function drawText(root, { data, letters, view, page, here, focus, same, compared }, on) {
  if (!here) return root.replaceChildren(el("p", "quiet", "…"));
  const changes = compared && data.changes ? data.changes : null;
  const head = changes ? [drawChanges(changes, data, on)] : [];
  if (!letters.length) return root.replaceChildren(...head, el("p", "quiet", "There is no text on this page."));
  const ranges = view.findings.flatMap((finding) => place(finding, page).map((span) => ({ ...span, finding })));
  const edges = [...ranges.map(({ start, end }) => [start, end]), ...(changes?.items ?? [])].flatMap(([start, end]) => [start, end]);
  const cuts = [...new Set([0, letters.length, ...edges])].sort((a, b) => a - b);
  const text = el("pre", "page-text");
  cuts.forEach((from, index) => {
    for (const [start, , before] of changes?.items ?? []) if (start === from && before) text.append(el("del", "", before), " ");
    const words = letters.slice(from, cuts[index + 1] ?? from).join("");
    if (!words) return;
    const over = ranges.filter((range) => range.start <= from && from < range.end).sort((a, b) => a.end - a.start - (b.end - b.start));
    const node = over.length ? drawMark(words, over, focus, same, on) : words;
    const isNew = changes?.items.some(([start, end]) => start <= from && from < end);
    text.append(isNew ? el("ins", "", node) : node);
  });
  root.replaceChildren(...head, text);
}

function drawMark(words, over, focus, same, on) {
  const smallest = over[0].finding;
  const mark = el("mark", `of-${smallest.colour}`, words);
  mark.dataset.ids = over.map((range) => range.finding.id).join(" ");
  mark.classList.toggle("focus", over.some((range) => range.finding.id === focus));
  mark.classList.toggle("same", over.some((range) => same.includes(range.finding.id)));
  mark.classList.toggle("by-person", smallest.state !== "found");
  mark.classList.toggle("doubtful", smallest.doubtful);
  mark.addEventListener("pointerenter", () => on.hover(smallest.id));
  mark.addEventListener("pointerleave", () => on.hover(null));
  mark.addEventListener("click", () => on.pick(smallest.id));
  return mark;
}

function drawChanges({ words, since }, { document }, on) {
  const back = document.editable ? button("Take the other reading", "", () => on.take(since)) : null;
  return el("div", "verbs compared", el("span", "", `Against the other reading: ${words}.`), back, button("Hide", "", () => on.compare(false)));
}
