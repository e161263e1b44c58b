// The form at the head of a page that says who corrects.

const form = document.getElementById("who");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, several, short } = form.elements;
  const answer = await fetch("/annotator", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-corpus-token": document.querySelector("meta[name=change-token]").content,
    },
    body: JSON.stringify({ name: name.value, several: several.checked, short: short.value }),
  }).catch(() => null);
  const taken = answer?.ok ? await answer.json() : null;
  if (taken?.short === "") {
    document.getElementById("short").hidden = false; // no name of a file can be made of the name
    short.focus();
  } else if (answer?.ok) location.reload();
  else document.getElementById("who-said").textContent = (await answer?.text()) || form.dataset.silent;
});
