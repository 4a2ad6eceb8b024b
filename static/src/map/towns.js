// The names of towns and regions, on a map that has neither tiles nor outlines to read: as many as have room.

import L from "leaflet";

import { namesPane } from "./names.js";

const LETTER = 8; // px, about
const LINE = 24; // px
const BESIDE = 14; // px between two names
const MOST = 60; // names at once
const NEAR = 9; // the zoom from which towns are named, and regions no more

/** Whether a name of this rank (0 large, 1 a region, 2 a town) is read at `zoom`. */
const isRead = (rank, zoom) => rank === 0 || (rank === 1 ? zoom < NEAR && zoom > 5 : zoom >= NEAR);

/** The names that are read on `map` now and do not lie on each other, the first ones first. */
export function chosen(map, names) {
  const [zoom, view] = [map.getZoom(), map.getBounds()];
  const taken = [];
  return names.filter(([name, lat, lng, rank]) => {
    if (taken.length >= MOST || !isRead(rank, zoom) || !view.contains([lat, lng])) return false;
    const { x, y } = map.latLngToLayerPoint([lat, lng]);
    const half = (LETTER * name.length + BESIDE) / 2;
    if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < LINE)) return false;
    taken.push({ x, y, half });
    return true;
  });
}

/** Write the names from `url` on `map`, now and after each move; their layer, or null when there is no answer. */
export async function nameTowns(map, url) {
  const answer = url ? await fetch(url).catch(() => null) : null;
  if (!answer?.ok) return null;
  const { names } = await answer.json();
  const [layer, options] = [L.layerGroup(), namesPane(map)];
  const write = () => {
    layer.clearLayers();
    if (!map.hasLayer(layer)) return;
    for (const [name, lat, lng, rank] of chosen(map, names)) {
      const said = document.createElement("span"); // so that no name is ever read as HTML
      said.textContent = name;
      const className = `${options.className} outline-name--${rank}`;
      L.tooltip([lat, lng], { ...options, className, content: said }).addTo(layer);
    }
  };
  map.on("moveend", write);
  layer.on("add", write);
  return layer.addTo(map);
}
