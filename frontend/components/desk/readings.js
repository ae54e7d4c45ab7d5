// How the page was read: every reading of it, what another one had otherwise, and reading it another way. Decides nothing.
import { button, el, fill } from "./elements.js";

export function drawReadings(root, { data, page, here, compared }, on) {
  if (!here) return root.replaceChildren(el("p", "quiet", "…"));
  const { editable, doing } = data.document, changes = data.changes;
  const made = data.readings.map((reading) => [
    `reading-${reading.id}`, JSON.stringify([reading, editable]), () => drawReading(reading, editable, on),
  ]);
  if (changes && !compared)
    made.splice(1, 0, ["changes", changes.words, () => el(
      "p", "verbs compared", el("span", "", `Against the other reading: ${changes.words}.`), button("Show", "", () => on.compare(true)),
    )]);
  if (doing) made.unshift(["doing", doing, () => el("p", "doing", doing, el("i"))]);
  else if (editable) made.push(["ways", JSON.stringify([page, data.ways]), () => drawWays(data.ways, on)]);
  fill(root, made);
}

function drawReading({ id, current, how, detail }, editable, on) {
  const take = editable && !current ? button("Take this reading", "", () => on.take(id)) : null;
  const state = el("span", "quiet", `${current ? "This is what the page says now" : "Another reading"} · ${detail}`);
  return el("div", "reading", el("b", "", how), el("div", "verbs", state, take));
}

function drawWays({ engines, languages }, on) {
  const choose = (type, name, value, title, checked) => {
    const input = Object.assign(el("input"), { type, name, value: value ?? "", checked });
    return el("label", "", input, title);
  };
  const ways = el("fieldset", "", el("legend", "", "Read this page another way"),
    ...engines.map(({ name, title }, index) => choose("radio", "engine", name, title, index === 0)));
  const boxes = el("div", "languages", ...languages.map(({ code, name, chosen }) => choose("checkbox", "language", code, `${name} (${code})`, chosen)));
  const summary = el("summary"), form = el("form", "ways", ways, el("button", "", "Read"), el("details", "", summary, boxes));
  const chosen = () => [...boxes.querySelectorAll("input:checked")];
  const told = () => {
    const names = chosen().map((input) => languages.find((one) => one.code === input.value).name);
    summary.textContent = `Languages of its picture: ${names.join(", ") || "as of the document"}`;
  };
  boxes.addEventListener("change", told);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    on.read(ways.querySelector("input:checked").value || null, chosen().map((input) => input.value));
  });
  told();
  return form;
}
