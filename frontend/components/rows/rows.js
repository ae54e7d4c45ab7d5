// Draws rows of documents, walks them by keys, and tells Python what was asked of them.
// Streamlit calls this anew with each change of data; a row is drawn again only where it changed.

const WRITING = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
const MOST_SEGMENTS = 80;
/** Where a reader left a list, until they are back. */
const LEFT = "sheaf-rows";

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.list ??= new List(parentElement);
  parentElement.list.show(data, (verb, ids) => setTriggerValue("asked", { verb, ids }));
  return () => parentElement.list.leave();
}

function forget() {
  sessionStorage.removeItem(LEFT);
}

function make(tag, className = "", text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

class List {
  picked = new Set();
  drawn = new Map();

  constructor(parent) {
    this.tools = make("div", "sheaf-picked");
    this.body = make("ul", "sheaf-rows");
    parent.append(this.tools, this.body);
    this.onKey = (event) => this.key(event);
    this.body.addEventListener("click", (event) => this.click(event));
    this.body.addEventListener("change", (event) => this.pick(event.target.closest("li"), event.target.checked));
  }

  show(data, ask) {
    this.data = data;
    this.ask = ask;
    this.leave();
    document.addEventListener("keydown", this.onKey);
    for (const deed of ["keydown", "pointerdown"]) document.addEventListener(deed, forget, true);
    const ids = new Set(data.rows.map((row) => row.id));
    for (const id of this.picked) if (!ids.has(id)) this.picked.delete(id);
    this.body.setAttribute("aria-label", data.label);
    this.body.parentElement.classList.toggle("sheaf-pictures", localStorage.getItem("sheaf-pictures") === "1");
    this.body.parentElement.classList.toggle("sheaf-pickable", data.bulk.length > 0);
    this.drawRows(ids);
    this.drawTools();
    this.comeBack(data.label);
  }

  /**
   * The row that was opened has the focus again, at the height it had. Until the reader does something, for Streamlit may
   * draw a list twice, the first time without the row or for a moment only.
   */
  comeBack(label) {
    const left = JSON.parse(sessionStorage.getItem(LEFT) ?? "null");
    const link = left?.label === label && this.drawn.get(left.id)?.item.querySelector("a");
    if (!link || link === document.activeElement) return;
    requestAnimationFrame(() => {
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: "nearest" });
      this.scroller().scrollTop = left.top;
    });
  }

  scroller() {
    return this.body.closest("[data-testid=stMain]") ?? document.scrollingElement;
  }

  leave() {
    document.removeEventListener("keydown", this.onKey);
    for (const deed of ["keydown", "pointerdown"]) document.removeEventListener(deed, forget, true);
  }

  drawRows(ids) {
    for (const [id, drawn] of this.drawn) {
      if (ids.has(id)) continue;
      drawn.item.remove();
      this.drawn.delete(id);
    }
    this.data.rows.forEach((row, place) => {
      const told = JSON.stringify({ ...row, picture: Boolean(row.picture), pickable: this.data.bulk.length > 0 });
      let drawn = this.drawn.get(row.id);
      if (!drawn) this.drawn.set(row.id, (drawn = { item: make("li", "sheaf-row") }));
      drawn.item.dataset.id = row.id;
      if (drawn.told !== told) this.drawRow(drawn, row);
      drawn.told = told;
      if (this.body.children[place] !== drawn.item) this.body.insertBefore(drawn.item, this.body.children[place] ?? null);
    });
  }

  drawRow(drawn, row) {
    const part = drawn.item.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    const thumb = this.thumb(drawn, row);
    drawn.item.replaceChildren(
      ...(this.data.bulk.length ? [this.box(row)] : []),
      thumb,
      this.about(row),
      ...row.cells.map((cell) => make("span", `sheaf-cell ${tone(cell)}`, cell.text)),
      this.act(row),
    );
    if (part) drawn.item.querySelector(`[data-part=${part}]`)?.focus();
  }

  box(row) {
    const box = make("input", "sheaf-pick");
    Object.assign(box, { type: "checkbox", checked: this.picked.has(row.id), ariaLabel: `Select ${row.name}` });
    box.dataset.part = "pick";
    return box;
  }

  // The address of a picture is signed anew now and then; what is shown stays as long as it is the same picture.
  thumb(drawn, row) {
    if (!row.picture) return make("span", "sheaf-thumb");
    if (drawn.thumb?.dataset.name === row.picture_name) return drawn.thumb;
    const image = make("img", "sheaf-thumb");
    image.alt = "";
    image.loading = "lazy";
    image.dataset.name = row.picture_name;
    image.onerror = () => {
      drawn.thumb = drawn.told = undefined;
      image.replaceWith(make("span", "sheaf-thumb"));
    };
    image.src = row.picture;
    return (drawn.thumb = image);
  }

  about(row) {
    const about = make("div", "sheaf-about");
    const link = make("a", "sheaf-name", row.name);
    link.href = row.href;
    link.title = row.name;
    link.dataset.part = "name";
    about.append(link);
    for (const note of row.notes) about.append(make("div", tone(note), note.text));
    if (row.bar) about.append(bar(row.bar));
    return about;
  }

  act(row) {
    const place = make("span", "sheaf-act");
    if (row.act) {
      const button = make("button", "", row.act.label);
      button.type = "button";
      button.dataset.part = "act";
      button.dataset.verb = row.act.verb;
      button.ariaLabel = `${row.act.label}: ${row.name}`;
      place.append(button);
    }
    return place;
  }

  drawTools() {
    this.tools.hidden = !this.picked.size;
    const acts = this.data.bulk.map((act) => {
      const button = make("button", "", act.label);
      button.type = "button";
      button.onclick = () => {
        this.ask(act.verb, [...this.picked]);
        this.pickAll(false);
      };
      return button;
    });
    const none = make("button", "sheaf-plain-button", "Select none");
    none.type = "button";
    none.onclick = () => this.pickAll(false);
    const all = make("button", "sheaf-plain-button", `Select all ${this.data.rows.length}`);
    all.type = "button";
    all.onclick = () => this.pickAll(true);
    const count = make("b", "", `${this.picked.size} selected`);
    count.setAttribute("role", "status");
    this.tools.replaceChildren(count, ...acts, all, none);
  }

  click(event) {
    const id = event.target.closest("li")?.dataset.id;
    const verb = event.target.closest("button")?.dataset.verb;
    if (verb === "open") return this.open(id);
    if (verb) return this.ask(verb, [id]);
    if (event.target.closest("input")) return;
    const link = event.target.closest("a");
    if (link && (event.ctrlKey || event.metaKey || event.shiftKey || event.button)) return; // a tab of its own
    if (!link && window.getSelection().toString()) return; // somebody copies a word
    event.preventDefault();
    this.open(id);
  }

  open(id) {
    sessionStorage.setItem(LEFT, JSON.stringify({ label: this.data.label, id, top: this.scroller().scrollTop }));
    this.ask("open", [id]);
  }

  pick(item, picked) {
    this.picked[picked ? "add" : "delete"](item.dataset.id);
    item.classList.toggle("sheaf-is-picked", picked);
    const box = item.querySelector(".sheaf-pick");
    if (box) box.checked = picked;
    this.drawTools();
  }

  pickAll(picked) {
    for (const item of this.body.children) this.pick(item, picked);
  }

  key(event) {
    const at = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (at.closest?.(WRITING) || at.closest?.("[role=dialog], [role=listbox], [role=radiogroup]")) return;
    const items = [...this.body.children];
    const here = items.indexOf(document.activeElement?.closest?.("li.sheaf-row"));
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step && items.length) {
      event.preventDefault();
      const next = here < 0 ? 0 : Math.min(items.length - 1, Math.max(0, here + step));
      items[next].querySelector("a").focus();
      items[next].scrollIntoView({ block: "nearest" });
    } else if (event.key === "x" && here >= 0 && this.data.bulk.length) {
      this.pick(items[here], !this.picked.has(items[here].dataset.id));
    } else if (event.key === "X" && this.data.bulk.length) {
      this.pickAll(this.picked.size < items.length);
    } else if (event.key === "v") {
      const pictures = this.body.parentElement.classList.toggle("sheaf-pictures");
      localStorage.setItem("sheaf-pictures", pictures ? "1" : "0");
    }
  }
}

function tone(cell) {
  return cell.tone ? `sheaf-${cell.tone}-text` : "";
}

// One segment a page; of very long documents, as many as can be told apart.
function bar({ pages, read, problems, reading }) {
  const made = make("div", "sheaf-pages");
  made.setAttribute("role", "progressbar");
  made.ariaLabel = `${read + problems} of ${pages} pages read`;
  made.ariaValueMin = "0";
  made.ariaValueMax = String(pages);
  made.ariaValueNow = String(read + problems);
  const segments = Math.min(pages, MOST_SEGMENTS);
  made.classList.toggle("sheaf-many-pages", segments > 40);
  for (let segment = 0; segment < segments; segment++) {
    const page = ((segment + 0.5) * pages) / segments;
    const kind = page < read ? "read" : page < read + problems ? "bad" : page < read + problems + reading ? "now" : "";
    made.append(make("i", kind && `sheaf-page-${kind}`));
  }
  return made;
}
