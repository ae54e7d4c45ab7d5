// The desk: one page and its findings, decided upon by mouse or keys. What is decided shows at once and is sent in a
// queue; the server's answer takes it off the queue or, by leaving it out, back. Here its parts are put together.
import { boxesOn, listed, mentionsOf, projected, spansOf } from "./model.js";
import { button, el, scrollTo } from "./elements.js";
import { pageView } from "./page.js";
import { drawList } from "./list.js";
import { drawText } from "./text.js";
import { drawReadings } from "./readings.js";
import { drawBar } from "./bar.js";
import { drawHistory, drawTables } from "./panels.js";
import { outbox } from "./outbox.js";
import { walking } from "./walk.js";
import { deciding } from "./decide.js";
import { asking } from "./ask.js";
import { KEYS, listening } from "./keys.js";

/** Milliseconds until news of others goes by itself, and until a hint gives way to the keys again. */
const NEWS = 15000, HINT = 4000;
/** Milliseconds for which a desk that is drawn anew, as after a reload, tells again what another reading changed. */
const REPEATED = 10000;

/** Called by Streamlit with each change of data. */
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.desk ??= openDesk(parentElement.querySelector(".desk"));
  parentElement.desk.update(data, (sent) => setTriggerValue("sent", sent));
  return () => parentElement.desk.release();
}

function openDesk(root) {
  const find = (selector) => root.querySelector(selector);
  /** Shared by the parts: what the server said, what is made of it, where one is, what lies over the page. */
  const desk = {
    data: null, view: null, rows: null, letters: [], out: outbox(() => draw()), paper: null, past: [],
    page: 1, focus: null, want: null, folded: true, tab: "text", overlay: null, compared: false, told: false,
  };
  desk.paper = pageView(find(".paper"), { hover, pick: (id) => walk.pick(id), drawn: (...words) => ask.choose(...words), loaded: reveal });
  const tell = { say, hint }, parts = { draw, reveal, tell, push: (event) => decide.push(event) };
  const walk = walking(root, desk, parts);
  const decide = deciding(desk, walk, parts);
  const ask = asking(find(".paper"), desk, walk, decide, parts);
  let told = 0, said = [], panel = "", hinted = null;

  // What comes from the server

  function update(fresh, send) {
    const other = desk.data?.document.id !== fresh.document.id;
    desk.data = fresh;
    if (other) begin(send);
    settle(send);
    if (fresh.preview) desk.overlay?.worth?.(fresh.preview);
    if (!desk.out.queue.some((event) => event.do === "page")) desk.page = fresh.page.number;
    desk.letters = Array.from(fresh.page.text);
    root.hidden = false; // until there is something to say its buttons have no words
    if (desk.out.awaited) reread();
    draw();
    const draft = desk.out.draft;
    if (other && draft) onRow((row) => ask.edit(row, draft))(draft.id);
    else if (other && fresh.marks.length) desk.paper.reveal(marks());
    else if (other) desk.want = "doubtful";
    for (const source of Object.values(fresh.images)) if (source) new Image().src = source;
    if (desk.want && fresh.page.number === desk.page) arrive(desk.want);
  }

  /** The page that was wanted is there: to the finding for whose sake it was. */
  function arrive(wanted) {
    desk.want = null;
    if (wanted !== "doubtful") return walk.pick(wanted);
    const doubtful = walk.doubts().find((row) => row.spans.every((span) => span.page === desk.page));
    walk.pick(doubtful?.id ?? null);
    if (!doubtful) walk.tellWhereNext();
  }

  /** A page that was to be read another way: when that is done, what changed is shown, or why it could not be. */
  function reread() {
    const { page, reading, run, told } = desk.out.awaited, { document, page: now, changes } = desk.data;
    if (desk.told || !document.editable || document.run <= run || now.number !== page) return;
    desk.told = true;
    if (told && Date.now() - told > REPEATED) return;
    desk.out.awaited = { ...desk.out.awaited, told: told ?? Date.now() };
    if (now.reading === reading) return notice("failure", now.trouble || "It could not be read that way.");
    [desk.tab, desk.compared] = ["text", true];
    const undo = { title: "Undo", act: () => on.take(reading) };
    notice("done", `Page ${page} was read another way: ${changes.words}.`, "", undo);
  }

  /** Another document, or a reload: take up what this browser had not got confirmed. */
  function begin(send) {
    ask.close();
    desk.out.open(desk.data, send);
    Object.assign(desk, { past: [], focus: null, want: null, folded: true, compared: false, told: false });
    if (desk.out.awaited && !desk.out.awaited.told) desk.tab = "readings"; // where one sees how far it is
    told = Math.max(0, ...desk.data.news.map((one) => one.id));
    find(".notices").replaceChildren();
  }

  /** Tell what the server refused and what others did; names given here give way to the server's. */
  function settle(send) {
    for (const { event, text } of desk.out.settle(desk.data, send)) {
      desk.past = desk.past.filter((entry) => entry.number !== event.number);
      if (event.do === "read") desk.out.awaited = null;
      notice("failure", text, event.changes?.text && `You wrote: ${event.changes.text}`);
    }
    const real = (id) => desk.data.ids[id] ?? id;
    desk.focus = real(desk.focus);
    desk.past = desk.past.map((entry) => (entry.back.id ? { ...entry, back: { ...entry.back, id: real(entry.back.id) } } : entry));
    for (const one of desk.data.news.filter((line) => line.id > told)) {
      notice("news", one.text);
      told = one.id;
    }
  }

  // Drawing

  function draw() {
    const { data, page, focus, folded, tab, out, compared } = desk, facts = data.document, here = data.page.number === page;
    const view = desk.view = projected(data, out.queue);
    desk.rows = listed(view, data.vocabulary, page);
    const mentions = here ? mentionsOf(walk.rowOf(focus), data, view, page) : [];
    const same = mentions.map((one) => one.id).filter((id) => id !== focus);
    const state = { data, view, listed: desk.rows, page, here, mentions, same, tab, focus, folded, compared, letters: here ? desk.letters : [] };
    drawBar(root, state, out);
    desk.paper.show({
      source: here ? data.page.image : data.images[page] ?? null, key: `${facts.id}/${page}/${facts.run}`,
      alt: `Page ${page} of ${facts.name}`, blank: here ? data.page.blank : "", page, words: here ? data.page.words : [],
      findings: view.findings, marks: here ? marks() : [], focus, same, shape: here ? data.page.shape : null,
    });
    drawList(find(".list"), state, on);
    const { tables, readings, ways, changes, history } = data, text = [state.letters.join(""), view.findings, changes, facts.editable];
    const content = { text, tables: here ? tables : [], readings: [readings, ways, changes, facts.editable, facts.doing], history }[tab];
    const look = JSON.stringify([tab, page, here, focus, same, compared, content]);
    if (look !== panel) ({ text: drawText, tables: drawTables, readings: drawReadings, history: drawHistory })[tab](find(".panel"), state, on);
    panel = look;
  }

  function hover(id) {
    desk.paper.hot(id);
    for (const node of root.querySelectorAll(".row")) node.classList.toggle("hot", node.name === id);
    for (const node of root.querySelectorAll("mark")) node.classList.toggle("hot", node.dataset.ids.split(" ").includes(id));
  }

  function reveal() {
    const row = walk.rowOf(desk.focus);
    if (!row) return;
    desk.paper.reveal(boxesOn(row, desk.page));
    for (const inside of [".list", ".panel"]) {
      const node = find(`${inside} :is(.row, mark).focus`);
      if (node) scrollTo(find(inside), node);
    }
  }

  /** The words that a search led to. */
  function marks() {
    const { marks: ranges, page: { words, number } } = desk.data;
    const marked = ([start, end]) => ranges.some(([from, to]) => start < to && from < end);
    return spansOf(words, words.flatMap((word, index) => (marked(word) ? [index] : [])), number).flatMap((span) => span.boxes);
  }

  // Telling

  function notice(kind, text, more = "", verb = null) {
    const node = el("div", `notice ${kind}`, el("span", "", text), more ? el("b", "", more) : "");
    node.setAttribute("role", kind === "failure" ? "alert" : "status");
    if (verb) node.append(button(verb.title, "", () => { node.remove(); verb.act(); }));
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

  /** For those who look, too: in the line of the keys, where nothing moves for it. */
  function hint(text) {
    say(text);
    clearTimeout(hinted);
    foot(text, true);
    hinted = setTimeout(foot, HINT);
  }

  function foot(text = KEYS, hinting = false) {
    find(".keys").textContent = text;
    find(".keys").classList.toggle("hint", hinting);
  }

  // What a key or a click does

  /** An act on the finding that is meant, if it is there and may be decided about. */
  function onRow(act, otherwise = () => {}) {
    return (id = desk.focus) => {
      const row = walk.rowOf(id);
      if (!row) otherwise();
      else if (desk.data.document.editable) act(row);
    };
  }

  const accept = onRow((row) => (row.kind === "missing" ? ask.edit(row) : decide.accept(row)), () => walk.next());
  const reject = onRow((row) => row.kind !== "missing" && decide.reject(row));
  const edit = onRow((row) => ask.edit(row));
  const label = onRow((row) => ask.label(row));
  const labelled = (name) => onRow((row) => (row.kind === "entity" ? decide.relabel(row, name) : ask.label(row)))();
  const turn = (by) => () => walk.turn(desk.page + by);

  function fold() {
    desk.folded = !desk.folded;
    draw();
  }

  function show(tab) {
    desk.tab = tab;
    draw();
    find(".panel").scrollTop = 0;
    say(find(`#tab-${tab}`).textContent);
  }

  function done() {
    if (!desk.view.reviewed) decide.review(true);
    decide.push({ do: "next" });
  }

  /** Have the page read another way, and remember what to compare that with. */
  function another(event) {
    const { page, document } = desk.data;
    desk.out.awaited = event.do === "read" ? { page: page.number, reading: page.reading, run: document.run } : null;
    if (event.do === "read") desk.told = false;
    else desk.compared = false;
    decide.push({ page: page.number, ...event });
  }

  const on = {
    hover, fold, edit, accept, reject, label, pick: walk.pick, page: walk.turn, mention: (page) => walk.mention(1, page), point: desk.paper.point,
    read: (engine, languages) => another({ do: "read", engine, languages }),
    take: (reading) => another({ do: "take", reading }),
    compare: (compared) => { desk.compared = compared; show("text"); },
  };
  const acts = {
    accept: () => accept(), reject: () => reject(), edit: () => edit(), done, fold,
    label: (key) => (/^[1-9]$/.test(key) && desk.data.vocabulary.labels[key - 1] ? labelled(desk.data.vocabulary.labels[key - 1]) : label()),
    add: ask.words, type: ask.type, undo: decide.undo, reviewed: () => decide.review(!desk.view.reviewed),
    next: walk.next, down: () => walk.step(1), up: () => walk.step(-1), mention: () => walk.mention(1), earlier: () => walk.mention(-1), previous: turn(-1), following: turn(1),
    larger: () => desk.paper.zoom(1.25), smaller: () => desk.paper.zoom(1 / 1.25), fit: desk.paper.fit, rotate: desk.paper.rotate,
    ...Object.fromEntries(["text", "tables", "readings", "history"].map((tab) => [tab, () => show(tab)])),
  };

  // Its place in the window

  const measure = () => {
    const scroller = root.getRootNode().host.closest("[data-testid=stMain]") ?? document.scrollingElement;
    const top = root.getBoundingClientRect().top + scroller.scrollTop - scroller.getBoundingClientRect().top;
    root.style.setProperty("--top", `${Math.round(top)}px`);
  };
  const watch = new ResizeObserver(measure);
  const around = root.getRootNode().host.closest("[data-testid=stMainBlockContainer]");
  for (const one of [document.body, around]) if (one) watch.observe(one); // what stands above may come and go
  const stopListening = listening(root, desk, acts, ask.leave);
  foot();

  return {
    update(...fresh) { update(...fresh); measure(); },
    release() {
      stopListening();
      ask.release();
      desk.out.release();
      clearTimeout(hinted);
      watch.disconnect();
      desk.paper.release();
    },
  };
}
