// Draws a PMTiles file of this site under the pins, in our own pale style. Loaded only where such a file is set, after
// map.js, which leaves Leaflet in window.L. The layers are those of Protomaps' basemap: earth, water, landuse, roads ...

import { PMTiles } from "pmtiles";
import { leafletLayer } from "protomaps-leaflet";

import { GROUND, labels, paint } from "./map/pale.js";

/** Put the file at `config.tilesFile` under everything on `map`. Rejects when it is not there or not to be read. */
window.directoryTiles = async (L, map, { tilesFile, tilesThanks }) => {
  const file = new PMTiles(new URL(tilesFile, document.baseURI).href);
  const { maxZoom } = await file.getHeader();
  const thanks = document.createElement("span");
  thanks.textContent = tilesThanks; // Leaflet takes markup here, and this is text
  const layer = leafletLayer({
    url: file,
    paintRules: paint(),
    labelRules: labels(document.documentElement.lang),
    backgroundColor: GROUND,
    maxDataZoom: Math.min(maxZoom, 15),
    attribution: thanks.innerHTML,
    noWrap: true,
  });
  layer.addTo(map);
  map.getContainer().dataset.ground = "file";
  return layer;
};
