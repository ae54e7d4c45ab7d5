// What a person decides: shown at once, sent in a queue, and what stands next gets the focus. Asking is left to ask.js.
import { before, spansOf, textOf } from "./model.js";

const UNDOABLE = ["accept", "reject", "correct", "add", "type", "reviewed"];

/** The decisions about the desk's document; each of them can be taken back. */
export function deciding(desk, walk, { draw, reveal, tell }) {
  /** Send something; what a person may want back is remembered. */
  function push(event) {
    const back = UNDOABLE.includes(event.do) ? before(desk.view, event) : null;
    const entry = desk.out.push(event);
    if (back) desk.past.push({ number: entry.number, back });
    draw();
  }

  /** Decide about a finding; gives where it stood, for what comes next. */
  function decided(row, event, words) {
    const ids = walk.order();
    push({ id: row.id, version: row.version, ...event });
    tell.say(`${row.title}: ${words}.`);
    return [ids, ids.indexOf(row.id)];
  }

  function accept(row) {
    const ids = walk.order();
    if (row.state !== "found" && !row.conflict) return walk.goOn(ids, ids.indexOf(row.id));
    walk.goOn(...decided(row, { do: "accept" }, "accepted"));
  }

  function reject(row) {
    const [ids, at] = decided(row, { do: "reject" }, "rejected");
    desk.focus = null;
    if (walk.goOn(ids, at) === false) walk.pick(walk.near(ids, at));
  }

  /** Another text or label; without either it is right as it is. */
  function correct(row, text, label) {
    const changes = { ...(text !== row.text && { text }), ...(label && { label: label.name }) };
    if (!Object.keys(changes).length) return accept(row);
    walk.goOn(...decided(row, { do: "correct", changes, shown: { text, ...(label && asShown(label)) } }, text));
  }

  function relabel(row, label) {
    decided(row, { do: "correct", changes: { label: label.name }, shown: asShown(label) }, label.title);
  }

  const asShown = ({ name, title, colour }) => ({ name, title, colour });

  /** Say that a finding stands in other words of the page. */
  function move(row, indices) {
    const [spans, text] = said(indices);
    decided(row, { do: "correct", changes: { spans: places(spans) }, shown: { spans, text } }, text);
    reveal();
  }

  /** Add what was missed, from words of the page or, without any, as it was typed. */
  function add(kind, { name, title, colour = "field" }, indices, typed = "") {
    const id = desk.out.newId(), [spans, words] = said(indices), text = words || typed;
    const shown = { kind, name, title, colour, text, spans };
    push({ do: "add", id, kind, name, spans: places(spans), ...(!spans.length && { text }), shown });
    walk.pick(id);
    tell.say(`Added ${title}: ${text}`);
  }

  function said(indices) {
    const spans = spansOf(desk.data.page.words, indices, desk.page);
    return [spans, textOf(desk.letters, spans)];
  }

  const places = (spans) => spans.map(({ page, start, end }) => ({ page, start, end }));

  function setType(type) {
    push({ do: "type", label: type.name });
    tell.say(`Type: ${type.title}`);
  }

  const review = (value) => push({ do: "reviewed", value });

  function undo() {
    const last = desk.past.pop();
    push({ do: "undo", back: last?.back ?? null });
    tell.hint("Taken back.");
    if (last?.back.id) walk.pick(last.back.id, last.back.finding?.spans);
  }

  return { push, accept, reject, correct, relabel, move, add, setType, review, undo };
}
