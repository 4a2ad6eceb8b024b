// The style of the map that is drawn here: pale, so that pins stand out, with the names people go by.

import { CenteredTextSymbolizer, LineLabelSymbolizer, LineSymbolizer, PolygonSymbolizer, exp } from "protomaps-leaflet";

export const GROUND = "#f4f1e8";
const PARK = "#dfeadb";
const WATER = "#c3dbe6";
const BUILDING = "#e6e1d3";
const ROAD = "#ffffff";
const EDGE = "#cfc8b6";
const RAIL = "#b9b3a5";
const INK = "#37433d";
const FONT = '"Atkinson Hyperlegible Next", sans-serif';

const PARKS = new Set([
  "park", "forest", "wood", "grass", "grassland", "nature_reserve", "cemetery", "golf_course", "allotments",
  "recreation_ground", "playground", "pitch", "village_green", "garden", "meadow", "scrub",
]);
const BIG = new Set(["highway", "major_road"]);
const SMALL = new Set(["medium_road", "minor_road", "other"]);

/** What a feature is: Protomaps wrote "pmap:kind" before version 4 of its basemap. */
const kind = ({ props }) => String(props.kind ?? props["pmap:kind"] ?? "");
const among = (kinds) => (_zoom, feature) => kinds.has(kind(feature));

/** A line that grows with the zoom, from `thin` px at zoom 11 to `thick` at 18. */
const grown = (thin, thick) => exp(1.6, [[11, thin], [18, thick]]);

function roads() {
  const road = (kinds, thin, thick, minzoom) => [
    { dataLayer: "roads", minzoom, filter: among(kinds),
      symbolizer: new LineSymbolizer({ color: EDGE, width: grown(thin + 0.8, thick + 2) }) },
    { dataLayer: "roads", minzoom, filter: among(kinds),
      symbolizer: new LineSymbolizer({ color: ROAD, width: grown(thin, thick) }) },
  ];
  const path = new LineSymbolizer({ color: ROAD, width: 1, dash: [2, 2] });
  const rail = new LineSymbolizer({ color: RAIL, width: 1, dash: [6, 3] });
  return [
    { dataLayer: "roads", minzoom: 15, filter: among(new Set(["path"])), symbolizer: path },
    { dataLayer: "roads", minzoom: 11, filter: among(new Set(["rail"])), symbolizer: rail },
    ...road(SMALL, 0.3, 11, 12),
    ...road(BIG, 1.2, 17, 6),
  ];
}

/** What is painted, from the ground up. */
export function paint() {
  const fill = (dataLayer, colour, more = {}) => ({ dataLayer, symbolizer: new PolygonSymbolizer({ fill: colour }), ...more });
  return [
    fill("earth", GROUND),
    fill("landuse", PARK, { filter: among(PARKS) }),
    fill("water", WATER),
    fill("buildings", BUILDING, { minzoom: 14 }),
    ...roads(),
    { dataLayer: "boundaries", symbolizer: new LineSymbolizer({ color: RAIL, width: 1, dash: [4, 2] }) },
  ];
}

/** What is named, the most important first; in `language` where the file has it. */
export function labels(language) {
  const labelProps = [`name:${language}`, "name"];
  const name = { labelProps, fill: INK, stroke: GROUND, width: 2, lineHeight: 1.2 };
  const place = (size, weight) => new CenteredTextSymbolizer({ ...name, font: `${weight} ${size}px ${FONT}` });
  return [
    { dataLayer: "places", filter: among(new Set(["locality"])), symbolizer: place(15, 700) },
    { dataLayer: "places", minzoom: 12, filter: among(new Set(["neighbourhood", "macrohood"])), symbolizer: place(13, 700) },
    { dataLayer: "roads", minzoom: 15, filter: among(new Set([...BIG, ...SMALL])),
      symbolizer: new LineLabelSymbolizer({ ...name, font: `400 12px ${FONT}` }) },
  ];
}
