// Streamlit calls this anew with each change of data, and what it returned when the component goes.
const WRITING = "input, textarea, select, [contenteditable=true]";

export default function ({ data, parentElement, setTriggerValue }) {
  if (data.name) {
    const year = 60 * 60 * 24 * 365;
    document.cookie = `${data.cookie}=${encodeURIComponent(data.name)}; path=/; max-age=${year}; SameSite=Lax`;
  }
  goBackInOneStep();
  parentElement.release?.();
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const writing = event.composedPath()[0].closest?.(WRITING);
    if (event.key === "Escape" && writing) writing.blur();
    if (writing) return;
    if (event.key === "/") {
      event.preventDefault();
      const field = document.querySelector(".st-key-bar input");
      field?.focus();
      field?.select();
    } else if (event.key === "?") {
      event.preventDefault();
      setTriggerValue("help", true);
    }
  };
  // To leave the search field is not to leave the place, as Escape does on a document.
  const onEscape = (event) => {
    const field = event.composedPath()[0];
    if (event.key !== "Escape" || !field.closest?.(".st-key-bar input")) return;
    event.stopImmediatePropagation();
    field.blur();
  };
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onEscape, true);
  document.documentElement.dataset.sheafKeys = "heard"; // from here on no key is lost
  // Its own listeners only: what a former call returned may be called after the next one has begun to listen.
  const release = () => {
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("keydown", onEscape, true);
  };
  parentElement.release = release;
  return release;
}

/** Milliseconds from one half of a change of place to the other, on a busy machine. */
const HALF = 2000;

/**
 * Streamlit changes place in two halves, first the query and then the path, and pushes an entry for each. Between them
 * lies an address that nobody asked for, and the way back would stop there; so the second half takes its entry over.
 */
function goBackInOneStep() {
  if (history.sheaf) return;
  history.sheaf = true;
  const push = history.pushState.bind(history);
  let half = -HALF;
  history.pushState = (state, title, address) => {
    const to = new URL(address, location.href), now = performance.now();
    const turned = to.pathname !== location.pathname;
    if (turned && to.search === location.search && now - half < HALF) history.replaceState(state, title, address);
    else push(state, title, address);
    half = turned ? -HALF : now;
  };
}
