// Buttons that lie on the map: search what it shows, and the outlines of the areas.

import L from "leaflet";

const MILE_M = 1609.344;
const LEAST_MILES = 0.1;
const MOST_MILES = 500;
const DIGITS = 3; // of a degree: the search reads no more

/** A button with words, as a control of the map. */
function button(map, words, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "map-button";
  made.textContent = words;
  made.addEventListener("click", () => press(made));
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => {
    const around = L.DomUtil.create("div", "map-control");
    around.append(made);
    L.DomEvent.disableClickPropagation(around);
    return around;
  };
  control.addTo(map);
  return made;
}

/** The search of what `map` shows: around its middle, as far as its nearer edge. */
export function areaAddress(map, areaUrl) {
  const url = new URL(areaUrl, document.baseURI);
  const [view, middle] = [map.getBounds(), map.getCenter()];
  const reach = Math.min(
    middle.distanceTo([view.getNorth(), middle.lng]),
    middle.distanceTo([middle.lat, view.getEast()]),
  );
  const miles = Math.min(MOST_MILES, Math.max(LEAST_MILES, reach / MILE_M));
  url.searchParams.set("near", `${middle.lat.toFixed(DIGITS)},${middle.lng.toFixed(DIGITS)}`);
  url.searchParams.set("within", Number(miles.toPrecision(2)));
  return url;
}

/** "Search this area", where the page has a search. */
export function searchArea(map, config) {
  const go = () => location.assign(areaAddress(map, config.areaUrl)); // which a search in place may change
  if (config.areaUrl) button(map, config.labels.searchArea, go);
}

/** Show and hide the outlines of the areas; `outlines` draws them once and gives their layer. */
export function toggleAreas(map, { labels }, outlines) {
  let layer = null;
  const made = button(map, labels.areas, async (pressed) => {
    const on = pressed.getAttribute("aria-pressed") === "false";
    pressed.setAttribute("aria-pressed", String(on));
    layer ??= await outlines();
    layer?.[on ? "addTo" : "removeFrom"](map);
  });
  made.setAttribute("aria-pressed", "false");
}
