// The map's state in the address, after the hash: #map=zoom/latitude/longitude. A move changes the entry of the
// browser's history; what a reader pressed for ("zoom in here") makes a new one, so that Back undoes it.

const HASH = /^#map=(\d{1,2})\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;
const DIGITS = 5; // of a degree: a metre

/** The view that an address asks for, as {zoom, centre}; null when it asks for none. */
export function readView(hash) {
  const found = HASH.exec(hash);
  if (!found) return null;
  const [zoom, lat, lng] = found.slice(1).map(Number);
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { zoom, centre: [lat, lng] } : null;
}

/** What the address says of the view of `map`. */
function written(map) {
  const { lat, lng } = map.getCenter();
  return `#map=${Math.round(map.getZoom())}/${lat.toFixed(DIGITS)}/${lng.toFixed(DIGITS)}`;
}

/** Keep address and map alike. Call it once the map shows what the page's search asks for: `start` shows that again. */
export function keepView(map, start) {
  let reading = false;
  let step = false;
  const quietly = (move) => {
    reading = true;
    move();
    reading = false;
  };
  const go = () => {
    const view = readView(location.hash);
    if (view) quietly(() => map.setView(view.centre, view.zoom, { animate: false }));
    else if (!location.hash) quietly(start);
  };
  if (readView(location.hash)) go();
  map.on("moveend", () => {
    if (reading) return;
    const hash = written(map);
    if (hash !== location.hash) history[step ? "pushState" : "replaceState"](history.state, "", hash);
    step = false;
  });
  window.addEventListener("popstate", go);
  return { step: () => (step = true), quietly };
}
