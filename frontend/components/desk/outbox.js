// Decisions on their way: kept in order until the server has dealt with each, over a lost connection and a reload.
// Streamlit may drop a message when another follows at once, so every message carries all that is not confirmed.
import { stillNeeded } from "./model.js";

/** Milliseconds until what was not confirmed is sent again. */
const AGAIN = 2000, AGAIN_AWAY = 1500;
/** What means nothing any more after a reload. */
const PASSING = ["page", "next", "read", "take", "preview"];

/** `late` is called when something had to be sent again. */
export function outbox(late) {
  let data = null, send = null, client = "", number = 0, timer = null, draft = null, awaited = null;
  const slot = () => `sheaf-desk-${data.document.id}`;

  const box = {
    queue: [],
    late: false,
    get draft() { return draft; },
    set draft(value) { draft = value; keep(); },
    /** The reading that was asked for, and what to compare it with when it is there. */
    get awaited() { return awaited; },
    set awaited(value) { awaited = value; keep(); },
    get waiting() { return box.queue.filter((event) => !PASSING.includes(event.do)).length; },
    /** A made-up id for something that is added; the server's answer says what became of it. */
    newId: () => `new-${client}-${number + 1}`,

    /** Begin with a document, or go on with it after a reload. */
    open(fresh, sender) {
      [data, send] = [fresh, sender];
      const stored = JSON.parse(sessionStorage.getItem(slot()) ?? "{}");
      client = stored.client ?? Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
      number = stored.number ?? 0;
      [draft, awaited] = [stored.draft ?? null, stored.awaited ?? null];
      box.queue = (stored.queue ?? []).filter((event) => stillNeeded(event, data));
      if (box.queue.length) flush();
    },

    push(event) {
      const entry = { ...event, number: ++number };
      if (["page", "preview"].includes(entry.do)) box.queue = box.queue.filter((one) => one.do !== entry.do);
      box.queue.push(entry);
      flush();
      return entry;
    },

    /** Take off what the server has dealt with; gives the refused ones, each with why. */
    settle(fresh, sender) {
      [data, send] = [fresh, sender];
      const mine = data.client === client;
      const refused = mine ? data.failures.flatMap((failure) => {
        const event = box.queue.find((one) => one.number === failure.number);
        return event ? [{ event, text: failure.text }] : [];
      }) : [];
      if (mine) box.queue = box.queue.filter((event) => event.number > data.done);
      if (!box.queue.length) box.late = false;
      keep();
      wait();
      return refused;
    },

    release: () => clearTimeout(timer),
  };

  function flush() {
    keep();
    wait();
    const events = box.queue.map(({ shown, back, ...event }) => event);
    if (events.length) send({ client, document: data.document.id, events });
  }

  function wait() {
    clearTimeout(timer);
    if (box.queue.length) timer = setTimeout(again, data.away ? AGAIN_AWAY : AGAIN);
  }

  function again() {
    box.late = true;
    flush();
    late();
  }

  function keep() {
    const queue = box.queue.filter((event) => !PASSING.includes(event.do));
    sessionStorage.setItem(slot(), JSON.stringify({ client, number, queue, draft, awaited }));
  }
  return box;
}
