// Draws the hits and lets keys walk them: arrows or j and k move, Enter opens what has the focus, as links do.
// Text from documents only ever becomes text nodes. Where a reader left the list is kept until they are back.
// Streamlit calls this anew with each change of data: a hit that is as it was keeps its node, picture and focus.

const KEPT = "sheaf-results";

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector("ol") ?? parentElement.appendChild(element("ol", "hits"));
  list.setAttribute("aria-label", "Results");
  fill(list, data.hits);
  const links = [...list.querySelectorAll("a")];
  const scroller = scrolling(parentElement.host ?? parentElement);

  const open = (event) => {
    const number = links.indexOf(event.currentTarget);
    sessionStorage.setItem(KEPT, JSON.stringify({ asked: data.asked, top: scroller.scrollTop, number }));
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser opens a tab or window
    event.preventDefault();
    setTriggerValue("open", data.hits[number].open);
  };
  links.forEach((link) => (link.onclick = open));

  const walk = (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || busy(event)) return;
    const at = links.indexOf(parentElement.activeElement ?? document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : -1) : at + step;
    if (!links[next]) return;
    event.preventDefault();
    links[next].focus({ preventScroll: true });
    links[next].closest("li").scrollIntoView({ block: "nearest" });
  };
  parentElement.release?.(); // what a former call returned may be called after this one has begun to listen
  document.addEventListener("keydown", walk);
  restore(data.asked, links, scroller);
  parentElement.release = () => document.removeEventListener("keydown", walk);
  return parentElement.release;
}

/** Whether the key belongs to something else: a field (but Down leaves a line of text), a menu, an open dialog. */
function busy(event) {
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement && target.type !== "checkbox") return event.key !== "ArrowDown" || target.getAttribute("aria-expanded") === "true";
  return target instanceof Element && target.closest("textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog]") !== null;
}

/** The hits in their order, as few of them as possible drawn anew; the focus stays at its hit, or else at its place. */
function fill(list, hits) {
  const before = [...list.children], kept = new Map(before.map((item) => [item.look, item]));
  const focused = list.getRootNode().activeElement?.closest("li");
  const items = hits.map((hit, number) => {
    const look = JSON.stringify({ ...hit, link: "" });
    const item = kept.get(look) ?? Object.assign(drawn(hit, number), { look });
    item.querySelector("a").href = hit.link;
    return item;
  });
  if (items.length === before.length && items.every((item, number) => item === before[number])) return;
  list.replaceChildren(...items);
  if (!focused || !items.length) return;
  const next = list.contains(focused) ? focused : items[Math.min(before.indexOf(focused), items.length - 1)];
  next.querySelector("a").focus({ preventScroll: true });
}

function drawn(hit, number) {
  const item = element("li", "hit");
  const words = element("div", "words");
  const link = element("a", "open", hit.name);
  const snippet = element("p", "snippet");
  snippet.append(...hit.snippet.map(([text, marked]) => element(marked ? "mark" : "span", "", text)));
  words.append(link, element("div", "quiet", hit.about), snippet, element("div", "quiet why", hit.why));
  item.append(crop(hit, number), words, facts(hit.facts));
  return item;
}

/** The page behind a window of the shape of the crop, with the words boxed. */
function crop(hit, number) {
  const frame = element("div", "crop");
  if (!hit.crop) {
    frame.append(element("span", "quiet", "No picture of this page"));
    return frame;
  }
  frame.style.aspectRatio = hit.crop.ratio;
  const image = element("img");
  image.loading = number < 3 ? "eager" : "lazy";
  image.decoding = "async";
  image.alt = hit.crop.alt;
  place(image, hit.crop.page);
  image.addEventListener("error", () => frame.replaceChildren(element("span", "quiet", "No picture of this page")), { once: true });
  image.src = hit.crop.picture;
  frame.append(image);
  for (const box of hit.crop.marks) {
    const mark = element("i", hit.crop.words ? "box" : "box passage");
    place(mark, box);
    frame.append(mark);
  }
  return frame;
}

function facts(pairs) {
  const shown = element("dl", "facts");
  for (const [name, text] of pairs) {
    const pair = element("div");
    pair.append(element("dt", "", name), element("dd", "", text));
    shown.append(pair);
  }
  return shown;
}

function place(node, [left, top, right, bottom]) {
  Object.assign(node.style, { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) });
}

const percent = (part) => `${(100 * part).toFixed(3)}%`;

function element(name, kind = "", text = null) {
  const node = document.createElement(name);
  if (kind) node.className = kind;
  if (text !== null) node.textContent = text;
  return node;
}

function scrolling(node) {
  return node.closest('[data-testid="stMain"]') ?? document.scrollingElement;
}

/** Back from a document: the same place in the list, the same hit in focus. */
function restore(asked, links, scroller) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept?.asked !== asked || !links[kept.number]) return;
  sessionStorage.removeItem(KEPT);
  requestAnimationFrame(() => {
    links[kept.number].focus({ preventScroll: true });
    scroller.scrollTop = kept.top;
  });
}
