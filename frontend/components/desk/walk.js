// Where one is: the finding that has the focus, the page it is on, and what comes next. Decides nothing.
import { mentionsOf, opened } from "./model.js";

/** Moves the focus of the desk through its list and its pages; `tell` says what came of it. */
export function walking(root, desk, { draw, reveal, push, tell }) {
  const all = () => [...desk.rows.fields, ...desk.rows.doubtful, ...desk.rows.certain];
  const rowOf = (id) => all().find((row) => row.id === id);
  const shown = () => (desk.folded ? [] : opened(desk.rows.certain, desk.focus));
  const visible = () => [...desk.rows.fields, ...desk.rows.doubtful, ...shown()];
  const order = () => visible().map((row) => row.id);
  const doubts = () => visible().filter((row) => row.doubtful);
  const doubtfulPage = () => desk.data.elsewhere.find((one) => one.doubtful && one.page !== desk.page)?.page;

  /** `spans` are needed of what is named on another page, and so not listed. */
  function pick(id, spans = rowOf(id)?.spans) {
    if (spans?.length && !spans.some((span) => span.page === desk.page)) {
      desk.want = id;
      return turn(spans[0].page);
    }
    const row = rowOf(id);
    desk.focus = row ? id : null;
    if (desk.rows.certain.includes(row)) desk.folded = false;
    draw();
    reveal();
    if (!row) return;
    const inside = root.getRootNode().activeElement;
    if (!desk.overlay && (inside || document.activeElement === document.body)) root.querySelector(".row.focus .main")?.focus({ preventScroll: true });
    const times = mentionsOf(row, desk.data, desk.view, desk.page).length;
    tell.say(`${row.title}: ${row.text ?? "not found"}${row.doubt ? `, ${row.doubt}` : ""}${times ? `, ${times} mentions` : ""}.`);
  }

  /** The next mention of the same thing, or the one before, round and round; `on` names the page it is to be on. */
  function mention(by, on) {
    const row = rowOf(desk.focus), all = mentionsOf(row, desk.data, desk.view, desk.page);
    const at = all.findIndex((one) => one.id === row.id);
    const round = all.map((_, index) => all.at((at + by * (index + 1)) % all.length));
    const to = round.find((one) => one.page && (!on || one.page === on));
    if (to) pick(to.id, rowOf(to.id)?.spans ?? [{ page: to.page }]);
    else tell.hint(row ? "It is not mentioned elsewhere in this document." : "Choose something first.");
  }

  function step(by) {
    const ids = order(), at = ids.indexOf(desk.focus);
    const to = at < 0 ? (by > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + by));
    if (ids.length) pick(ids[to]);
  }

  /** The doubtful one after a place of a list, from its start again at its end; false if there is none. */
  function goOn(ids, at) {
    const left = new Set(doubts().map((row) => row.id));
    const found = [...ids.slice(at + 1), ...ids.slice(0, at + 1)].find((id) => left.has(id));
    if (found) return pick(found);
    tellWhereNext();
    return false;
  }

  function tellWhereNext() {
    if (!desk.data.document.editable) return;
    const other = doubtfulPage();
    tell.hint(other ? `Nothing doubtful is left on this page. n: go to page ${other}.` : "Nothing doubtful is left. d: done, next document.");
  }

  /** What stands next in a list and is still there: below, or else above. */
  const near = (ids, at) => [...ids.slice(at + 1), ...ids.slice(0, at).reverse()]
    .find((id) => rowOf(id) && rowOf(id).kind !== "missing") ?? null;

  /** The next doubtful one, on this page, on another, or in another document. */
  function next() {
    const ids = order(), other = doubtfulPage();
    if (doubts().some((row) => row.id !== desk.focus)) return goOn(ids, ids.indexOf(desk.focus));
    if (!other) return push({ do: "next" });
    desk.want = "doubtful";
    return turn(other);
  }

  function turn(to) {
    if (to < 1 || to > desk.data.document.pages || to === desk.page) return;
    desk.page = to;
    desk.focus = null;
    // A row that keeps the browser's focus would look like the one that is decided about.
    root.getRootNode().activeElement?.closest(".row .main")?.blur();
    push({ do: "page", page: to });
    tell.say(`Page ${to}`);
  }

  return { rowOf, order, doubts, pick, step, mention, goOn, tellWhereNext, near, next, turn };
}
