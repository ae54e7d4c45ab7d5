// The bar over the desk and the tools over the page: type, how it was read, what is left to do. Decides nothing.

export function drawBar(root, { data, view, listed, page, here, tab }, { waiting, late }) {
  const find = (name) => root.querySelector(name), act = (name) => find(`[data-do=${name}]`);
  const facts = data.document, kind = data.vocabulary.types.find((type) => type.name === view.type);
  act("type").textContent = `${kind?.title ?? view.type ?? "Type unknown"} ▾`;
  act("type").title = `Correct the type (t)${facts.sure ? `: ${facts.sure}` : ""}`;
  find(".how").textContent = find(".how").title = here ? data.page.how : "";
  const doubtful = [...listed.doubtful, ...listed.fields].filter((row) => row.doubtful).length;
  const none = facts.editable ? "nothing doubtful" : ""; // of what is still being read nobody knows
  const left = [doubtful ? `${doubtful} doubtful` : none, data.waiting ? `${data.waiting} to review` : ""];
  const saving = late && waiting ? `saving ${waiting}…` : "";
  const kept = waiting ? ` ${waiting} kept here and sent as soon as it does.` : "";
  find(".state").textContent = data.away ? `Sheaf does not answer.${kept}` : [saving, ...left].filter(Boolean).join(" · ");
  act("reviewed").textContent = view.reviewed ? "✓ Reviewed" : "Mark reviewed";
  act("reviewed").setAttribute("aria-pressed", String(view.reviewed));
  for (const name of ["type", "undo", "reviewed", "done", "add"]) act(name).disabled = !facts.editable;
  find(".number").textContent = `${page} / ${facts.pages}`;
  act("previous").disabled = page <= 1;
  act("following").disabled = page >= facts.pages;
  for (const node of root.querySelectorAll("[role=tab]")) {
    node.setAttribute("aria-selected", String(node.dataset.do === tab));
    node.tabIndex = node.dataset.do === tab ? 0 : -1;
  }
  find(".panel").setAttribute("aria-labelledby", `tab-${tab}`);
  root.classList.toggle("away", data.away);
  root.dataset.waiting = waiting;
}
