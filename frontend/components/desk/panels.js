// What can stand under the list beside the text: how the page was read, and who decided what. Decides nothing.
import { button, el } from "./elements.js";

export function drawReadings(root, { data }, on) {
  const made = data.readings.map((reading) => el(
    "div", "reading",
    el("b", "", reading.title), el("p", "", reading.why), el("p", "quiet", reading.detail),
  ));
  if (data.document.editable)
    made.push(el(
      "div", "verbs",
      button("Read this page again", "", () => on.read(false)),
      button("Recognise it from its picture", "", () => on.read(true)),
    ));
  root.replaceChildren(...made);
}

export function drawHistory(root, { data }) {
  if (!data.history.length) return root.replaceChildren(el("p", "quiet", "Nobody has decided anything here yet."));
  root.replaceChildren(...data.history.map((line) => {
    const change = el("p", "change");
    if (line.before) change.append(el("del", "", line.before));
    if (line.before && line.after) change.append(" → ");
    if (line.after) change.append(el("ins", "", line.after));
    return el("div", "line", el("b", "", line.who), ` ${line.what} `, el("span", "quiet", line.when), change);
  }));
}
