// Makes elements. Text goes in as text, never as HTML: it comes from documents.

export function el(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function button(label, className, act, keys = "") {
  const node = el("button", className, label);
  node.type = "button";
  if (keys) node.title = `${label} (${keys})`;
  node.addEventListener("click", act);
  return node;
}

/** Scroll a container, and nothing around it, until something inside is to be seen. */
export function scrollTo(container, node) {
  const frame = container.getBoundingClientRect(), seen = node.getBoundingClientRect();
  if (seen.top < frame.top) container.scrollTop -= frame.top - seen.top + 8;
  else if (seen.bottom > frame.bottom) container.scrollTop += Math.min(seen.bottom - frame.bottom + 8, seen.top - frame.top);
}

/** Put children in; those that look the same are kept, and where one changes that has the focus, the new one gets it. */
export function fill(parent, made) {
  const had = new Map([...parent.children].map((child) => [child.name, child]));
  const active = parent.getRootNode().activeElement;
  made.forEach(([name, look, make], index) => {
    let child = had.get(name);
    const held = child?.contains(active) && active.dataset.part;
    if (child?.look !== look) {
      child = Object.assign(make(), { name, look });
      had.get(name)?.replaceWith(child);
    }
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
    if (held) (child.querySelector(`[data-part="${held}"]`) ?? child.querySelector("button"))?.focus({ preventScroll: true });
  });
  while (parent.children.length > made.length) parent.lastChild.remove();
}
