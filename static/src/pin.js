// The pin of a place that somebody adds: set by the postcode, dragged, or nudged by the arrow keys and by buttons.
// It stands after map.js (which leaves Leaflet in window.L) and before the document that makes window.directory_map.

const NEAR = 17; // the zoom at which doors can be told apart
const STEP_M = 10;
const LEAP = 5; // steps, with Shift
const DEGREE_M = 111_320; // metres in a degree of latitude
const DIGITS = 6;
const WAYS = { north: [1, 0], south: [-1, 0], west: [0, -1], east: [0, 1] };
const KEYS = { ArrowUp: "north", ArrowDown: "south", ArrowLeft: "west", ArrowRight: "east" };

const box = document.getElementById("pin-box");
const status = document.getElementById("pin-status");
const [lat, lon, postcode] = ["pin-lat", "pin-lon", "postcode"].map((id) => document.getElementById(id));
if (box) box.hidden = false; // before the map is made: one without a size draws nothing

/** The picture of the pin; the words are for who cannot see it. */
function icon(L) {
  const shape = document.createElement("span");
  shape.className = "pin-map__pin";
  return L.divIcon({ className: "pin-map__place", html: shape, iconSize: [44, 52], iconAnchor: [22, 50] });
}

/** Where `point` is after `steps` of STEP_M that way. */
function moved(point, way, steps) {
  const [north, east] = WAYS[way];
  const degrees = (STEP_M * steps) / DEGREE_M;
  return [point.lat + north * degrees, point.lng + (east * degrees) / Math.cos((point.lat * Math.PI) / 180)];
}

class PlacedPin {
  #map;
  #marker = null;
  #centre = null; // of the postcode

  constructor(map) {
    this.#map = map;
    const first = lat.value && lon.value ? [Number(lat.value), Number(lon.value)] : null;
    if (first) this.#put(first);
    if (postcode.value) this.ask(first === null);
    postcode.addEventListener("change", () => this.ask(true));
    for (const button of box.querySelectorAll("[data-nudge]")) {
      button.addEventListener("click", () => this.#nudge(button.dataset.nudge, 2));
    }
  }

  /** Ask where the postcode is; `goes`: the pin goes there, and what was put by hand is forgotten. */
  async ask(goes) {
    const url = new URL(box.dataset.pointUrl, document.baseURI);
    url.searchParams.set("postcode", postcode.value);
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok) return;
    const found = await answer.json();
    this.#centre = found.lat === undefined ? null : window.L.latLng(found.lat, found.lon);
    if (goes) this.#toPostcode(found.said);
  }

  #toPostcode(said) {
    lat.value = lon.value = "";
    if (said) status.textContent = said;
    if (this.#centre) this.#put(this.#centre);
    else this.#marker?.remove();
    if (!this.#centre) this.#marker = null;
  }

  #put(point) {
    const L = window.L;
    if (!this.#marker) {
      this.#marker = L.marker(point, { draggable: true, icon: icon(L), keyboard: true, autoPan: true });
      this.#marker.addTo(this.#map);
      const element = this.#marker.getElement();
      element.setAttribute("role", "img");
      element.setAttribute("aria-label", box.dataset.labelPin);
      element.addEventListener("keydown", (event) => this.#key(event));
      this.#marker.on("dragend", () => this.#byHand());
    }
    this.#marker.setLatLng(point);
    this.#map.setView(point, Math.max(NEAR, this.#map.getZoom()), { animate: false });
  }

  #key(event) {
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation(); // else the map moves too
    this.#nudge(way, event.shiftKey ? LEAP : 1);
  }

  #nudge(way, steps) {
    if (way === "back") return this.ask(true);
    if (!this.#marker) return;
    this.#marker.setLatLng(moved(this.#marker.getLatLng(), way, steps));
    this.#byHand();
  }

  /** Keep where the pin stands now, and say so. */
  #byHand() {
    const point = this.#marker.getLatLng();
    lat.value = point.lat.toFixed(DIGITS);
    lon.value = point.lng.toFixed(DIGITS);
    this.#map.panTo(point, { animate: false });
    const off = this.#centre ? Math.round(this.#centre.distanceTo(point)) : 0;
    status.textContent = box.dataset.labelMoved.replace("{m}", off);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  if (box && window.directory_map instanceof window.L?.Map) new PlacedPin(window.directory_map);
});
