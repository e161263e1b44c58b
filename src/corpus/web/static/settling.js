import { after, change, mark as unsaved, told } from "./saving.js";

// One key for each difference: the choice is saved at once, and the next open one is in hand.
const page = document.getElementById("settling");
const said = document.getElementById("said");
const places = [...page.querySelectorAll(".place")];
const memory = `edit ${page.dataset.address}`;
const done = [];
let revision = page.dataset.revision;

const kept = () => JSON.parse(sessionStorage.getItem(memory) ?? "[]");
const isOpen = (place) => place.dataset.choice === "open";
const inHand = () => document.activeElement?.closest?.(".place") ?? places.find(isOpen) ?? places[0];

function take(place) {
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
}

function show(states) {
  const later = kept();
  for (const place of places) {
    const number = Number(place.dataset.place);
    if (states) {
      const { choice, chosen } = states[number];
      place.dataset.choice = choice;
      for (const button of place.querySelectorAll("button[data-choice]"))
        button.ariaPressed = String([String(chosen), choice].includes(button.dataset.choice));
    }
    const note = place.querySelector(".later");
    note.hidden = !later.includes(number);
    note.textContent = page.dataset.later;
  }
}

async function send(choices) {
  let answer;
  let refused;
  try {
    const sent = await change(page.dataset.address, { choices, revision });
    answer = sent.ok ? await sent.json() : {};
    refused = sent.ok ? answer.problems?.flatMap(told) : [await sent.text()];
  } catch {
    refused = [page.dataset.silent];
  }
  unsaved(Boolean(refused));
  if (refused) {
    said.replaceChildren(...refused);
    return false;
  }
  revision = answer.revision;
  show(answer.states);
  document.getElementById("left").textContent = answer.left;
  document.getElementById("progress").value = answer.states.length ? answer.states.length - answer.left : 1;
  said.textContent = answer.settled ? `${page.dataset.done} ${answer.file}` : "";
  document.getElementById("sign")?.remove();
  const [first] = kept();
  if (answer.settled && first !== undefined) {
    sessionStorage.removeItem(memory);
    const to = new URL(page.dataset.edit, location);
    to.search = new URL(page.dataset.address, location).search;
    to.searchParams.set("place", first);
    setTimeout(() => location.assign(to)); // once this choice is no longer on its way
  }
  return true;
}

function choose(place, choice) {
  // where one of them says nothing, that is what "neither" means
  const nothing = choice === "neither" ? ", button[data-nothing]" : "";
  const button = place?.querySelector(`button[data-choice="${choice}"]${nothing}`);
  if (!button || button.disabled) return;
  const next = places.slice(places.indexOf(place) + 1).find(isOpen) ?? places.find((one) => isOpen(one) && one !== place);
  take(next ?? place);
  after(async () => {
    const before = place.dataset.choice;
    const made = await send({ [place.dataset.place]: choice });
    if (made) done.push([place, before]);
    else take(place);
    return made;
  });
}

function undo() {
  after(async () => {
    const [place, before] = done.pop() ?? [];
    if (!place) {
      said.textContent = page.dataset.nothing;
      return true;
    }
    forget(Number(place.dataset.place));
    if (await send({ [place.dataset.place]: before === "other" ? "open" : before })) {
      said.textContent = page.dataset.undone;
      take(place);
      return true;
    }
    done.push([place, before]);
    return false;
  });
}

const forget = (number) => sessionStorage.setItem(memory, JSON.stringify(kept().filter((one) => one !== number)));

function edit(place) {
  if (!place || place.dataset.layer === "keywords") return;
  const number = Number(place.dataset.place);
  forget(number);
  sessionStorage.setItem(memory, JSON.stringify([...kept(), number]));
  choose(place, place.querySelector(".version:has(.said) button")?.dataset.choice ?? "0");
}

const keys = { a: "0", b: "1", 0: "neither", x: "neither" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("input, select, textarea, summary")) return;
  const place = inHand();
  const digit = !event.shiftKey && /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1]; // on a French keyboard it needs Shift
  const key = digit || event.key.toLowerCase();
  const choice = keys[key] ?? (/^[1-9]$/.test(key) ? String(key - 1) : undefined);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (choice !== undefined) choose(place, choice);
  else if (key === "u") undo();
  else if (key === "e") edit(place);
  else if (key === "n") document.getElementById("following")?.click();
  else if (step) take(places[Math.min(Math.max(places.indexOf(place) + step, 0), places.length - 1)]);
  else return;
  event.preventDefault();
});
page.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-choice]");
  if (button) choose(button.closest(".place"), button.dataset.choice);
  if (event.target.closest("#sign")) after(() => send({}));
  if (event.target.closest("#undo")) undo();
  if (event.target.closest("[data-edit-place]")) edit(event.target.closest(".place"));
});
show();
take(places.find(isOpen));
