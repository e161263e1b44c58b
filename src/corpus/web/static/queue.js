// From article to article of the queue by keys: n and N where a page has such links, arrows in the list.
const isField = (one) => one instanceof Element && one.closest("input, select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isField(event.target)) return;
  const entries = [...document.querySelectorAll("[data-entry]")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && entries.length) {
    event.preventDefault();
    const at = entries.indexOf(document.activeElement) + step;
    entries[Math.min(Math.max(at, 0), entries.length - 1)].focus();
  } else if (event.key.toLowerCase() === "n") { // whatever the lock of capitals says
    const link = document.getElementById(event.shiftKey ? "preceding" : "following");
    if (link) {
      event.preventDefault();
      link.click();
    }
  }
});
