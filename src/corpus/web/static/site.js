// The search of a site over the index that pagefind made. Words that are shown come from data attributes of the form.
// It is no module: a browser that reads the pages from a folder loads none, and would say that as an error.

const AT_ONCE = 20;
const NAMES = 100;
const form = document.getElementById("search");
const found = document.getElementById("found");
const list = document.getElementById("results");
const more = document.getElementById("more");
const facets = [...form.elements].filter((one) => one.name && !["q", "sort"].includes(one.name));
let pagefind, results = [], asked = 0;
let speakers = [];

/** Puts the values of a facet into its list, each with how many pages have it. */
function fill(select, counts) {
  const chosen = select.value || new URLSearchParams(location.search).get(select.name) || "";
  select.replaceChildren(new Option(form.dataset.all, ""));
  for (const [value, count] of Object.entries(counts)) select.add(new Option(`${value} (${count})`, value));
  if (chosen && !(chosen in counts)) select.add(new Option(chosen, chosen));
  select.value = chosen;
}

/** Offers the speakers whose name has what was typed. */
function offer() {
  const typed = form.elements.speaker.value.toLocaleLowerCase();
  const some = speakers.filter((one) => one.toLocaleLowerCase().includes(typed)).slice(0, NAMES);
  document.getElementById("names").replaceChildren(...some.map((one) => new Option(one)));
}

/** An excerpt as pagefind gives it: escaped text in which `mark` is the only element. */
function excerpt(html) {
  const shown = document.createElement("p");
  shown.dir = "auto";
  for (const [at, part] of html.split(/<\/?mark>/).entries()) {
    const plain = new DOMParser().parseFromString(`<p>${part}`, "text/html").body.textContent;
    shown.append(Object.assign(document.createElement(at % 2 ? "mark" : "span"), { textContent: plain }));
  }
  return shown;
}

/** Shows the next results behind those that stand there. */
async function show() {
  const mine = asked;
  const next = await Promise.all(results.splice(0, AT_ONCE).map((one) => one.data()));
  if (mine !== asked) return;
  for (const page of next) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = page.raw_url.replace(/^\//, "");
    link.append(Object.assign(document.createElement("bdi"), { textContent: page.meta.title }));
    const about = Object.assign(document.createElement("span"), { className: "muted", textContent: ` ${page.meta.about}` });
    item.append(link, about);
    if (page.excerpt.trim()) item.append(excerpt(page.excerpt));
    list.append(item);
  }
  more.hidden = !results.length;
}

/** Searches what the form asks for; the address of the page says it too. */
async function search() {
  const mine = ++asked;
  const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  history.replaceState(null, "", given.size ? `?${given}` : location.pathname);
  const filters = Object.fromEntries(facets.filter((one) => one.value).map((one) => [one.name, one.value]));
  found.textContent = form.dataset.working;
  const sort = given.get("sort") ? { date: given.get("sort") } : undefined;
  const answer = await pagefind.search(given.get("q") || null, { filters, ...(sort && { sort }) });
  if (mine !== asked) return;
  results = answer.results;
  const words = { 0: form.dataset.none, 1: form.dataset.one }[results.length] || form.dataset.several;
  found.textContent = words.replace("{count}", results.length.toLocaleString(document.documentElement.lang));
  list.replaceChildren();
  await show();
}

/** Loads the index, and only then shows the form in place of what says that there is no search. */
async function start() {
  try {
    pagefind = await import("../pagefind/pagefind.js");
    await pagefind.options({ baseUrl: "/", excerptLength: 30 });
    await pagefind.init();
    const known = await pagefind.filters();
    for (const one of facets) if (one.name !== "speaker") fill(one, known[one.name] ?? {});
    speakers = Object.keys(known.speaker ?? {});
  } catch {
    found.textContent = form.dataset.failed;
    return;
  }
  const given = new URLSearchParams(location.search);
  for (const name of ["q", "speaker", "sort"]) form.elements[name].value = given.get(name) ?? "";
  document.getElementById("unavailable").hidden = true;
  form.hidden = false;
  offer();
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  form.addEventListener("change", search);
  form.elements.speaker.addEventListener("input", offer);
  more.addEventListener("click", show);
  if (given.size) await search();
}

if (location.protocol !== "file:") start();
