// A page that says how far something is asks again, until it is at another point: then the page is loaded anew.
// Without this script somebody presses the link: a page that loads itself anew is taken away from who reads it.

const EVERY_MS = 2_000;

const part = (page) => page.querySelector("[data-progress]");

async function look() {
  const here = part(document);
  try {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = part(page);
    if (!answer.ok || !there || there.dataset.progress !== here.dataset.progress) {
      window.location.reload();
      return;
    }
    if (here.textContent !== there.textContent) here.textContent = there.textContent;
  } catch {
    // the server is away for a moment: ask again
  }
  window.setTimeout(look, EVERY_MS);
}

/** Keep the words of how far it is up to date. */
export function watchProgress() {
  if (part(document)) window.setTimeout(look, EVERY_MS);
}
