// The page: its picture with zoom and rotation, boxes over it, words lit while one drags. Decides nothing.
import { boxesOn, spansOf, union, wordsUnder } from "./model.js";
import { el } from "./elements.js";

const LEAST_ZOOM = 0.4, MOST_ZOOM = 6;
/** Letters lower than this many pixels are enlarged to READABLE when they get the focus. */
const TOO_SMALL = 5.5, READABLE = 8;

export function pageView(root, on) {
  const view = root.querySelector(".view"), holder = root.querySelector(".holder"), sheet = root.querySelector(".sheet");
  const image = sheet.querySelector("img"), layer = sheet.querySelector(".boxes"), lit = sheet.querySelector(".lit");
  let shown = { words: [], findings: [], page: 0, key: "" };
  let zoom = 1, enlarged = false, whole = false, turned = 0, ratio = 1.414, drag = null;

  function layout() {
    const sideways = turned % 180 !== 0;
    const across = sideways ? ratio : 1, along = sideways ? 1 : ratio;
    const room = [view.clientWidth - 16, view.clientHeight - 16];
    const fit = Math.max(80, whole ? Math.min(room[0] / across, room[1] / along) : room[0] / across);
    const width = fit * zoom;
    Object.assign(holder.style, { width: `${width * across}px`, height: `${width * along}px` });
    Object.assign(sheet.style, {
      width: `${width}px`, height: `${width * ratio}px`, transform: `translate(-50%, -50%) rotate(${turned}deg)`,
    });
    root.querySelector(".zoom").textContent = `${Math.round(zoom * 100)}%`;
  }

  /** Change what is looked at and keep the middle where it is. */
  function look(change) {
    const middle = [
      (view.scrollLeft + view.clientWidth / 2) / holder.offsetWidth,
      (view.scrollTop + view.clientHeight / 2) / holder.offsetHeight,
    ];
    change();
    layout();
    view.scrollLeft = middle[0] * holder.offsetWidth - view.clientWidth / 2;
    view.scrollTop = middle[1] * holder.offsetHeight - view.clientHeight / 2;
  }

  function zoomTo(wanted, byItself = false) {
    enlarged = byItself;
    look(() => { zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, wanted)); });
  }

  /** A point of the window as fractions of the page, however it is turned. */
  function onPage(event) {
    const seen = holder.getBoundingClientRect(), angle = (-turned * Math.PI) / 180;
    const x = event.clientX - seen.left - seen.width / 2, y = event.clientY - seen.top - seen.height / 2;
    return [
      (x * Math.cos(angle) - y * Math.sin(angle)) / sheet.offsetWidth + 0.5,
      (x * Math.sin(angle) + y * Math.cos(angle)) / sheet.offsetHeight + 0.5,
    ];
  }

  /** A box of the page in pixels of the holder. */
  function placed([left, top, right, bottom]) {
    const w = holder.offsetWidth, h = holder.offsetHeight;
    const corners = {
      0: [left, top, right, bottom], 90: [1 - bottom, left, 1 - top, right],
      180: [1 - right, 1 - bottom, 1 - left, 1 - top], 270: [top, 1 - right, bottom, 1 - left],
    }[turned];
    return [corners[0] * w, corners[1] * h, corners[2] * w, corners[3] * h];
  }

  function under([x, y]) {
    const over = ([l, t, r, b]) => l <= x && x <= r && t - 0.003 <= y && y <= b + 0.003;
    const area = (boxes) => boxes.reduce((sum, [l, t, r, b]) => sum + (r - l) * (b - t), 0);
    const hits = shown.findings.filter((finding) => boxesOn(finding, shown.page).some(over));
    return hits.sort((a, b) => area(boxesOn(a, shown.page)) - area(boxesOn(b, shown.page)))[0]?.id ?? null;
  }

  function light(indices) {
    const boxes = spansOf(shown.words, indices, shown.page).flatMap((span) => span.boxes);
    lit.replaceChildren(...boxes.map((box) => boxed(box, "word")));
  }

  view.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target === view) return;
    drag = { from: onPage(event), words: [], moved: false, shift: event.shiftKey };
    holder.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    const at = onPage(event);
    if (!drag) return on.hover(under(at));
    const close = Math.abs(at[0] - drag.from[0]) * sheet.offsetWidth + Math.abs(at[1] - drag.from[1]) * sheet.offsetHeight < 5;
    if (close && !drag.moved) return;
    drag.moved = true;
    drag.words = wordsUnder(shown.words, union([...drag.from, ...drag.from], [...at, ...at]));
    light(drag.words);
  });
  view.addEventListener("pointerup", (event) => {
    const done = drag;
    drag = null;
    if (!done) return;
    if (!done.moved) on.pick(under(onPage(event)));
    else if (done.words.length) on.drawn(done.words, done.shift);
    else light([]);
  });
  view.addEventListener("pointercancel", () => { drag = null; light([]); });
  view.addEventListener("pointerleave", () => drag || on.hover(null));
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomTo(zoom * Math.exp(-event.deltaY / 300));
  }, { passive: false });
  image.addEventListener("load", () => {
    ratio = image.naturalHeight / image.naturalWidth;
    sheet.classList.remove("loading");
    layout();
    on.loaded();
  });
  image.addEventListener("error", () => { sheet.classList.replace("loading", "broken"); });
  const watch = new ResizeObserver(layout);
  watch.observe(view);

  return {
    light,
    get picture() { return image.currentSrc; },
    placed: (box) => placed(box).map((side, index) => {
      const seen = holder.getBoundingClientRect(), frame = root.getBoundingClientRect();
      return side + (index % 2 ? seen.top - frame.top : seen.left - frame.left);
    }),
    zoom: (factor) => zoomTo(zoom * factor),
    fit: () => { whole = zoom === 1 ? !whole : whole; zoom = 1; layout(); },
    rotate: () => look(() => { turned = (turned + 90) % 360; }),
    /** Show a page: its picture, and the boxes of what was found on it. */
    show({ source, key, alt, blank, page, words, findings, marks, focus, same, shape }) {
      // Signed addresses change with time; the picture under them does not.
      if (shown.key !== key || (source && !image.hasAttribute("src")) || (source && sheet.classList.contains("broken") && image.src !== source)) {
        sheet.classList.remove("broken");
        sheet.classList.add("loading");
        if (shape) ratio = shape;
        if (source) image.src = source;
        else { image.removeAttribute("src"); sheet.classList.replace("loading", "broken"); }
        if (enlarged) [zoom, enlarged] = [1, false]; // that was for a finding of the page before
        view.scrollTop = view.scrollLeft = 0;
        layout();
      }
      image.alt = alt;
      sheet.dataset.blank = blank;
      shown = { words, findings, page, key };
      const drawn = findings.flatMap((finding) => boxesOn(finding, page).map((box) => {
        const node = boxed(box, `box of-${finding.colour}`);
        node.dataset.id = finding.id;
        node.classList.toggle("by-person", finding.state !== "found");
        node.classList.toggle("doubtful", finding.doubtful);
        node.classList.toggle("focus", finding.id === focus);
        node.classList.toggle("same", same.includes(finding.id));
        return node;
      }));
      layer.replaceChildren(...marks.map((box) => boxed(box, "found")), ...drawn);
    },
    /** Light one box; none without any. */
    point: (box) => lit.replaceChildren(...(box ? [boxed(box, "word")] : [])),
    hot(id) {
      for (const node of layer.children) node.classList.toggle("hot", node.dataset.id === id);
    },
    /** Scroll to boxes, and enlarge them where they could not be read. */
    reveal(boxes) {
      if (!boxes.length || !holder.offsetWidth) return;
      const height = (boxes[0][3] - boxes[0][1]) * sheet.offsetHeight;
      if (height < TOO_SMALL) zoomTo((zoom * READABLE) / Math.max(1, height), true);
      const [left, top, right, bottom] = placed(boxes.reduce(union));
      const air = 48, x = holder.offsetLeft, y = holder.offsetTop;
      if (y + top < view.scrollTop + air || y + bottom > view.scrollTop + view.clientHeight - air)
        view.scrollTop = y + (top + bottom) / 2 - view.clientHeight / 2;
      if (x + left < view.scrollLeft || x + right > view.scrollLeft + view.clientWidth)
        view.scrollLeft = x + (left + right) / 2 - view.clientWidth / 2;
    },
    release: () => watch.disconnect(),
  };
}

function boxed([left, top, right, bottom], name) {
  const node = el("i", name);
  const share = (value) => `${(value * 100).toFixed(3)}%`;
  Object.assign(node.style, { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) });
  return node;
}
