// The box that opens at a pin. Its words are text nodes: a listing's name is
// never read as HTML.

import L from "leaflet";

/** An element with a class and words or children, none of it parsed. */
function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** One listing: its name as a link, where it is, and whether the pin is only near it. */
function entry({ name, url, where, approximate }, labels) {
  const link = element("a", "pop__name", name);
  link.href = url;
  link.dir = "auto";
  const lines = [where, approximate ? labels.approximate : ""].filter(Boolean);
  return element("li", "", link, ...lines.map((words) => element("p", "", words)));
}

/** The words of a popup for one listing or for several at one point. */
function content(pins, labels) {
  const list = element("ul", "pop", ...pins.map((pin) => entry(pin, labels)));
  list.dir = document.documentElement.dir || "ltr";
  list.setAttribute("role", "list");
  return list;
}

/** Make Leaflet's wrapper a small dialog with a name and a close button in the page's language. */
function describe(box, pins, labels) {
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", pins[0].name);
  const close = box.querySelector(".leaflet-popup-close-button");
  close?.setAttribute("aria-label", labels.close);
  close?.setAttribute("title", labels.close);
}

/**
 * Opens one popup at a time. `show` takes a group (features.js) and, for when
 * the popup has closed, a function that puts focus back.
 */
export function popups(map, labels) {
  const room = { autoPanPaddingTopLeft: [72, 16], autoPanPaddingBottomRight: [16, 32] }; // clear of the buttons
  const popup = L.popup({ ...room, maxHeight: 260, maxWidth: 280, minWidth: 180, offset: [0, -30] });
  let back = null;
  popup.on("remove", () => {
    const { activeElement } = document;
    if (activeElement === document.body || popup.getElement()?.contains(activeElement)) back?.();
    back = null;
  });
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !map.hasLayer(popup)) return;
    event.stopPropagation();
    map.closePopup(popup);
  });
  return {
    show({ pins, lat, lng }, { takeFocus, focusBack }) {
      back = null; // another pin's popup closes without taking focus back to it
      popup.setContent(content(pins, labels)).setLatLng([lat, lng]).openOn(map);
      describe(popup.getElement(), pins, labels);
      back = focusBack;
      if (takeFocus) popup.getElement().querySelector("a.pop__name").focus({ preventScroll: true });
    },
  };
}
