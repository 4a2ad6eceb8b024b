// Pins of one place, fanned out: each gets room of its own around the place, with a line to it.

import L from "leaflet";

const ROOM = 48; // px from pin to pin on the circle: a pin is 34 wide
const LEAST = 58; // px from the place to its pins
export const MOST = 12; // more do not fit a telephone; they are listed instead

const radiusOf = (count) => Math.max(LEAST, (count * ROOM) / (2 * Math.PI));

/** How far from its place, in px, a fan may lie on something else. */
export const reach = (count) => radiusOf(count) + ROOM;

/** Where the pins of a fan stand around its place, px, from the top and clockwise. */
export function spots(count) {
  const radius = radiusOf(count);
  return Array.from({ length: count }, (_, at) => {
    const angle = (2 * Math.PI * at) / count - Math.PI / 2;
    return L.point(Math.cos(angle) * radius, Math.sin(angle) * radius);
  });
}

/** Opens one fan at a time on `map`. `make(pin, latLng)` adds the marker of one pin to the layer it is given. */
export class Fan {
  #map;
  #layer = L.layerGroup();
  #folded = null;

  constructor(map) {
    this.#map = map;
    this.#layer.addTo(map);
    map.on("zoomstart", () => this.fold());
    map.on("click", () => this.fold());
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#folded && !event.defaultPrevented) this.fold(true);
    });
  }

  /** Whether one is open. */
  get isOpen() {
    return this.#folded !== null;
  }

  /** Fan out the pins of `group`; `folded(takeFocus)` is called when it closes. The buttons, in their order. */
  open(group, make, folded) {
    this.fold();
    const [map, place] = [this.#map, L.latLng(group.lat, group.lng)];
    const middle = map.latLngToLayerPoint(place);
    const buttons = spots(group.pins.length).map((spot, at) => {
      const there = map.layerPointToLatLng(middle.add(spot));
      L.polyline([place, there], { className: "fan__line", interactive: false }).addTo(this.#layer);
      return make(group.pins[at], there, this.#layer);
    });
    this.#folded = folded;
    return buttons;
  }

  /** Close it. `takeFocus`: to where it was opened. */
  fold(takeFocus = false) {
    const folded = this.#folded;
    this.#folded = null;
    const held = this.#map.getContainer().contains(document.activeElement);
    this.#layer.clearLayers();
    folded?.(takeFocus || (held && document.activeElement === document.body));
  }
}
