// The map's script: Leaflet, and what fills it. It comes before the document
// that Folium made, which calls L.map and leaves window.directory_map behind.

import L from "leaflet";

import { readConfig } from "./map/config.js";
import { searchArea, toggleAreas } from "./map/controls.js";
import { areaOn, hasTiles, hereOn, showOutlines, whenTilesFail } from "./map/ground.js";
import { loader } from "./map/features.js";
import { followList } from "./map/list.js";
import { Pins } from "./map/pins.js";
import { popups } from "./map/popups.js";
import { keepView } from "./map/view.js";

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

/** What lies under the pins: a file of tiles, tiles from an address, or the areas, which else come when asked for. */
function ground(map, config) {
  const outlines = () => showOutlines(map, config);
  const file = config.tilesFile && window.directoryTiles;
  if (file) file(L, map, config).catch(outlines);
  else whenTilesFail(map, outlines);
  if (config.outlinesUrl && (file || hasTiles(map))) toggleAreas(map, config, outlines);
}

/** Fill the map that Folium made in `element`. */
function boot(element, map) {
  const config = readConfig(element);
  nameControls(element, config.labels);
  map.attributionControl?.setPrefix(false);
  frame(map, config.box);
  const [centre, zoom] = [map.getCenter(), map.getZoom()];
  const view = keepView(map, () => map.setView(centre, zoom, { animate: false }));
  const marks = [hereOn(map), areaOn(map)];
  const mark = () => marks.forEach((draw) => draw(config));
  mark();
  const pins = new Pins(map, config, popups(map, config), view.step);
  followList(pins);
  searchArea(map, config);
  ground(map, config);
  const load = loader(map, config, (groups) => pins.draw(groups));
  map.on("moveend", load.soon);
  load.now();
  // Another search was made in place (inplace.js), and the page says now what its map shows.
  document.addEventListener("directory:search", () => {
    Object.assign(config, readConfig(element));
    view.quietly(() => frame(map, config.box));
    mark();
    followList(pins);
    load.now();
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const element = document.getElementById("directory_map");
  // Until Folium's script has run, the window's name for an element with this id is the element itself.
  if (element && window.directory_map instanceof L.Map) boot(element, window.directory_map);
});
