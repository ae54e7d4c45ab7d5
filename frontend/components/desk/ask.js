// What a person is asked before something is decided: a menu, the editor at the place, which words. What is done with
// the answer is left to decide.js.
import { boxesOn, spansOf, textOf } from "./model.js";
import { openEditor, openMenu } from "./overlays.js";
import { wordCursor } from "./cursor.js";

/** Milliseconds until it is asked what a typed text is worth. */
const PAUSE = 250;
const DIGITS = "1234567890", LETTERS = "abcdefghijklnoqrstuvwxyz"; // without m and p, which move and extend

export function asking(frame, desk, walk, decide, { tell }) {
  let worth = null;
  const { paper, out } = desk;
  const labels = () => desk.data.vocabulary.labels.map((label, index) => ({ ...label, key: DIGITS[index] }));
  const fieldsOfType = () => desk.data.vocabulary.types.find((type) => type.name === desk.view.type)?.fields ?? [];

  /** Close what lies over the page, and forget what was typed into it. */
  function leave() {
    close();
    out.draft = null;
    paper.light([]);
    walk.pick(desk.focus);
  }

  function close() {
    clearTimeout(worth);
    desk.overlay?.close();
    desk.overlay = null;
  }

  function menu(title, choices, at) {
    close();
    const place = at && boxesOn(at, desk.page)[0];
    const closing = choices.map((choice) => ({ ...choice, choose: () => { desk.overlay = null; choice.choose(); } }));
    desk.overlay = openMenu(frame, title, closing, place ? paper.placed(place) : null);
  }

  function type() {
    menu("What kind of document is it?", desk.data.vocabulary.types.map((one, index) => ({
      key: DIGITS[index], title: one.title, current: one.name === desk.view.type, choose: () => decide.setType(one),
    })), null);
  }

  function label(row) {
    if (row.kind !== "entity") return tell.hint("A field keeps its name. Reject it, and drag over the words of the right one.");
    menu(`What is “${row.text}”?`, labels().map((one) => ({
      ...one, current: one.name === row.name, choose: () => decide.relabel(row, one),
    })), row);
  }

  function edit(row, draft = null) {
    const boxes = boxesOn(row, desk.page), version = draft?.version ?? row.version;
    if (desk.focus !== row.id) walk.pick(row.id);
    close();
    desk.overlay = openEditor(frame, {
      title: row.title, text: draft?.text ?? row.text ?? "", boxes, picture: paper.picture,
      label: row.kind === "entity" ? draft?.label ?? row.name : null, labels: labels(),
    }, boxes.length ? paper.placed(boxes[0]) : null, {
      type: (typed) => {
        out.draft = { id: row.id, version, ...typed };
        clearTimeout(worth);
        worth = setTimeout(() => askWorth(row, typed), PAUSE);
      },
      cancel: leave,
      save: (typed) => {
        close();
        out.draft = null;
        if (typed.text) save({ ...row, version }, typed);
      },
    });
  }

  function askWorth(row, typed) {
    const text = typed.text.trim(), kind = row.kind === "entity" ? "label" : "field";
    if (text) decide.push({ do: "preview", kind, name: typed.label ?? row.name, text });
  }

  function save(row, typed) {
    if (row.kind === "missing") decide.add("field", row, [], typed.text);
    else decide.correct(row, typed.text, labels().find((one) => one.name === typed.label && one.name !== row.name));
  }

  /** Words were chosen: ask what they are. A missing field that has the focus needs no question. */
  function choose(indices, extend = false) {
    close();
    if (!desk.data.document.editable) return paper.light([]);
    paper.light(indices);
    const row = walk.rowOf(desk.focus), words = desk.data.page.words;
    const done = (act) => () => { paper.light([]); act(); };
    if (row?.kind === "missing") return done(() => decide.add("field", row, indices))();
    const within = ([start, end]) => row.spans.some((span) => span.page === desk.page && span.start < end && start < span.end);
    const wider = () => decide.move(row, [...new Set([...words.flatMap((word, index) => (within(word) ? [index] : [])), ...indices])]);
    if (extend && row) return done(wider)();
    const missing = desk.rows.fields.filter((one) => one.kind === "missing").map((one) => one.name);
    const fields = [...fieldsOfType()].sort((a, b) => missing.includes(b.name) - missing.includes(a.name));
    const spans = spansOf(words, indices, desk.page);
    menu(`What is “${textOf(desk.letters, spans)}”?`, [
      ...(row ? [{ key: "m", title: `${row.title}: move it here`, colour: row.colour, choose: done(() => decide.move(row, indices)) },
        { key: "p", title: `${row.title}: extend it to here`, colour: row.colour, choose: done(wider) }] : []),
      ...labels().map((one) => ({ ...one, choose: done(() => decide.add("entity", one, indices)) })),
      ...fields.map((field, index) => ({ key: LETTERS[index], title: `${field.title} (field)`, choose: done(() => decide.add("field", field, indices)) })),
    ], { spans });
  }

  /** Choose words by keys, from where the focus is. */
  function words() {
    const known = desk.data.page.words, span = walk.rowOf(desk.focus)?.spans.find((one) => one.page === desk.page);
    if (!known.length) return;
    close();
    desk.overlay = wordCursor(paper, known, Math.max(0, known.findIndex(([start]) => span && start >= span.start)), {
      take: (indices) => { desk.overlay = null; choose(indices); },
      at: (indices) => tell.say(textOf(desk.letters, spansOf(known, indices, desk.page))),
    });
    tell.hint("Arrows choose words, Shift extends, Enter takes them, Escape leaves.");
  }

  return { leave, close, type, label, edit, choose, words, release: () => clearTimeout(worth) };
}
