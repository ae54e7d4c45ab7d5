// Keys and clicks of the desk, each by the name of what it does. Doing it is left to desk.js.

export const KEYS = "Enter accept · e edit · x reject · 1-9 label · a add · u undo · n next doubtful · j k move · m next mention · [ ] page · c certain · d done, next · ? all keys";

const ACT_OF = {
  Enter: "accept", e: "edit", x: "reject", l: "label", u: "undo", n: "next", a: "add", c: "fold", t: "type",
  j: "down", k: "up", ArrowDown: "down", ArrowUp: "up", "[": "previous", "]": "following", PageUp: "previous", PageDown: "following",
  "+": "larger", "=": "larger", "-": "smaller", 0: "fit", r: "rotate", d: "done", v: "reviewed", h: "history", i: "readings", w: "text", b: "tables",
  m: "mention", M: "earlier",
};
const NEEDS_RIGHT = new Set(["accept", "edit", "reject", "label", "undo", "add", "type", "done", "reviewed"]);
const WRITING = "input, textarea, select, [contenteditable=true]";
const CONTROL = "button, a, [role=tab], summary, [role=button], [role=menuitem]";

/** Listen for the desk until the function that is given back is called. */
export function listening(root, desk, acts, leave) {
  function onKey(event) {
    if (!root.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("[data-testid=stDialog], [data-testid=stPopoverBody]")) return;
    const at = event.composedPath()[0], inside = at.getRootNode?.() === root.getRootNode();
    if (desk.overlay) {
      if (event.key === "Escape") leave();
      else if (at.matches?.("input, select") || desk.overlay.key(event) !== "done") return;
      return taken(event);
    }
    if (at.closest?.(WRITING)) return;
    const control = at.closest?.(CONTROL);
    if (control && ["Enter", " "].includes(event.key) && !control.matches(".main")) return;
    if (control && !inside && event.key.startsWith("Arrow")) return;
    const tab = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (tab && at.matches?.("[role=tab]")) nextTab(at, tab);
    else if (!act(ACT_OF[event.key] ?? (/^[1-9]$/.test(event.key) ? "label" : ""), event.key)) return;
    taken(event);
  }

  function act(name, key) {
    if (!acts[name]) return false;
    if (desk.data.document.editable || !NEEDS_RIGHT.has(name)) acts[name](key);
    return true;
  }

  function nextTab(at, by) {
    const tabs = [...root.querySelectorAll("[role=tab]")], to = tabs.at((tabs.indexOf(at) + by) % tabs.length);
    acts[to.dataset.do]();
    to.focus();
  }

  function taken(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  function onClick(event) {
    const control = event.target.closest("button");
    if (!act(control?.dataset.do)) return;
    // Enter is to accept again after a click, not to click again.
    if (event.detail) control.blur();
  }

  root.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, true);
  return () => document.removeEventListener("keydown", onKey, true);
}
