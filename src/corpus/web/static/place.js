// The place of an article that an address names: `#:START-END`, offsets in code points, is marked and brought to view.

import { rangeOf } from "./offsets.js";

function show() {
  const named = /^#:(\d{1,9})-(\d{1,9})$/.exec(decodeURIComponent(location.hash));
  globalThis.CSS?.highlights?.delete("place");
  for (const one of document.querySelectorAll("[data-place]")) delete one.dataset.place;
  const range = named && rangeOf(document.body, Number(named[1]), Number(named[2]));
  if (!range) return;
  globalThis.CSS?.highlights?.set("place", new Highlight(range));
  const words = range.startContainer.parentElement.closest("[data-start]");
  words.dataset.place = named.slice(1).join("-");
  words.tabIndex = -1; // so that the keyboard and a screen reader go on from there
  words.focus({ preventScroll: true });
  const box = range.getBoundingClientRect();
  scrollBy({ top: box.top - innerHeight / 3 });
}

addEventListener("hashchange", show);
show();
