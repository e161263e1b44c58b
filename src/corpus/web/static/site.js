// The search of a site over the index that pagefind made. Words that are shown come from data attributes of the form.
// It is no module: a browser that reads the pages from a folder loads none, and would say that as an error.

const AT_ONCE = 20;
const NAMES = 100;
const BEFORE = 8, WORDS = 30;
const form = document.getElementById("search");
const found = document.getElementById("found");
const list = document.getElementById("results");
const more = document.getElementById("more");
const facets = [...form.elements].filter((one) => one.name && !["q", "sort"].includes(one.name));
let pagefind, results = [], asked = 0;
let speakers = [];

/** Puts the values of a facet into its list, each with how many articles have it; those that none has are left out. */
function fill(select, counts) {
  const chosen = select.value || new URLSearchParams(location.search).get(select.name) || "";
  select.replaceChildren(new Option(form.dataset.all, ""));
  for (const [value, count] of Object.entries(counts))
    if (count || value === chosen) select.add(new Option(`${value} (${count})`, value));
  if (chosen && !(chosen in counts)) select.add(new Option(chosen, chosen));
  select.value = chosen;
}

/** Offers the speakers whose name has what was typed. */
function offer() {
  const typed = form.elements.speaker.value.toLocaleLowerCase();
  const some = speakers.filter((one) => one.toLocaleLowerCase().includes(typed)).slice(0, NAMES);
  document.getElementById("names").replaceChildren(...some.map((one) => new Option(one)));
}

/** A text with œ, æ and ’ spelled as people type them: the index has it so. */
function spelled(text) {
  return text.replace(/œ/g, "oe").replace(/Œ/g, "Oe").replace(/æ/g, "ae").replace(/Æ/g, "Ae").replace(/’/g, "'");
}

/** The words of an article, as they are written, and where those stand that were found. */
function hits(page) {
  const text = page.raw_content.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
  const written = new Map((page.meta.written ?? "").split("|").map((word) => [spelled(word), word]));
  const words = text.split(text.includes("\u200B") ? "\u200B" : /\s+/).map((word) => written.get(word) ?? word);
  return { words, places: [...new Set(page.locations)].sort((one, other) => one - other) };
}

/** The words around the first that was found. */
function excerpt({ words, places }) {
  const shown = document.createElement("p");
  shown.dir = "auto";
  const start = Math.max(0, Math.min(places[0] - BEFORE, words.length - WORDS));
  for (const [at, word] of words.slice(start, start + WORDS).entries()) {
    const hit = places.includes(start + at);
    shown.append(hit ? Object.assign(document.createElement("mark"), { textContent: word }) : word, " ");
  }
  return shown;
}

/** The page of a long article on which the first word stands that was found. */
function place(page, { places }) {
  const begun = page.anchors.filter((one) => /^p\d+$/.test(one.id) && one.location <= places[0]);
  const last = begun.sort((one, other) => one.location - other.location).at(-1);
  return page.raw_url.replace(/^\//, "").replace(/\.html$/, `${last ? `~${last.id}` : ""}.html`);
}

/** Shows the next results behind those that stand there. */
async function show() {
  const mine = asked;
  const next = await Promise.all(results.splice(0, AT_ONCE).map((one) => one.data()));
  if (mine !== asked) return;
  for (const page of next) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const found = hits(page);
    link.href = place(page, found);
    link.append(Object.assign(document.createElement("bdi"), { textContent: page.meta.title }));
    const about = Object.assign(document.createElement("small"), { textContent: page.meta.about });
    item.append(link, about);
    if (found.places.length) item.append(excerpt(found));
    list.append(item);
  }
  more.hidden = !results.length;
}

/** Searches what the form asks for; the address of the page says it too. */
async function search() {
  const mine = ++asked;
  const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  history.replaceState(null, "", given.size ? `?${given}` : location.pathname);
  const words = given.get("q") ? spelled(given.get("q")) : null;
  const filters = Object.fromEntries(facets.filter((one) => one.value).map((one) => [one.name, one.value]));
  found.textContent = form.dataset.working;
  const sort = given.get("sort") ? { date: given.get("sort") } : undefined;
  const answer = await pagefind.search(words, { filters, ...(sort && { sort }) });
  const counted = await Promise.all(facets.map(async (one) => {
    if (one.name === "speaker" || !one.value) return answer.filters[one.name];
    const others = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== one.name));
    return (await pagefind.search(words, { filters: others })).filters[one.name]; // what another value would give
  }));
  if (mine !== asked) return;
  results = answer.results;
  for (const [at, one] of facets.entries()) if (one.name !== "speaker") fill(one, counted[at] ?? {});
  const said = { 0: form.dataset.none, 1: form.dataset.one }[results.length] || form.dataset.several;
  const count = results.length.toLocaleString(document.documentElement.lang);
  list.replaceChildren();
  await show();
  if (mine === asked) found.textContent = said.replace("{count}", count); // once they stand there
}

/** Says that a part of the index did not come. */
function fail() {
  found.textContent = form.dataset.failed;
}

/** Loads the index, and only then shows the form in place of what says that there is no search. */
async function start() {
  try {
    pagefind = await import("../pagefind/pagefind.js");
    await pagefind.options({ baseUrl: "/" });
    await pagefind.init();
    const known = await pagefind.filters();
    for (const one of facets) if (one.name !== "speaker") fill(one, known[one.name] ?? {});
    speakers = Object.keys(known.speaker ?? {});
  } catch {
    return fail();
  }
  const given = new URLSearchParams(location.search);
  for (const name of ["q", "speaker", "sort"]) form.elements[name].value = given.get(name) ?? "";
  document.getElementById("unavailable").hidden = true;
  form.hidden = false;
  offer();
  form.addEventListener("submit", (event) => { event.preventDefault(); search().catch(fail); });
  form.addEventListener("change", () => search().catch(fail));
  form.elements.speaker.addEventListener("input", offer);
  more.addEventListener("click", () => show().catch(fail));
  if (given.size) await search().catch(fail);
}

if (location.protocol !== "file:") start();
