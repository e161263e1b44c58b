// Ties a quotation, its cue and its speaker together while one of them is pointed at or has the focus.

/** The elements of the quotation that an element belongs to; none for any other element. */
function tied(element) {
  const part = element?.closest?.('[data-layer="quotations"][data-row]');
  return part ? document.querySelectorAll(`[data-layer="quotations"][data-row="${CSS.escape(part.dataset.row)}"]`) : [];
}

let shown = [];

function show(element) {
  for (const one of shown) one.classList.remove("tied");
  shown = [...tied(element)];
  for (const one of shown) one.classList.add("tied");
}

document.addEventListener("focusin", (event) => show(event.target));
// what has the focus stays tied where the pointer is over nothing of a quotation, also since the page moved under it
document.addEventListener("pointerover", (event) => {
  show(tied(event.target).length ? event.target : document.activeElement);
});
for (const kind of ["pointerout", "focusout"]) {
  document.addEventListener(kind, (event) => {
    if (!event.relatedTarget) show(kind === "pointerout" ? document.activeElement : null);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(null);
});
