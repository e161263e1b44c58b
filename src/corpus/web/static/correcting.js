// Correcting: words are selected by mouse, touch or keys; a key or button says what they are; each change is saved at once.
// The page is what the server says it is: after each change the article comes back anew, with what undoes the change.

import { after, change as sendChange, mark as unsaved, told } from "./saving.js";
import { offsetOf, rangeOf, spanOf, wordsOf } from "./offsets.js";

const page = document.getElementById("correct");
const region = document.getElementById("draft");
const says = JSON.parse(page.dataset.words);
const LAYERS = ["entities", "quotations", "times", "sentences"];
const memory = `undo ${location.pathname}`;

let draft = JSON.parse(page.dataset.draft);
let words = wordsOf(region, region.querySelector(".article").lang);
let chosen = null; // the selected words, {start, end}
let anchor = null; // where a selection by keys began, {start, end}
let hand = { layer: page.dataset.layer, row: -1, part: "words" }; // the mark in hand
let quotation = { layer: "quotations", row: -1 }; // the one that speakers, cues and fragments go to
const held = new Set(); // what was in hand when a change was asked for that is not made yet
let done = remembered(); // what undoes each change, the last one last
let undone = []; // what does again what was undone

const element = (id) => document.getElementById(id);
const spansOf = (one, part) => (part !== "words" ? one[part] : one.fragments || [one]);
const bounds = ({ start, end }) => ({ start, end });
const textOf = ({ start, end }) => rangeOf(region, start, end)?.toString() ?? "";

// What is in hand

function rowAt(layer, place, part = "words") {
  const holds = (one) => spansOf(one, part).some((span) => span.start <= place && place < span.end);
  return draft.layers[layer]?.findIndex(holds) ?? -1;
}

const anchorOf = (layer, row, part) => element(`${layer}-${row}${part === "words" ? "" : `-${part}`}`);

/** Takes a mark in hand; for `mine` in place of what was in hand for a change, if nothing else was taken since. */
function take(layer, row, part = "words", mine = null) {
  const one = draft.layers[layer]?.[row];
  const [span] = one ? spansOf(one, part) : [];
  const now = { layer, row: span ? row : -1, part };
  hand = mine ? (Object.assign(mine, now), hand) : now;
  if (span && layer === "quotations" && (!mine || hand === mine)) quotation = { ...now, part: "words" };
  paint();
}

/** What was in hand still is after a change, wherever it stands now: `row` is where what was changed does. */
function follow(before, change, row) {
  const stands = (one) => JSON.stringify(["fragments", "speaker", "cue", "start", "end"].map((name) => one[name]));
  for (const each of new Set([hand, quotation, ...held])) {
    const was = before.layers[each.layer]?.[each.row];
    const now = draft.layers[each.layer] ?? [];
    if (!was) continue;
    if (change.layer === each.layer && change.at === each.row) each.row = row ?? -1;
    else {
      const same = now.findIndex((one) => stands(one) === stands(was));
      each.row = same >= 0 ? same : now.findIndex((one) => one.start === was.start);
    }
  }
}

/** Shows what is in hand, and lets Tab go to the marks of its layer alone. */
function paint() {
  for (const input of region.querySelectorAll("input[name=layer]")) input.checked = input.value === hand.layer;
  for (const one of region.querySelectorAll(".layer")) one.classList.toggle("read", one.dataset.of === hand.layer);
  const [row, said] = [hand.row, quotation.row];
  for (const mark of region.querySelectorAll(".mark")) {
    if (mark.id) mark.tabIndex = mark.dataset.layer === hand.layer ? 0 : -1;
    const same = mark.dataset.layer === hand.layer && Number(mark.dataset.row) === row;
    mark.classList.toggle("in-hand", same || (mark.dataset.layer === "quotations" && Number(mark.dataset.row) === said));
  }
  const shown = hand.layer === "quotations" || row < 0 ? said : row;
  const one = draft.layers[row >= 0 ? hand.layer : "quotations"]?.[shown];
  element("hand").textContent = one ? spansOf(one, "words").map(textOf).join(" … ") : "";
  paintSentences();
}

/** Every second sentence has another ground, where the browser can paint without changing the page. */
function paintSentences() {
  if (!globalThis.Highlight) return;
  CSS.highlights.delete("sentences");
  if (hand.layer !== "sentences") return;
  const odd = (draft.layers.sentences ?? []).filter((_, number) => number % 2);
  const ranges = odd.map(({ start, end }) => rangeOf(region, start, end)).filter(Boolean);
  CSS.highlights.set("sentences", new Highlight(...ranges));
}

// What is selected

function choose(span, { show = true } = {}) {
  chosen = span;
  element("selected").textContent = span ? textOf(span) : "";
  if (!show) return;
  const range = span && rangeOf(region, span.start, span.end);
  const selection = getSelection();
  selection.removeAllRanges();
  if (range) {
    selection.addRange(range);
    range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  if (selection.isCollapsed || !region.contains(selection.anchorNode)) return;
  const span = spanOf(region, selection.getRangeAt(0));
  if (!span || (chosen?.start === span.start && chosen.end === span.end)) return;
  anchor = null;
  choose(span, { show: false });
});

const near = (span) => words.findIndex((one) => one.end > span.start);

/** Selects the next word or the one before; with `more` the words up to it. */
function step(by, more) {
  if (!words.length) return;
  if (!chosen) return go(by > 0 ? 0 : words.length - 1, false);
  const last = words.findLastIndex((one) => one.start < chosen.end);
  const first = near(chosen);
  const fixed = anchor ? near(anchor) : by > 0 ? first : last;
  const moving = fixed === first ? last : first;
  go((more ? moving : by > 0 ? last : first) + by, more, fixed);
}

function go(number, more, fixed = number) {
  const to = words[Math.max(0, Math.min(words.length - 1, number))];
  anchor = more ? words[fixed] : to;
  choose({ start: Math.min(to.start, anchor.start), end: Math.max(to.end, anchor.end) });
}

/** Moves the edge of the selection that moves by a character; the server takes whole ones. */
function nudge(by) {
  if (!chosen) return;
  const edge = anchor && anchor.end === chosen.end && anchor.start > chosen.start ? "start" : "end";
  const span = { ...chosen, [edge]: chosen[edge] + by };
  if (rangeOf(region, span.start, span.end)) choose(span);
}

/** The offset at a point of the window; null where there is no text of the article. */
function offsetAt(x, y) {
  const there = document.caretPositionFromPoint?.(x, y);
  const range = there ? null : document.caretRangeFromPoint?.(x, y);
  const [node, units] = [there?.offsetNode ?? range?.startContainer, there?.offset ?? range?.startOffset];
  return node && region.contains(node) ? offsetOf(node, units) : null;
}

/** Selects the word above or below. */
function climb(by, more) {
  const from = chosen && rangeOf(region, chosen.start, chosen.end)?.getBoundingClientRect();
  if (!from) return step(by, more);
  const x = from.left + Math.min(from.width, 20) / 2;
  for (let y = (by > 0 ? from.bottom : from.top) + by * 6; y > 0 && y < innerHeight; y += by * 6) {
    const offset = offsetAt(x, y);
    if (offset === null || (offset >= chosen.start && offset <= chosen.end)) continue;
    const there = Math.max(0, near({ start: offset }));
    if (there === near(chosen)) continue; // between its paragraph and the next, where a role may stand
    return go(there, more, anchor ? near(anchor) : near(chosen));
  }
  return step(by, more);
}

// What is changed

/** A change as the key says it, or a word to the reader on what is missing; it is made of what was selected then. */
function changeOf(key, span) {
  const everywhere = /^[A-Z]/.test(key) && key.length === 1;
  const type = { p: "PER", l: "LOC", o: "ORG", m: "MISC" }[key.toLowerCase()];
  const needs = (make) => () => (span ? make() : says.select);
  if (type) return needs(() => ({ layer: "entities", do: "add", type, everywhere, ...span }));
  if (key === "t") return needs(() => ({ layer: "times", do: "add", ...span }));
  if (key === "q") return needs(() => ({ layer: "quotations", do: "add", ...span }));
  if (key === ".") return needs(() => ({ layer: "sentences", do: "end", where: span.end }));
  if ("fxsc".includes(key)) {
    return needs(() => {
      const at = quotation.row;
      if (at < 0) return says.quotation;
      const what = { f: { do: "fragment" }, x: { do: "cut" }, s: { do: "part", part: "speaker" }, c: { do: "part", part: "cue" } };
      return { layer: "quotations", at, ...what[key], ...span };
    });
  }
  if (key === "r") return () => ({ layer: hand.layer, do: "sign" });
  if (key === "0") return () => ({ layer: hand.layer, do: "restore", statements: [], emptied: true });
  const mine = hand;
  return () => {
    const { layer, row: at, part } = sentenceAt(span) ?? mine;
    if (key === "everywhere" && layer !== "entities") return says.name;
    if (at < 0) return says.mark;
    const one = draft.layers[layer][at];
    if (key === "j") return { layer, do: "join", at };
    if (key === "d") return span ? { layer, do: "split", at, where: span.start } : says.select;
    if (key === "b") return span ? { layer, do: "move", at, part, from: fragmentOf(one, span), ...span } : says.select;
    if (layer === "sentences") return { layer, do: "join", at }; // no word is in no sentence
    return { layer, do: "remove", at, ...(part === "words" ? {} : { part }), everywhere: key === "everywhere" };
  };
}

/** The sentence in hand is the one that is selected: sentences have no marks. */
function sentenceAt(span) {
  if (hand.layer !== "sentences" || !span) return null;
  return { layer: "sentences", row: rowAt("sentences", span.start), part: "words" };
}

/** A place in the fragment that is meant: the one that the selected words touch, else the first. */
function fragmentOf(one, span) {
  const fragments = one.fragments ?? [one];
  return (fragments.find((each) => each.start < span.end && span.start < each.end) ?? fragments[0]).start;
}

/** Makes a change once those before it are made. */
function make(build, then = () => {}) {
  return after(async () => {
    const change = build();
    if (typeof change === "string") return say(change) ?? true;
    const made = await send(change);
    if (made) await then(made, change);
    return Boolean(made);
  });
}

/** Sends a change; what came of it, null where nothing was written. */
async function send(change) {
  let answer;
  try {
    answer = await sendChange(location.pathname, { ...change, revision: draft.revision });
  } catch {
    unsaved(true);
    say(says.silent);
    return null;
  }
  if (!answer.ok) {
    unsaved(true);
    say((await answer.text()) || says.silent);
    return null;
  }
  const made = await answer.json();
  if (made.html) redraw(made, change);
  unsaved(made.problems.some((one) => ["correction-stale", "place-unwritable"].includes(one.rule)));
  if (made.problems.length) {
    if (made.problems.some((one) => one.rule === "correction-stale") && done.length) {
      done = [];
      undone = [];
      say(says.forgotten);
    }
    made.problems.forEach(refuse);
    return null;
  }
  if (change.do !== "restore" || change.emptied) {
    done.push(made.undo);
    undone = [];
  }
  remember();
  say(made.saved ? `${says.saved} ${made.saved}` : says.removed);
  return made;
}

function redraw(made, change) {
  const before = draft;
  region.innerHTML = made.html;
  draft = made.draft;
  follow(before, made.problems.length ? {} : change, made.row);
  element("place").textContent = draft.place;
  fillLists();
  paint();
  choose(chosen);
  if (!document.activeElement?.closest("form.edit")) focusHand();
}

/** What is in hand has the focus, so that Tab goes on from there. */
function focusHand() {
  (anchorOf(hand.layer, hand.row, hand.part) ?? region).focus({ preventScroll: true });
}

/** Says what is refused beside the words that it is about, or else at the head of the article. */
function refuse(problem) {
  const beside = document.createElement("span");
  beside.className = "refused";
  beside.dataset.aside = "";
  beside.setAttribute("role", "alert");
  beside.append(...told(problem));
  const range = Number.isInteger(problem.start) ? rangeOf(region, problem.start, problem.end) : null;
  if (range) {
    range.collapse(false);
    range.insertNode(beside);
    for (let mark = beside.parentElement.closest(".mark"); mark; mark = mark.parentElement.closest(".mark")) {
      if (offsetOf(mark, mark.childNodes.length) === problem.end) mark.after(beside); // beside what is marked, not in it
    }
    beside.scrollIntoView({ block: "nearest" });
  } else {
    region.prepend(beside);
    element("said").replaceChildren(...told(problem)); // the head of the article may be out of sight
  }
}

function undo() {
  make(
    () => (done.length ? { do: "restore", ...done.at(-1) } : says.nothing),
    (made) => {
      done.pop();
      undone.push(made.undo);
      remember();
      say(says.undone);
    },
  );
}

function redo() {
  make(
    () => (undone.length ? { do: "restore", ...undone.at(-1) } : says.nothing),
    (made) => {
      undone.pop();
      done.push(made.undo);
      remember();
    },
  );
}

const remember = () => sessionStorage.setItem(memory, JSON.stringify({ revision: draft.revision, done }));

/** What undoes the changes of this window, where nothing else changed since. */
function remembered() {
  try {
    const { revision, done: known } = JSON.parse(sessionStorage.getItem(memory));
    return revision === draft.revision ? known : [];
  } catch {
    return [];
  }
}

function say(text) {
  element("said").textContent = text;
}

function act(key) {
  const [span, mine] = [chosen, hand];
  held.add(mine);
  let place = -1; // where what goes began
  const build = changeOf(key, span);
  const start = () => {
    place = draft.layers[mine.layer]?.[mine.row]?.start ?? -1;
    return build();
  };
  make(start, (made, { layer }) => {
    if (/^[plomtq]$/i.test(key)) {
      take(layer, made.row ?? -1, "words", mine);
      if (key === "t") return edit();
    } else if (key === "b" && layer !== "sentences") {
      take(layer, made.row ?? -1, mine.part, mine);
    } else if (/^(?:Delete|everywhere)$/.test(key) && layer !== "sentences" && made.row !== null) {
      take(layer, made.row, mine.part, mine); // a part alone is gone
    } else if (/^(?:Delete|everywhere)$/.test(key) && layer !== "sentences") {
      const following = draft.layers[layer].findIndex((one) => one.start >= place);
      take(layer, following < 0 ? draft.layers[layer].length - 1 : following, "words", mine);
    } else {
      paint();
    }
    focusHand();
  }).finally(() => held.delete(mine));
}

// The values of what is in hand

function edit() {
  const row = hand.row;
  close();
  const form = page.querySelector(`form.edit[data-layer="${hand.layer}"]`);
  if (row < 0 || !form) return say(says.mark);
  const one = draft.layers[hand.layer][row];
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = false;
    else if (field.name) field.value = one[field.name] ?? "";
  }
  form.hidden = false;
  form.querySelector(hand.layer === "times" ? "[name=value]" : hand.layer === "quotations" ? "[name=speaker_name]" : "select").focus();
  if (hand.layer === "times") check();
}

function close() {
  for (const form of page.querySelectorAll("form.edit")) form.hidden = true;
}

for (const form of page.querySelectorAll("form.edit")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const mine = hand;
    held.add(mine);
    const everywhere = form.elements.everywhere?.checked ?? false;
    const given = [...form.elements].filter((field) => field.name && field.type !== "checkbox");
    make(
      () => {
        const { layer, row: at } = mine;
        if (at < 0) return says.mark;
        const values = {};
        for (const { name, value } of given) {
          if (value.trim() !== (draft.layers[layer][at][name] ?? "")) values[name] = value.trim();
        }
        return Object.keys(values).length ? { layer, do: "set", at, values, everywhere } : { layer, do: "sign" };
      },
      () => {
        close();
        focusHand();
      },
    ).finally(() => held.delete(mine));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") back();
  });
  form.querySelector("[data-close]").addEventListener("click", back);
}

function back() {
  close();
  focusHand();
}

let waiting = 0;
let asking = new AbortController();

/** Says beside the field whether the value of a time is one, as the server judges it. */
async function check() {
  const { value } = page.querySelector("form.edit [name=value]");
  asking.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`/time-value?value=${encodeURIComponent(value.trim())}`, { signal: asking.signal });
    const { sound, first, last } = await answer.json();
    const days = first || last ? `: ${first ?? ".."} – ${last ?? ".."}` : "";
    element("sound").textContent = !value.trim() ? says.none : sound ? `${says.sound}${days}` : says.unsound;
    element("sound").className = sound ? "" : "bad";
  } catch {
    // a later question took its place, or the application is gone: saving will say so
  }
}

page.querySelector("form.edit [name=value]").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(check, 150);
});

/** What a name, or the full name of a speaker, may be: what the article has already. */
function fillLists() {
  const names = new Map();
  for (const one of draft.layers.entities ?? []) {
    const text = textOf(one).replace(/\s+/gu, " ");
    if (text.length > (names.get(one.id) ?? "").length) names.set(one.id, text);
  }
  const options = (values) => values.map(([value, label]) => new Option(label, value));
  element("ids").replaceChildren(...options([...names]));
  element("names").replaceChildren(...options([...names.values()].map((name) => [name, name])));
}

// Keys, buttons, marks

function press(key) {
  if (key === "u") undo();
  else if (key === "U") redo();
  else if (key === "Enter") edit();
  else if (key === "n") element("following")?.click();
  else act(key);
}

document.addEventListener("keydown", (event) => {
  const free = region.contains(event.target);
  if (event.isComposing) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const digit = plain && /^(?:Digit|Numpad)([0-4])$/.exec(event.code)?.[1]; // on a French keyboard figures need Shift
  const locked = /^[a-z]$/i.test(event.key) && event.getModifierState("CapsLock"); // then Shift makes the capital
  const key = digit || (!locked ? event.key : event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase());
  const arrow = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[key];
  if (!free || (arrow && event.target.matches("input"))) return; // arrows choose what is read there
  if (arrow && plain) (key === "ArrowUp" || key === "ArrowDown" ? climb : step)(arrow, event.shiftKey);
  else if (arrow && event.ctrlKey && event.shiftKey) nudge(arrow);
  else if (arrow && event.ctrlKey) along(arrow);
  else if ((event.ctrlKey || event.metaKey) && key === "z") undo();
  else if ((event.ctrlKey || event.metaKey) && (key === "Z" || key === "y")) redo();
  else if (!plain) return;
  else if (/^[1-4]$/.test(key)) read(LAYERS[key - 1]);
  else if (key === "Delete" || key === "Backspace") press(event.shiftKey ? "everywhere" : "Delete");
  else if (key === "Escape") letGo();
  else if (/^[plomqfxsct.bdjuUrn0PLOM]$/.test(key) || (key === "Enter" && !event.target.closest("a, summary"))) press(key);
  else return;
  event.preventDefault();
});

function letGo() {
  take(hand.layer, -1);
  quotation = { layer: "quotations", row: -1 };
  paint();
  choose(null);
  region.focus({ preventScroll: true });
}

/** Goes to the next mark of what is read, or the one before. */
function along(by) {
  const marks = [...region.querySelectorAll(".mark[tabindex='0']")];
  const at = marks.indexOf(document.activeElement);
  marks[at < 0 ? (by > 0 ? 0 : marks.length - 1) : at + by]?.focus();
}

function read(layer) {
  take(layer, -1);
  const [row] = chosen ? [rowAt(layer, chosen.start)] : [-1];
  if (row >= 0) take(layer, row);
}

region.addEventListener("change", (event) => {
  if (event.target.name === "layer") read(event.target.value);
});

region.addEventListener("focusin", (event) => {
  const mark = event.target.closest(".mark");
  if (!mark?.matches(":focus-visible")) return;
  const [layer, row, part] = [mark.dataset.layer, Number(mark.dataset.row), mark.dataset.part];
  if (layer === hand.layer && row === hand.row && part === hand.part) return;
  take(layer, row, part);
  anchor = null;
  choose(bounds(spansOf(draft.layers[layer][row], part)[0]));
});

// A mouse that goes down on what can have the focus selects nothing from there: only keys go from mark to mark.
region.addEventListener("pointerdown", () => {
  for (const mark of region.querySelectorAll(".mark[tabindex]")) mark.removeAttribute("tabindex");
});
for (const over of ["pointerup", "pointercancel"]) document.addEventListener(over, () => paint());

region.addEventListener("click", (event) => {
  if (!getSelection().isCollapsed || event.detail > 1) return;
  const around = [];
  for (let mark = event.target.closest(".mark"); mark; mark = mark.parentElement.closest(".mark")) around.push(mark);
  const mark = around.find((one) => one.dataset.layer === hand.layer) ?? around[0];
  if (mark) take(mark.dataset.layer, Number(mark.dataset.row), mark.dataset.part);
  else if (event.target.closest("[data-start]")) choose(null, { show: false });
});

region.addEventListener("dblclick", (event) => {
  const offset = offsetAt(event.clientX, event.clientY);
  const word = offset === null ? -1 : near({ start: offset });
  if (word >= 0) go(word, false); // browsers take « l’ » for a part of the word
});

const panel = page.querySelector(".panel");
panel.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-key]")) event.preventDefault(); // the words stay selected
});
panel.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key]");
  if (button) press(button.dataset.key);
});

fillLists();
const [, layer, number, part] = /^#([a-z]+)-([0-9]+)(?:-([a-z]+))?$/.exec(location.hash) ?? [];
take(...(layer ? [layer, Number(number), part] : [hand.layer, -1]));
if (hand.row >= 0) choose(bounds(spansOf(draft.layers[hand.layer][hand.row], hand.part)[0]));
focusHand();
page.dataset.ready = "";
