// What is being saved: one change after the other, and nobody leaves the page while one is on its way or was lost.

let line = Promise.resolve(true);
let waiting = 0;
let lost = false;

/** Does work once what was asked for before is done; `work` gives whether all went well. */
export function after(work) {
  waiting++;
  line = line.then(work).finally(() => waiting--);
  return line;
}

/** Says whether what was sent last was not written, for a reason that is not the change itself. */
export const mark = (isLost) => (lost = isLost);

let token = document.querySelector("meta[name=change-token]").content;

/** Sends a change; where the application was started anew since, with the token that it gives now. */
export async function change(address, sent) {
  const send = () =>
    fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", "x-corpus-token": token },
      body: JSON.stringify(sent),
    });
  const answer = await send();
  if (answer.status !== 403) return answer;
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const given = page.querySelector("meta[name=change-token]")?.content;
  if (!given || given === token) return answer;
  token = given;
  return send();
}

/** What is wrong, for the reader: the sentence of its rule, then the details, which are those of the command line. */
export function told({ said, details, rule }) {
  const shown = document.createElement("span");
  shown.lang = "en";
  shown.textContent = details;
  return [`${said} `, shown, ` (${rule})`];
}

/** A link, whoever follows it and how, waits for what is on its way, and stays where that was refused. */
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !waiting || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (await line) link.click();
});

addEventListener("beforeunload", (event) => {
  if (waiting || lost) event.preventDefault();
});
