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
