// Choosing words of the page by keys: arrows move, Shift extends. What is done with the words is left to ask.js.
import { neighbourLine } from "./model.js";

/** Answers keys as an overlay does, until the words are taken or left. */
export function wordCursor(paper, words, start, on) {
  let from = start, to = start;
  const range = () => {
    const first = Math.min(from, to), last = Math.max(from, to);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  };
  paper.light([start]);
  return {
    close: () => paper.light([]),
    key(event) {
      const moved = {
        ArrowRight: Math.min(words.length - 1, to + 1), ArrowLeft: Math.max(0, to - 1),
        ArrowDown: neighbourLine(words, to, 1), ArrowUp: neighbourLine(words, to, -1),
      }[event.key];
      if (event.key === "Enter") on.take(range());
      else if (moved === undefined) return event.key === "Shift" ? "done" : "pass";
      else {
        to = moved;
        if (!event.shiftKey) from = to;
        paper.light(range());
        paper.reveal([words[to].slice(2)]);
        on.at(range());
      }
      return "done";
    },
  };
}
