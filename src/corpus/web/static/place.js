// The place of an article that an address names: `#:START-END`, offsets in code points, is marked and brought to view.

/** The place in the DOM of an offset of a paragraph: a text node that is none of its asides, and UTF-16 units in it. */
function placeIn(paragraph, offset) {
  const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.parentElement.closest("[data-aside]")) continue;
    let units = 0;
    for (const character of node.data) {
      if (offset === 0) return [node, units];
      units += character.length;
      offset -= 1;
    }
    last = [node, units];
  }
  return offset === 0 ? last : null;
}

/** The stretch between two offsets of the article; null where it is not on the page. */
export function rangeOf(start, end) {
  const starts = (one) => Number(one.dataset.start);
  const all = [...document.querySelectorAll("[data-start]")];
  const holding = (offset) => all.findLast((one) => starts(one) <= offset);
  const [first, last] = [holding(start), holding(Math.max(start, end - 1))];
  if (!first || !last) return null;
  const from = placeIn(first, start - starts(first));
  const to = placeIn(last, end - starts(last));
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

function show() {
  const named = /^#:(\d{1,9})-(\d{1,9})$/.exec(decodeURIComponent(location.hash));
  globalThis.CSS?.highlights?.delete("place");
  for (const one of document.querySelectorAll("[data-place]")) delete one.dataset.place;
  const range = named && rangeOf(Number(named[1]), Number(named[2]));
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
