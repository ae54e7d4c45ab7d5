// The desk: one page and its findings, decided upon by mouse or keys. What is decided shows at once and is sent in a
// queue; the server's answer takes it off the queue or, by leaving it out, back. Drawing is left to the other files.
import { before, boxesOn, listed, projected, spansOf, textOf } from "./model.js";
import { button, el, scrollTo } from "./elements.js";
import { pageView } from "./page.js";
import { drawList, drawText } from "./list.js";
import { drawBar } from "./bar.js";
import { drawHistory, drawReadings } from "./panels.js";
import { openEditor, openMenu } from "./overlays.js";
import { wordCursor } from "./cursor.js";
import { outbox } from "./outbox.js";

/** Milliseconds until news of others goes by itself, and until it is asked what a text is worth. */
const NEWS = 15000, PAUSE = 250;
const UNDOABLE = ["accept", "reject", "correct", "add", "type", "reviewed"];
const LETTERS = "abcdefghijklnoqrstuvwxyz"; // without m and p, which move and extend
const KEYS = "Enter accept · e edit · x reject · 1-9 label · a add · u undo · n next doubtful · j k move · [ ] page · c certain · d done, next · ? all keys";

/** Called by Streamlit with each change of data. */
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.desk ??= desk(parentElement.querySelector(".desk"));
  parentElement.desk.update(data, (sent) => setTriggerValue("sent", sent));
  return () => parentElement.desk.release();
}

function desk(root) {
  const find = (selector) => root.querySelector(selector);
  const out = outbox();
  let data = null, view = null, rows = null, letters = [], past = [], told = 0, said = [], panel = "", asking = null;
  let page = 1, focus = null, folded = true, tab = "text", want = null, overlay = null;
  const paper = pageView(find(".paper"), { hover, pick, drawn: choose, loaded: () => reveal() });
  const on = { hover, pick, page: turn, fold, edit, accept, reject, label: relabel, read: (force) => push({ do: "read", page, force }) };

  // What comes from the server

  function update(fresh, send) {
    const other = data?.document.id !== fresh.document.id;
    data = fresh;
    if (other) begin(send);
    settle(send);
    if (data.preview) overlay?.worth?.(data.preview);
    if (!out.queue.some((event) => event.do === "page")) page = data.page.number;
    letters = Array.from(data.page.text);
    draw();
    if (other && out.draft) edit(out.draft.id, out.draft);
    else if (other && data.marks.length) paper.reveal(marks());
    else if (other) want = "doubtful";
    for (const source of Object.values(data.images)) if (source) new Image().src = source;
    if (want && data.page.number === page) {
      const wanted = want;
      want = null;
      pick(wanted === "doubtful" ? doubts().find((row) => row.spans.every((span) => span.page === page))?.id ?? null : wanted);
    }
  }

  /** Another document, or a reload: take up what this browser had not got confirmed. */
  function begin(send) {
    overlay?.close();
    out.open(data, send);
    [past, focus, folded, want, overlay] = [[], null, true, null, null];
    told = Math.max(0, ...data.news.map((one) => one.id));
    find(".notices").replaceChildren();
  }

  /** Tell what the server refused and what others did; names given here give way to the server's. */
  function settle(send) {
    for (const { event, text } of out.settle(data, send)) {
      past = past.filter((entry) => entry.number !== event.number);
      tell("failure", text, event.changes?.text && `You wrote: ${event.changes.text}`);
    }
    const real = (id) => data.ids[id] ?? id;
    focus = real(focus);
    past = past.map((entry) => (entry.back.id ? { ...entry, back: { ...entry.back, id: real(entry.back.id) } } : entry));
    for (const one of data.news.filter((line) => line.id > told)) {
      tell("news", one.text);
      told = one.id;
    }
  }

  function push(event) {
    const back = UNDOABLE.includes(event.do) ? before(view, event) : null;
    const entry = out.push(event);
    if (back) past.push({ number: entry.number, back });
    draw();
  }

  // Drawing

  function draw() {
    const facts = data.document;
    view = projected(data, out.queue);
    rows = listed(view, data.vocabulary, page);
    const here = data.page.number === page;
    const state = { data, view, listed: rows, page, here, tab, focus, folded, letters: here ? letters : [] };
    drawBar(root, state, out.waiting);
    paper.show({
      source: here ? data.page.image : data.images[page] ?? null, key: `${facts.id}/${page}/${facts.run}`,
      alt: `Page ${page} of ${facts.name}`, blank: here ? data.page.blank : "", page, words: here ? data.page.words : [],
      findings: view.findings, marks: here ? marks() : [], focus, shape: here ? data.page.shape : null,
    });
    drawList(find(".list"), state, on);
    const content = { text: [state.letters.join(""), view.findings], readings: [data.readings, facts.editable], history: data.history }[tab];
    const look = JSON.stringify([tab, page, here, focus, content]);
    if (look !== panel) ({ text: drawText, readings: drawReadings, history: drawHistory })[tab](find(".panel"), state, on);
    panel = look;
  }

  function hover(id) {
    paper.hot(id);
    for (const node of root.querySelectorAll(".row")) node.classList.toggle("hot", node.name === id);
    for (const node of root.querySelectorAll("mark")) node.classList.toggle("hot", node.dataset.ids.split(" ").includes(id));
  }

  function reveal() {
    const row = rowOf(focus);
    if (!row) return;
    paper.reveal(boxesOn(row, page));
    for (const inside of [".list", ".panel"]) {
      const node = find(`${inside} :is(.row, mark).focus`);
      if (node) scrollTo(find(inside), node);
    }
  }

  function tell(kind, text, more = "") {
    const node = el("div", `notice ${kind}`, el("span", "", text), more ? el("b", "", more) : "");
    node.setAttribute("role", kind === "failure" ? "alert" : "status");
    node.append(button("Dismiss", "", () => node.remove()));
    find(".notices").append(node);
    if (kind === "news") setTimeout(() => node.remove(), NEWS);
  }

  /** For those who listen; what is said within one move is said together. */
  function say(text) {
    if (said.push(text) > 1) return;
    queueMicrotask(() => {
      find(".spoken").textContent = said.join(" ");
      said = [];
    });
  }

  /** The words that a search led to. */
  const marks = () => spansOf(data.page.words, data.page.words.flatMap(([start, end], index) => (
    data.marks.some(([from, to]) => start < to && from < end) ? [index] : [])), page).flatMap((span) => span.boxes);

  // Where one is

  const rowOf = (id) => [...rows.fields, ...rows.doubtful, ...rows.certain].find((row) => row.id === id);
  const visible = () => [...rows.fields, ...rows.doubtful, ...(folded ? [] : rows.certain)];
  const doubts = () => visible().filter((row) => row.doubtful);

  function pick(id) {
    const row = rowOf(id);
    if (row?.spans.length && !row.spans.some((span) => span.page === page)) {
      want = id;
      return turn(row.spans[0].page);
    }
    focus = row ? id : null;
    if (rows.certain.includes(row)) folded = false;
    draw();
    reveal();
    if (!row) return;
    const inside = root.getRootNode().activeElement;
    if (!overlay && (inside || document.activeElement === document.body)) find(".row.focus .main")?.focus({ preventScroll: true });
    say(`${row.title}: ${row.text ?? "not found"}${row.doubt ? `, ${row.doubt}` : ""}.`);
  }

  function step(by) {
    const all = visible(), at = all.findIndex((row) => row.id === focus);
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    if (all.length) pick(all[to].id);
  }

  /** The doubtful one after a place of the list; then those of other pages. */
  function goOn(order, at) {
    const later = [...order.slice(at + 1), ...order.slice(0, at + 1)];
    const left = new Set(doubts().map((row) => row.id));
    const next = later.find((id) => left.has(id));
    if (next) return pick(next);
    const other = data.elsewhere.find((one) => one.doubtful && one.page !== page);
    say(other ? `Nothing doubtful is left on this page. n goes to page ${other.page}.` : "Nothing doubtful is left. d: done, next document.");
    return false;
  }

  function next() {
    const order = visible().map((row) => row.id);
    if (doubts().some((row) => row.id !== focus)) return goOn(order, order.indexOf(focus));
    const other = data.elsewhere.find((one) => one.doubtful && one.page !== page);
    if (!other) return push({ do: "next" });
    want = "doubtful";
    return turn(other.page);
  }

  function turn(to) {
    if (to < 1 || to > data.document.pages || to === page) return;
    page = to;
    focus = null;
    push({ do: "page", page });
    say(`Page ${page}`);
  }

  function fold() {
    folded = !folded;
    draw();
  }

  // Decisions

  function decided(row, event, words) {
    const order = visible().map((one) => one.id), at = order.indexOf(row.id);
    push({ id: row.id, version: row.version, ...event });
    say(`${row.title}: ${words}.`);
    return [order, at];
  }

  function accept(id = focus) {
    const row = rowOf(id);
    if (!row) return next();
    if (!data.document.editable) return;
    if (row.kind === "missing") return edit(id);
    if (row.state !== "found" && !row.conflict) return goOn(...decidedAlready(row));
    goOn(...decided(row, { do: "accept" }, "accepted"));
  }

  const decidedAlready = (row) => [visible().map((one) => one.id), visible().indexOf(row)];

  function reject(id = focus) {
    const row = rowOf(id);
    if (!row || row.kind === "missing" || !data.document.editable) return;
    const [order, at] = decided(row, { do: "reject" }, "rejected");
    focus = null;
    if (goOn(order, at) === false) pick(near(order, at));
  }

  /** What stands next in the list and is there: below, or else above. */
  const near = (order, at) => [...order.slice(at + 1), ...order.slice(0, at).reverse()]
    .find((id) => rowOf(id) && rowOf(id).kind !== "missing") ?? null;

  function undo() {
    const last = past.pop();
    push({ do: "undo", back: last?.back ?? null });
    say("Taken back.");
    if (last?.back.id) pick(last.back.id);
  }

  const labels = () => data.vocabulary.labels.map((label, index) => ({ ...label, key: "1234567890"[index] }));

  function relabel(id = focus, name = null) {
    const row = rowOf(id);
    if (!row || !data.document.editable) return;
    if (row.kind !== "entity") return say("A field keeps its name. Reject it and drag over the words of another.");
    const set = (label) => decided(row, { do: "correct", changes: { label: label.name }, shown: { name: label.name, title: label.title, colour: label.colour } }, label.title);
    const chosen = labels().find((label) => label.name === name);
    if (chosen) return set(chosen);
    menu(`What is “${row.text}”?`, labels().map((label) => ({ ...label, current: label.name === row.name, choose: () => set(label) })), row);
  }

  function setType() {
    menu("What kind of document is it?", data.vocabulary.types.map((type, index) => ({
      key: "1234567890"[index], title: type.title, current: type.name === view.type,
      choose: () => { push({ do: "type", label: type.name }); say(`Type: ${type.title}`); },
    })), null);
  }

  function edit(id = focus, draft = null) {
    const row = rowOf(id);
    if (!row || !data.document.editable) return;
    const boxes = boxesOn(row, page), version = draft?.version ?? row.version;
    const close = () => { overlay?.close(); overlay = out.draft = null; };
    if (focus !== id) pick(id);
    overlay?.close();
    overlay = openEditor(find(".paper"), {
      title: row.title, text: draft?.text ?? row.text ?? "", boxes, picture: paper.picture,
      label: row.kind === "entity" ? draft?.label ?? row.name : null, labels: labels(),
    }, boxes.length ? paper.placed(boxes[0]) : null, {
      type: (typed) => {
        out.draft = { id, version, ...typed };
        clearTimeout(asking);
        asking = setTimeout(() => ask(row, typed), PAUSE);
      },
      cancel: () => { close(); pick(id); },
      save: (typed) => {
        close();
        if (typed.text) write({ ...row, version }, typed);
      },
    });
  }

  /** What is typed would be worth what? */
  function ask(row, typed) {
    const text = typed.text.trim();
    if (overlay?.worth && text) push({ do: "preview", kind: row.kind === "entity" ? "label" : "field", name: typed.label ?? row.name, text });
  }

  function write(row, typed) {
    if (row.kind === "missing") return add("field", row.name, row.title, [], typed.text);
    const label = labels().find((one) => one.name === typed.label && one.name !== row.name);
    const changes = { ...(typed.text !== row.text && { text: typed.text }), ...(label && { label: label.name }) };
    if (!Object.keys(changes).length) return accept(row.id);
    const shown = { text: typed.text, ...(label && { name: label.name, title: label.title, colour: label.colour }) };
    goOn(...decided(row, { do: "correct", changes, shown }, typed.text));
  }

  function add(kind, name, title, spans, text = textOf(letters, spans), colour = "field") {
    const id = out.newId();
    const places = spans.map(({ page: on, start, end }) => ({ page: on, start, end }));
    push({ do: "add", id, kind, name, spans: places, ...(!spans.length && { text }), shown: { kind, name, title, colour, text, spans } });
    pick(id);
    say(`Added ${title}: ${text}`);
  }

  function move(row, indices) {
    const spans = spansOf(data.page.words, indices, page), text = textOf(letters, spans);
    const places = spans.map(({ page: on, start, end }) => ({ page: on, start, end }));
    decided(row, { do: "correct", changes: { spans: places }, shown: { spans, text } }, text);
    reveal();
  }

  /** Words were chosen: ask what they are. A missing field that has the focus needs no question. */
  function choose(indices, extend = false) {
    overlay?.close();
    overlay = null;
    paper.light(indices);
    const row = rowOf(focus);
    if (!data.document.editable) return paper.light([]);
    const spans = spansOf(data.page.words, indices, page), text = textOf(letters, spans);
    const covered = () => data.page.words.flatMap(([start, end], index) => (row.spans.some((span) => span.page === page && span.start < end && start < span.end) ? [index] : []));
    const done = (act) => () => { paper.light([]); act(); };
    if (row?.kind === "missing") return done(() => add("field", row.name, row.title, spans))();
    const wider = () => move(row, [...new Set([...covered(), ...indices])]);
    if (extend && row) return done(wider)();
    const fields = [...rows.fields.filter((one) => one.kind === "missing"), ...(data.vocabulary.types.find((type) => type.name === view.type)?.fields ?? [])];
    const unique = fields.filter((field, index) => fields.findIndex((one) => one.name === field.name) === index);
    menu(`What is “${text}”?`, [
      ...(row ? [{ key: "m", title: `${row.title}: move it here`, colour: row.colour, choose: done(() => move(row, indices)) },
        { key: "p", title: `${row.title}: extend it to here`, colour: row.colour, choose: done(wider) }] : []),
      ...labels().map((label) => ({ ...label, choose: done(() => add("entity", label.name, label.title, spans, text, label.colour)) })),
      ...unique.map((field, index) => ({ key: LETTERS[index], title: `${field.title} (field)`, choose: done(() => add("field", field.name, field.title, spans)) })),
    ], { spans });
  }

  function menu(title, choices, at) {
    overlay?.close();
    const box = at && boxesOn(at, page)[0];
    const gone = () => { overlay = null; };
    overlay = openMenu(find(".paper"), title, choices.map((choice) => ({ ...choice, choose: () => { gone(); choice.choose(); } })), box ? paper.placed(box) : null);
  }

  /** Choose words by keys, from where the focus is. */
  function reachOut() {
    const words = data.page.words, span = rowOf(focus)?.spans.find((one) => one.page === page);
    if (!words.length || !data.document.editable) return;
    overlay?.close();
    overlay = wordCursor(paper, words, Math.max(0, words.findIndex(([start]) => span && start >= span.start)), {
      take: (indices) => { overlay = null; choose(indices); },
      at: (indices) => say(textOf(letters, spansOf(words, indices, page))),
    });
    say("Arrows choose words, Shift extends, Enter takes them, Escape leaves.");
  }

  // Keys

  function show(name) {
    tab = name;
    draw();
    find(".panel").scrollTop = 0;
    say(find(`#tab-${name}`).textContent);
  }

  const acts = {
    type: setType, undo, add: reachOut, rotate: paper.rotate, fit: paper.fit,
    smaller: () => paper.zoom(1 / 1.25), larger: () => paper.zoom(1.25),
    previous: () => turn(page - 1), following: () => turn(page + 1),
    reviewed: () => push({ do: "reviewed", value: !view.reviewed }),
    done: () => { if (!view.reviewed) push({ do: "reviewed", value: true }); push({ do: "next" }); },
  };
  const keys = {
    Enter: () => accept(), e: () => edit(), x: () => reject(), l: () => relabel(), u: undo, n: next, a: reachOut, c: fold, t: setType,
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    "[": acts.previous, "]": acts.following, PageUp: acts.previous, PageDown: acts.following,
    "+": acts.larger, "=": acts.larger, "-": acts.smaller, 0: paper.fit, r: paper.rotate, d: acts.done,
    v: () => acts.reviewed(), h: () => show("history"), i: () => show("readings"), w: () => show("text"),
  };
  const needsRight = new Set(["u", "t", "d", "v"]);

  function onKey(event) {
    if (!root.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("[data-testid=stDialog], [data-testid=stPopoverBody]")) return;
    const at = event.composedPath()[0];
    const inside = at.getRootNode?.() === root.getRootNode();
    if (overlay) {
      if (event.key === "Escape") {
        overlay.close();
        overlay = out.draft = null;
        paper.light([]);
        pick(focus);
      } else if (at.matches?.("input, select") || overlay.key(event) !== "done") return;
      return taken(event);
    }
    if (at.closest?.("input, textarea, select, [contenteditable=true]")) return;
    const onControl = at.closest?.("button, a, [role=tab], summary, [role=button], [role=menuitem]");
    if (onControl && ["Enter", " "].includes(event.key) && !onControl.matches(".main")) return;
    if (onControl && !inside && event.key.startsWith("Arrow")) return;
    if (at.matches?.("[role=tab]") && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      const tabs = [...root.querySelectorAll("[role=tab]")];
      const to = tabs.at((tabs.indexOf(at) + (event.key === "ArrowRight" ? 1 : -1)) % tabs.length);
      show(to.dataset.tab);
      to.focus();
      return taken(event);
    }
    if (/^[1-9]$/.test(event.key)) relabel(focus, data.vocabulary.labels[Number(event.key) - 1]?.name ?? null);
    else if (Object.hasOwn(keys, event.key)) {
      if (!needsRight.has(event.key) || data.document.editable) keys[event.key]();
    } else return;
    taken(event);
  }

  function taken(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  function onClick(event) {
    const control = event.target.closest("button");
    if (control?.dataset.do) acts[control.dataset.do]();
    if (control?.dataset.tab) show(control.dataset.tab);
    // Enter is to accept again after a click, not to click again.
    if (event.detail && control?.dataset.do) control.blur();
  }

  const place = () => {
    const scroller = root.getRootNode().host.closest("[data-testid=stMain]") ?? document.scrollingElement;
    const top = root.getBoundingClientRect().top + scroller.scrollTop - scroller.getBoundingClientRect().top;
    root.style.setProperty("--top", `${Math.round(top)}px`);
  };
  const watch = new ResizeObserver(place);
  watch.observe(document.body);
  root.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, true);
  find(".keys").textContent = KEYS;

  return {
    update(...fresh) { update(...fresh); place(); },
    release() {
      document.removeEventListener("keydown", onKey, true);
      out.release();
      clearTimeout(asking);
      watch.disconnect();
      paper.release();
    },
  };
}
