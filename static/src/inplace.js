// A search in place: the form, the filters in use and the other pages change the list without a new page. Without this
// script the same links and the same form load the page that this one fetches.

const PARTS = ["found-head", "found-list"]; // ids: what is replaced; the map beside them stays and is told
const OWN = ".chosen a, .facet__clear, .pagination a, .govuk-pagination a, #found-list .empty a";

const query = () => window.location.pathname + window.location.search;
let shown = query(); // what follows the hash is the map's, and is not another search

const part = (page, id) => page.getElementById(id);
const map = (page) => page.getElementById("directory_map");

/** The address that the form would load, without what says nothing. */
function addressOf(form) {
  const url = new URL(form.action, document.baseURI);
  const asked = [...new FormData(form)].filter(([, value]) => value !== "");
  url.search = new URLSearchParams(asked);
  return url;
}

/** Whether `url` is another search of this page. */
const isHere = (url) => url.origin === window.location.origin && url.pathname === window.location.pathname;

/** Where focus was, so that it can be put there again: an id, or a value of a filter. */
function place(element) {
  if (!element || element === document.body) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) return `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  return element.type === "submit" ? `.${element.closest(".filters") ? "filters__body" : "asks"} [type=submit]` : "";
}

/** Make one element's data that of another. */
function tell(old, now) {
  for (const name of Object.keys(old)) if (!(name in now)) delete old[name];
  Object.assign(old, now);
}

/** Show `page`, which was fetched, in this one. */
function show(page) {
  const focused = place(document.activeElement);
  const open = document.querySelector(".filters")?.open;
  for (const id of PARTS) part(document, id).replaceWith(document.adoptNode(part(page, id)));
  document.title = page.title;
  for (const name of ["q", "near"]) {
    part(document, name).value = part(page, name).value;
  }
  const filters = document.querySelector(".filters");
  if (filters && open) filters.open = true;
  const heading = document.querySelector("#found-head h1");
  heading.tabIndex = -1;
  ((focused && document.querySelector(focused)) || heading).focus({ preventScroll: true });
  part(document, "found-said").textContent = document.querySelector("#found-list [role=status]")?.textContent ?? "";
  if (map(page)) tell(map(document).dataset, map(page).dataset);
  document.dispatchEvent(new CustomEvent("directory:search"));
}

/** Fetch `url` and show it; whatever is not as expected is left to the browser. */
async function go(url, { push }) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const alike = PARTS.every((id) => part(page, id)) && Boolean(map(page)) === Boolean(map(document));
    const problem = page.getElementById("near-error") || document.getElementById("near-error");
    if (!answer.ok || !alike || problem) throw new Error("not a page of the same parts");
    if (push) window.history.pushState({}, "", url);
    shown = query();
    show(page);
  } catch {
    window.location.assign(url);
  }
}

/** Take over the form and the links of a page of results. */
export function searchInPlace() {
  const form = part(document, "search");
  if (!form || !PARTS.every((id) => part(document, id))) return;
  form.addEventListener("submit", (event) => {
    const url = addressOf(form);
    if (!isHere(url)) return;
    event.preventDefault();
    go(url, { push: true });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(OWN);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || !isHere(new URL(link.href))) return;
    event.preventDefault();
    go(new URL(link.href), { push: true });
  });
  window.addEventListener("popstate", () => {
    if (query() !== shown) go(new URL(window.location.href), { push: false });
  });
}
