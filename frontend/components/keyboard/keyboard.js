// Streamlit calls this anew with each change of data, and what it returned when the component goes.
const WRITING = "input, textarea, select, [contenteditable=true]";

export default function ({ data, parentElement, setTriggerValue }) {
  if (data.name) {
    const year = 60 * 60 * 24 * 365;
    document.cookie = `${data.cookie}=${encodeURIComponent(data.name)}; path=/; max-age=${year}; SameSite=Lax`;
  }
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
  document.addEventListener("keydown", onKey);
  parentElement.release = () => document.removeEventListener("keydown", onKey);
  return () => parentElement.release();
}
