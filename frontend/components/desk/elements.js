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
