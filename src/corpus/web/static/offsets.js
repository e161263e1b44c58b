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

/**
 * The stretch of the article that is selected, as far as a selection covers any: it may begin or end between paragraphs
 * or beside them, as that of three clicks or of a mouse that was let go in a margin does.
 */
export function spanOf(root, range) {
  let found = null;
  for (const paragraph of root.querySelectorAll("[data-start]")) {
    if (!range.intersectsNode(paragraph)) continue;
    const place = (node, units, edge) => (paragraph.contains(node) ? offsetOf(node, units) : offsetOf(paragraph, edge));
    const start = place(range.startContainer, range.startOffset, 0);
    const end = place(range.endContainer, range.endOffset, paragraph.childNodes.length);
    if (start < end) found = { start: found?.start ?? start, end };
  }
  return found;
}

const known = new WeakMap();

/** The pieces of the article's text in order: each text node of a paragraph, where it begins and ends. */
function piecesOf(root) {
  const before = known.get(root);
  if (before?.pieces && !before.observer.takeRecords().length) return before.pieces;
  const pieces = [];
  for (const paragraph of root.querySelectorAll("[data-start]")) {
    let start = Number(paragraph.dataset.start);
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest("[data-aside]")) continue;
      const end = start + codePoints(node.data);
      if (end > start) pieces.push({ node, start, end, paragraph });
      start = end;
    }
  }
  const observer = before?.observer ?? new MutationObserver(() => known.get(root) && (known.get(root).pieces = null));
  if (!before) observer.observe(root, { childList: true, characterData: true, subtree: true });
  known.set(root, { pieces, observer });
  return pieces;
}

/** The piece that holds the code point at an offset, by halving; undefined for none. */
function pieceAt(pieces, offset) {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle].end <= offset) low = middle + 1;
    else high = middle;
  }
  return pieces[low]?.start <= offset ? pieces[low] : undefined;
}

/** The stretch of the page that shows the article from one offset to another; null where it shows not all of it. */
export function rangeOf(root, start, end) {
  const pieces = piecesOf(root);
  const [first, last] = [pieceAt(pieces, start), pieceAt(pieces, end - 1)];
  if (!first || !last || start >= end) return null;
  const units = (piece, offset) => [...piece.node.data].slice(0, offset - piece.start).join("").length;
  const range = document.createRange();
  range.setStart(first.node, units(first, start));
  range.setEnd(last.node, units(last, end));
  return range;
}

/** The words and marks of the article in order, as spans; what an apostrophe ends is a word: « l’ », « Union ». */
export function wordsOf(root, language) {
  const segmenter = new Intl.Segmenter(language || "fr", { granularity: "word" });
  const texts = new Map();
  for (const { node, start, paragraph } of piecesOf(root)) {
    const before = texts.get(paragraph);
    texts.set(paragraph, before ? { at: before.at, text: before.text + node.data } : { at: start, text: node.data });
  }
  const found = [];
  for (const { at, text } of texts.values()) {
    let start = at;
    for (const { segment } of segmenter.segment(text)) {
      for (const piece of segment.split(/(?<=['’])/u)) {
        const end = start + codePoints(piece);
        if (piece.trim()) found.push({ start, end });
        start = end;
      }
    }
  }
  return found;
}
