// What lies under the pins: tiles when they load, else the outlines of the areas.

import L from "leaflet";

import { nameAreas } from "./names.js";
import { nameTowns } from "./towns.js";

const FAILURES = 3; // one lost tile is a hole; three and none loaded is no map

// Counted from the making of a layer: its first tiles may fail before anyone else can listen.
L.TileLayer.addInitHook(function watch() {
  this.failed = 0;
  this.on("tileload", () => (this.failed = Number.NEGATIVE_INFINITY));
  this.on("tileerror", () => {
    this.failed += 1;
    if (this.failed >= FAILURES) this.fire("notiles");
  });
});

/** The layer of tiles of `map`, if it has one. */
function tilesOf(map) {
  let tiles = null;
  map.eachLayer((layer) => {
    if (layer instanceof L.TileLayer) tiles = layer;
  });
  return tiles;
}

/** Whether `map` has tiles from an address. */
export const hasTiles = (map) => tilesOf(map) !== null;

/** Call `instead`, once, when the map has no tiles or they do not come. */
export function whenTilesFail(map, instead) {
  const tiles = tilesOf(map);
  if (!tiles || tiles.failed >= FAILURES) instead();
  else tiles.once("notiles", instead);
}

let drawn = null;

/** The outlines, drawn once: the layer of them, or null when there is no answer. */
export function showOutlines(map, config) {
  drawn ??= drawOutlines(map, config);
  return drawn;
}

/**
 * Draw the areas of the place and their names, from `outlinesUrl`: GeoJSON with properties name, label, and lat and lon
 * of it. A country has too many to draw: there the names of its towns, from `namesUrl`, are the ground.
 */
async function drawOutlines(map, { outlinesUrl, namesUrl }) {
  if (!outlinesUrl) return null;
  const answer = await fetch(outlinesUrl).catch(() => null);
  if (!answer?.ok) return null; // the pins and the list stand without a ground
  const found = await answer.json();
  if (found.features.length === 0) return nameTowns(map, namesUrl);
  const areas = L.geoJSON(found, {
    interactive: false,
    style: (feature) => ({ className: `outline outline--${feature.properties.name.length % 3}`, weight: 1.5 }),
  }).addTo(map);
  areas.bringToBack();
  nameAreas(map, areas);
  return areas;
}

/** Marks where a search was made from, and how far it reached. `here` is latitude, longitude; a new mark replaces the old. */
export function hereOn(map) {
  const marks = L.layerGroup().addTo(map);
  return ({ here, withinM }) => {
    marks.clearLayers();
    if (!here) return;
    if (withinM > 0) L.circle(here, { radius: withinM, className: "reach", interactive: false }).addTo(marks);
    L.circleMarker(here, { radius: 8, className: "here", interactive: false }).addTo(marks);
  };
}

/** Draws the outline of the area that was asked for; another search's replaces it, and an answer that comes late is left. */
export function areaOn(map) {
  const drawnIn = L.layerGroup().addTo(map);
  let wanted = null;
  return async ({ outlineUrl }) => {
    if (outlineUrl === wanted) return;
    wanted = outlineUrl;
    drawnIn.clearLayers();
    if (!outlineUrl) return;
    const answer = await fetch(outlineUrl).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    if (!found || outlineUrl !== wanted) return;
    L.geoJSON(found, { interactive: false, style: { className: "asked-area" } }).addTo(drawnIn);
  };
}
