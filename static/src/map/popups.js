// The box that opens at a pin. Its words are text nodes: a listing's name is
// never read as HTML.

import L from "leaflet";

const EDGE_PX = 12; // of the map, that a popup leaves free
const ZOOM_PX = 72; // and beside the zoom buttons
const MOST_KEPT = 40; // listings of a shortlist, and pins told at once: as the server has it

/** An element with a class and words or children, none of it parsed. */
function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** The words that the server adds to a pin: what it helps with, how far, and whether it is open. */
function details({ needs, distance, lines }) {
  const opening = lines.filter(({ open }) => open).map(({ service, open, is_open: now }) => {
    const state = element("span", now ? "open" : "open open--shut", open);
    return element("p", "", ...(service && lines.length > 1 ? [`${service}: `] : []), state);
  });
  const told = [needs, distance].filter(Boolean).join(" · ");
  return [...(told ? [element("p", "", told)] : []), ...opening];
}

/** The link that puts a listing on the reader's shortlist, or takes it off: this page with another list. */
function keepLink({ id, name }, labels) {
  const url = new URL(location.href);
  const codes = (url.searchParams.get("list") ?? "").split(".").filter(Boolean);
  const has = codes.includes(id);
  if (!has && codes.length >= MOST_KEPT) return null;
  const list = has ? codes.filter((code) => code !== id) : [...codes, id];
  if (list.length > 0) url.searchParams.set("list", list.join("."));
  else url.searchParams.delete("list");
  const link = element("a", "pop__keep", has ? labels.remove : labels.add);
  link.append(element("span", "hidden", `: ${name}`));
  link.href = url;
  return element("p", "", link);
}

/** An address whose postcode is never broken across two lines. */
const whole = (where) => where.replace(/\b([A-Z]{1,2}\d[A-Z\d]?) (\d[A-Z]{2})\b/g, "$1\u00a0$2");

/** One listing: its name as a link, where it is, and whether the pin is only near it. */
function entry(pin, { labels, pinsUrl }) {
  const link = element("a", "pop__name", pin.name);
  link.href = pin.url;
  link.dir = "auto";
  const list = new URLSearchParams(location.search).get("list");
  if (list && pinsUrl) link.search = new URLSearchParams({ list });
  const lines = [whole(pin.where), pin.approximate ? labels.approximate : ""].filter(Boolean);
  const keep = labels.add ? keepLink(pin, labels) : null;
  const more = element("div", "pop__more");
  more.dataset.pin = `${pin.id}:${pin.at}`;
  return element("li", "", link, ...lines.map((words) => element("p", "", words)), more, ...(keep ? [keep] : []));
}

/** The words of a popup for one listing or for several at one point. */
function content(pins, config) {
  const list = element("ul", "pop", ...pins.map((pin) => entry(pin, config)));
  list.dir = document.documentElement.dir || "ltr";
  list.setAttribute("role", "list");
  return list;
}

/** Ask what the pins of a popup say more, and write it where it belongs; nothing when there is no answer. */
async function tellMore(list, pins, pinsUrl) {
  const url = new URL(pinsUrl, document.baseURI);
  url.searchParams.set("pins", pins.slice(0, MOST_KEPT).map(({ id, at }) => `${id}:${at}`).join(","));
  const answer = await fetch(url).then((got) => (got.ok ? got.json() : null)).catch(() => null);
  for (const place of list.querySelectorAll("[data-pin]")) {
    const more = answer?.pins[place.dataset.pin];
    if (more) place.replaceChildren(...details(more));
  }
}

/** Make Leaflet's wrapper a small dialog with a name and a close button in the page's language. */
function describe(box, pins, labels) {
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", pins[0].name);
  const close = box.querySelector(".leaflet-popup-close-button");
  close?.setAttribute("aria-label", labels.close);
  close?.setAttribute("title", labels.close);
}

/** Move the map so that `box` is seen whole, clear of the zoom buttons where there is room. */
function intoView(map, box) {
  const [frame, seen] = [map.getContainer(), box].map((each) => each.getBoundingClientRect());
  const start = frame.width > seen.width + ZOOM_PX + 2 * EDGE_PX ? ZOOM_PX : EDGE_PX;
  const over = (low, high, least, most) => Math.min(0, low - least) || Math.max(0, high - most);
  const x = over(seen.left, seen.right, frame.left + start, frame.right - EDGE_PX);
  const y = over(seen.top, seen.bottom, frame.top + EDGE_PX, frame.bottom - EDGE_PX);
  if (x || y) map.panBy([x, y], { animate: false });
}

/**
 * Opens one popup at a time. `show` takes a group (features.js) and, for when
 * the popup has closed, a function that puts focus back.
 */
export function popups(map, config) {
  const { labels } = config;
  // Leaflet's own way into view begins before the popup has its last size, and its second try stops the first.
  const popup = L.popup({ autoPan: false, maxHeight: 260, maxWidth: 280, minWidth: 180, offset: [0, -30] });
  let back = null;
  popup.on("remove", () => {
    const { activeElement } = document;
    if (activeElement === document.body || popup.getElement()?.contains(activeElement)) back?.();
    back = null;
  });
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !map.hasLayer(popup)) return;
    event.preventDefault(); // a fan under it stays
    event.stopPropagation();
    map.closePopup(popup);
  });
  return {
    isOpen: () => map.hasLayer(popup),
    show({ pins, lat, lng }, { takeFocus, focusBack }) {
      back = null; // another pin's popup closes without taking focus back to it
      const list = content(pins, config);
      popup.setContent(list).setLatLng([lat, lng]).openOn(map);
      describe(popup.getElement(), pins, labels);
      back = focusBack;
      if (takeFocus) popup.getElement().querySelector("a.pop__name").focus({ preventScroll: true });
      intoView(map, popup.getElement());
      if (!config.pinsUrl) return;
      tellMore(list, pins, config.pinsUrl).then(() => {
        if (!list.isConnected) return;
        const held = list.contains(document.activeElement) ? document.activeElement : null;
        popup.update(); // takes the list out and puts it in again
        held?.focus({ preventScroll: true });
        intoView(map, popup.getElement());
      });
    },
  };
}
