// What lies over the page for a moment: a menu answered by keys, and the editor at the place. What is done with the
// answers is left to ask.js.
import { union } from "./model.js";
import { button, el } from "./elements.js";

/** Pixels around what lies over the page. */
const AIR = 8;

/** Ask for one of some choices: by digit or letter, by arrows and Enter, or by click. */
export function openMenu(root, title, choices, place) {
  const box = el("div", "over menu");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", title);
  box.append(el("p", "over-title", title));
  for (const choice of choices) {
    const node = button("", "choice", () => { close(); choice.choose(); });
    node.append(el("kbd", "", choice.key ?? ""), el("i", `dot of-${choice.colour ?? "field"}`), choice.title);
    if (choice.current) node.setAttribute("aria-current", "true");
    box.append(node);
  }
  root.append(box);
  position(root, box, place);
  const nodes = [...box.querySelectorAll("button")];
  const from = root.getRootNode().activeElement;
  (nodes.find((node) => node.ariaCurrent) ?? nodes[0])?.focus();

  function close() {
    box.remove();
    from?.focus({ preventScroll: true });
  }
  return {
    close,
    key(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const chosen = choices.findIndex((choice) => choice.key === event.key);
      if (chosen >= 0) nodes[chosen].click();
      else if (step) nodes.at((nodes.indexOf(root.getRootNode().activeElement) + step) % nodes.length).focus();
      else return event.key === "Enter" || event.key === " " || event.key === "Tab" ? "pass" : "none";
      return "done";
    },
  };
}

/** Edit text (and label) under the enlarged crop of the place. `on.type` hears every change, so that none is lost. */
export function openEditor(root, { title, text, label, labels, picture, boxes }, place, on) {
  const box = el("form", "over editor");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", title);
  const input = el("input");
  Object.assign(input, { value: text, spellcheck: false, autocomplete: "off" });
  input.setAttribute("aria-label", title);
  const choice = label ? el("select", "", ...labels.map((one) => new Option(one.title, one.name, false, one.name === label))) : null;
  choice?.setAttribute("aria-label", "Label");
  const worth = el("p", "quiet worth");
  const save = el("button", "primary", "Save");
  save.title = "Save (Enter)";
  box.append(
    el("p", "over-title", title), picture && boxes.length ? crop(picture, boxes) : "", input, worth, choice ?? "",
    el("span", "verbs", save, button("Cancel", "", () => on.cancel(), "Esc")),
  );
  const typed = () => on.type({ text: input.value, label: choice?.value });
  input.addEventListener("input", typed);
  choice?.addEventListener("change", typed);
  box.addEventListener("submit", (event) => { event.preventDefault(); on.save({ text: input.value.trim(), label: choice?.value }); });
  root.append(box);
  position(root, box, place);
  input.focus();
  input.select();
  typed();
  return {
    close: () => box.remove(),
    key: () => "pass",
    /** What the text is worth, as soon as the server has said so. */
    worth(preview) { worth.textContent = preview.text === input.value.trim() && preview.value ? `→ ${preview.value}` : ""; },
  };
}

/** The place on the picture of the page, large enough to be read without looking back and forth. */
function crop(picture, boxes) {
  const [left, top, right, bottom] = boxes.reduce(union);
  const frame = el("div", "crop"), image = el("img"), mark = el("i");
  image.src = picture;
  image.alt = "";
  const lay = () => {
    const ratio = image.naturalHeight / image.naturalWidth, line = (boxes[0][3] - boxes[0][1]) * ratio;
    const width = Math.min((frame.clientWidth * 0.86) / (right - left), 30 / Math.max(line, 0.001), 4000);
    const height = Math.min(150, (bottom - top) * width * ratio + 28);
    const x = Math.min(0, Math.max(frame.clientWidth - width, frame.clientWidth / 2 - ((left + right) / 2) * width));
    const y = height / 2 - ((top + bottom) / 2) * width * ratio;
    frame.style.height = `${height}px`;
    Object.assign(image.style, { width: `${width}px`, left: `${x}px`, top: `${y}px` });
    Object.assign(mark.style, {
      left: `${x + left * width - 3}px`, top: `${y + top * width * ratio - 2}px`,
      width: `${(right - left) * width + 6}px`, height: `${(bottom - top) * width * ratio + 4}px`,
    });
  };
  image.addEventListener("load", lay);
  frame.append(image, mark);
  return frame;
}

/** Below the place if there is room, else above it, and never outside; it grows away from the place. */
function position(root, box, place) {
  const room = [root.clientWidth, root.clientHeight], size = [box.offsetWidth, box.offsetHeight];
  const [left, top, , bottom] = place ?? [room[0] / 2 - size[0] / 2, room[1] / 3, 0, room[1] / 3];
  const high = Math.max(size[1], 220) + AIR; // the crop of the page makes the editor higher when it arrives
  box.style.left = `${Math.max(AIR, Math.min(left, room[0] - size[0] - AIR))}px`;
  if (bottom + high > room[1] && top > high) box.style.bottom = `${room[1] - top + AIR}px`;
  else box.style.top = `${Math.max(AIR, Math.min(bottom + AIR, room[1] - high))}px`;
}
