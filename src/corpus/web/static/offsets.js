// Offsets in code points, as the corpus counts them, from and to places in the page, which counts UTF-16 units.

/** How many code points a string has. */
export const codePoints = (text) => [...text].length;

/**
 * The offset of a place of a selection in the article: `node` and `units` as the DOM gives them. Each paragraph is an
 * element with `data-start`, the offset of its first code point; what stands in it and is no text of the article has
 * `data-aside`. Null where the place is in no paragraph.
 */
export function offsetOf(node, units) {
  const paragraph = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-start]");
  if (!paragraph) return null;
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  range.setEnd(node, units);
  const copy = range.cloneContents();
  copy.querySelectorAll("[data-aside]").forEach((one) => one.remove());
  return Number(paragraph.dataset.start) + codePoints(copy.textContent);
}

/** The pieces of the article's text in order: each text node of a paragraph with the offset at which it begins. */
function* textNodes(root) {
  for (const paragraph of root.querySelectorAll("[data-start]")) {
    let at = Number(paragraph.dataset.start);
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest("[data-aside]")) continue;
      yield { node, at, paragraph };
      at += codePoints(node.data);
    }
  }
}

/** The stretch of the page that shows the article from one offset to another; null where it shows none of it. */
export function rangeOf(root, start, end) {
  const range = document.createRange();
  const units = (node, points) => [...node.data].slice(0, points).join("").length;
  let begun = false;
  for (const { node, at } of textNodes(root)) {
    const length = codePoints(node.data);
    if (!begun && start >= at && start < at + length) {
      range.setStart(node, units(node, start - at));
      begun = true;
    }
    if (begun && end <= at + length) {
      range.setEnd(node, units(node, end - at));
      return range;
    }
  }
  return null;
}

/** The words and marks of the article in order, as spans; what an apostrophe ends is a word: « l’ », « Union ». */
export function wordsOf(root, language) {
  const segmenter = new Intl.Segmenter(language || "fr", { granularity: "word" });
  const found = [];
  const texts = new Map();
  for (const { node, at, paragraph } of textNodes(root)) {
    const known = texts.get(paragraph);
    texts.set(paragraph, known ? { at: known.at, text: known.text + node.data } : { at, text: node.data });
  }
  for (const { at, text } of texts.values()) {
    let offset = at;
    for (const { segment } of segmenter.segment(text)) {
      for (const piece of segment.split(/(?<=['’])/u)) {
        const end = offset + codePoints(piece);
        if (piece.trim()) found.push({ start: offset, end });
        offset = end;
      }
    }
  }
  return found;
}
