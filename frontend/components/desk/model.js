// What is shown: the server's facts with the decisions replayed over them that it has not confirmed yet. Draws nothing.

/** The document as the person left it: type, reviewed, findings. */
export function projected(data, queue) {
  const view = {
    type: data.document.type,
    reviewed: data.document.reviewed,
    findings: data.findings.map((finding) => ({ ...finding })),
  };
  for (const event of queue) replay(view, event);
  return view;
}

function replay(view, event) {
  const at = view.findings.findIndex((finding) => finding.id === event.id);
  const finding = view.findings[at];
  const settled = { doubtful: false, doubt: null, conflict: false, sure: "", pending: true };
  if (event.do === "accept" && finding) Object.assign(finding, settled, { state: "accepted" });
  else if (event.do === "reject" && finding) view.findings.splice(at, 1);
  else if (event.do === "correct" && finding)
    Object.assign(finding, settled, { state: "corrected", value: "", thing: null }, event.shown);
  else if (event.do === "add")
    view.findings.push({ ...settled, id: event.id, version: 0, state: "added", value: "", ...event.shown });
  else if (event.do === "type") view.type = event.label;
  else if (event.do === "reviewed") view.reviewed = event.value;
  else if (event.do === "undo" && event.back) restore(view, event.back);
}

function restore(view, back) {
  if (back.document) return Object.assign(view, back.document);
  view.findings = view.findings.filter((finding) => finding.id !== back.id);
  if (back.finding) view.findings.push({ ...back.finding, pending: true });
}

/** What an undo of the event would bring back. */
export function before(view, event) {
  if (["type", "reviewed"].includes(event.do)) return { document: { type: view.type, reviewed: view.reviewed } };
  return { id: event.id, finding: view.findings.find((finding) => finding.id === event.id) ?? null };
}

/** Whether an event kept over a reload still has to be sent, seen what the server knows now. */
export function stillNeeded(event, data) {
  if (event.do === "undo") return false;
  if (event.do === "type") return data.document.type !== event.label;
  if (event.do === "reviewed") return data.document.reviewed !== event.value;
  if (event.do === "add")
    return !data.findings.some(
      (finding) => finding.name === event.shown.name && finding.text === event.shown.text && finding.state === "added",
    );
  return data.findings.some((finding) => finding.id === event.id && finding.version <= event.version);
}

export const place = (finding, page) => finding.spans.filter((span) => span.page === page);
export const boxesOn = (finding, page) => place(finding, page).flatMap((span) => span.boxes);

/** All mentions of the thing of a finding, in the order of the text; none if it is the only one. */
export function mentionsOf(row, { things }, view, page) {
  const there = new Set(view.findings.filter((finding) => finding.thing === row?.thing).map((finding) => finding.id));
  const all = (things[row?.thing] ?? []).filter((mention) => mention.page !== page || there.has(mention.id));
  return all.length > 1 ? all : [];
}

/** The list in its order: fields with the missing ones of the type between them, then what is named on the page. What
 * is certain stands `under` the first certain mention of the same thing. */
export function listed(view, vocabulary, page) {
  const known = vocabulary.types.find((type) => type.name === view.type)?.fields ?? [];
  const rank = new Map(known.map((field, index) => [field.name, index]));
  const start = (finding) => finding.spans[0]?.start ?? -1;
  const fields = view.findings.filter((finding) => finding.kind === "field");
  const missing = known
    .filter((field) => !field.group && !fields.some((finding) => finding.name === field.name && !finding.group))
    .map((field) => ({ ...field, id: `missing:${field.name}`, kind: "missing", spans: [] }));
  const order = (row) => [row.group ? 1 : 0, row.row ?? 0, rank.get(row.name) ?? 99, start(row)];
  const entities = view.findings
    .filter((finding) => finding.kind === "entity" && (finding.conflict || place(finding, page).length))
    .sort((a, b) => start(a) - start(b));
  const groups = new Map();
  for (const finding of entities.filter((one) => !one.doubtful)) {
    const key = finding.thing ?? finding.id, head = groups.get(key);
    if (head) head.push({ ...finding, under: head[0].id });
    else groups.set(key, [finding]);
  }
  return {
    fields: [...fields, ...missing].sort((a, b) => compare(order(a), order(b))),
    doubtful: entities.filter((finding) => finding.doubtful),
    certain: [...groups.values()].flat(),
  };
}

/** The certain rows that are to be seen: of a thing the first mention only, unless one of them has the focus. */
export function opened(certain, focus) {
  const open = certain.find((row) => row.id === focus);
  return certain.filter((row) => !row.under || row.under === (open?.under ?? open?.id));
}

function compare(a, b) {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at] - b[at];
}

/** Indices of the words that a rectangle touches. */
export function wordsUnder(words, [left, top, right, bottom]) {
  const touched = [];
  words.forEach(([, , l, t, r, b], index) => {
    const middle = (t + b) / 2; // a rectangle that only grazes the next line does not mean it
    const tall = top <= middle && bottom >= middle;
    if (l <= right && r >= left && (tall || (t <= top && b >= bottom))) touched.push(index);
  });
  return touched;
}

/** Neighbouring words as spans with one box a line. */
export function spansOf(words, indices, page) {
  const spans = [];
  let last = -2;
  for (const index of [...indices].sort((a, b) => a - b)) {
    const [start, end, ...box] = words[index];
    const span = spans.at(-1);
    if (index !== last + 1) spans.push({ page, start, end, boxes: [box] });
    else {
      span.end = end;
      const line = span.boxes.at(-1);
      if (box[1] < line[3] && box[3] > line[1])
        span.boxes.splice(-1, 1, union(line, box));
      else span.boxes.push(box);
    }
    last = index;
  }
  return spans;
}

export function union(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** The words of spans as the server takes them. Offsets count code points, so `letters` is the text as a list of them. */
export function textOf(letters, spans) {
  return spans
    .map((span) => letters.slice(span.start, span.end).join("").split(/\s+/).filter(Boolean).join(" "))
    .join(" ");
}

/** The word above (-1) or below (1), nearest across the page. */
export function neighbourLine(words, index, step) {
  const [, , left, top, right, bottom] = words[index];
  const height = bottom - top;
  let best = index, least = Infinity;
  words.forEach(([, , l, t, r, b], other) => {
    const down = ((t + b) / 2 - (top + bottom) / 2) * step;
    if (down < height * 0.6) return;
    const away = down * 3 + Math.abs((l + r) / 2 - (left + right) / 2);
    if (away < least) [best, least] = [other, away];
  });
  return best;
}
