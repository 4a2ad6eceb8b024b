// The map's script: Leaflet, and what fills it. It comes before the document
// that Folium made, which calls L.map and leaves window.directory_map behind.

import L from "leaflet";

import { readConfig } from "./map/config.js";
import { hereOn, showOutlines, whenTilesFail } from "./map/ground.js";
import { loader } from "./map/features.js";
import { followList } from "./map/list.js";
import { Pins } from "./map/pins.js";
import { popups } from "./map/popups.js";

window.L = L;
L.Marker.mergeOptions({ autoPanOnFocus: false }); // else focusing a pin moves the map, which loads the pins anew
if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
  const still = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false };
  L.Map.mergeOptions(still);
}

/** Name Leaflet's own buttons in the page's language. */
function nameControls(container, labels) {
  for (const [part, words] of [["in", labels.zoomIn], ["out", labels.zoomOut]]) {
    const button = container.querySelector(`.leaflet-control-zoom-${part}`);
    if (!button) continue;
    button.title = words;
    button.setAttribute("aria-label", words);
  }
}

/** Show what the page's search asks for: a box of degrees west, south, east, north. */
function frame(map, box) {
  if (!box) return;
  const [west, south, east, north] = box;
  map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: 16, padding: [4, 4] });
}

/** Fill the map that Folium made in `element`. */
function boot(element, map) {
  const config = readConfig(element);
  nameControls(element, config.labels);
  map.attributionControl?.setPrefix(false);
  frame(map, config.box);
  const drawHere = hereOn(map);
  drawHere(config);
  const popup = popups(map, config.labels);
  const pins = new Pins(map, config, popup);
  followList(pins);
  whenTilesFail(map, () => showOutlines(map, config.outlinesUrl));
  const load = loader(map, config, (groups) => pins.draw(groups));
  map.on("moveend", load.soon);
  load.now();
  // Another search was made in place (inplace.js), and the page says now what its map shows.
  document.addEventListener("directory:search", () => {
    Object.assign(config, readConfig(element));
    frame(map, config.box);
    drawHere(config);
    followList(pins);
    load.now();
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const element = document.getElementById("directory_map");
  // Until Folium's script has run, the window's name for an element with this id is the element itself.
  if (element && window.directory_map instanceof L.Map) boot(element, window.directory_map);
});
