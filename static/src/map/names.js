// The names of the areas, where there are no tiles to read: each in the part of
// its area that the map shows, as long as there is room.

import L from "leaflet";

const AROUND = 24; // px of an area beside its name
const LETTER = 7; // px, about
const LINE = 22; // px

/** The points of the part of `area` that lies in `view`, as [latitude, longitude]; of its largest part if it has several. */
function visible(area, view) {
  const window = L.bounds([view.getWest(), view.getSouth()], [view.getEast(), view.getNorth()]);
  const rings = area.getLatLngs().map((part) => (Array.isArray(part[0]) ? part[0] : part));
  const pieces = rings.map((ring) => L.PolyUtil.clipPolygon(ring.map(({ lat, lng }) => L.point(lng, lat)), window));
  pieces.sort((a, b) => b.length - a.length);
  return (pieces[0] ?? []).map(({ x, y }) => [y, x]);
}

/** Where the name goes: the area's own point for it while that is in view, else the middle of what is. */
function middle(map, area, points) {
  const { lat, lon } = area.feature.properties;
  const own = Number.isFinite(lat) && Number.isFinite(lon) ? L.latLng(lat, lon) : null;
  if (own && map.getBounds().contains(own)) return own;
  return L.PolyUtil.polygonCenter(points, map.options.crs);
}

/** The name if there is room for it on both sides of its middle, else the short label, else nothing. */
function words(map, area, points, centre) {
  const { min, max } = L.bounds(points.map((point) => map.latLngToLayerPoint(point)));
  const { x } = map.latLngToLayerPoint(centre);
  const wide = 2 * Math.min(x - min.x, max.x - x);
  const { name, label = "" } = area.feature.properties;
  const fits = (text) => text && wide >= AROUND + LETTER * text.length && max.y - min.y >= LINE;
  return [name, label].find(fits) ?? "";
}

/** Write one area's name anew. Its tooltip holds an element, so that no name is ever read as HTML. */
function place(map, area) {
  const points = visible(area, map.getBounds());
  const centre = points.length > 2 ? middle(map, area, points) : null;
  const said = centre ? words(map, area, points, centre) : "";
  const tip = area.getTooltip();
  tip.getContent().textContent = said;
  tip.getElement().hidden = !said; // a tooltip that says nothing is none
  if (said) tip.setLatLng(centre); // and its own middle there: it is as wide as what it says now
}

/** The pane of names, which lie on the areas and under the pins, and what a name is there. */
export function namesPane(map) {
  map.createPane("outline-names").classList.add("outline-names");
  return { className: "outline-name", direction: "center", pane: "outline-names", permanent: true };
}

/** Name the areas of a layer, now and after each move. */
export function nameAreas(map, areas) {
  const options = namesPane(map);
  areas.eachLayer((area) => area.bindTooltip(document.createElement("span"), options));
  const all = () => {
    if (map.hasLayer(areas)) areas.eachLayer((area) => place(map, area)); // else its tooltips are nowhere
  };
  map.on("moveend", all);
  areas.on("add", all);
  all();
}
