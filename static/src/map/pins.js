// Pins and clusters: buttons on the map, kept when the next answer has them too,
// so that focus and open popups survive a move.

import L from "leaflet";

import { fill } from "./config.js";
import { Fan, MOST, reach } from "./fan.js";
import { clusterWidth } from "./features.js";

const SVG = "http://www.w3.org/2000/svg";
const SHAPE = "M17 41C9 31 2 24.500 2 16a15 15 0 0 1 30 0c0 8.500-7 15-15 25z";
const DEEPEST = 19; // the zoom of the finest tiles there are; a map without tiles has no limit of its own
const FAN_ROOM = [112, 132]; // px between a fan's place and the map's edge
const SAME_PLACE = 1e-5; // degrees, about a metre: no zoom tells two such points apart

/** An SVG element with its attributes. */
function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A pin's picture, with the icon of its need in it. */
function pinPicture({ need }, sheet) {
  const parts = [svg("path", { d: SHAPE, class: "pin__shape" })];
  if (need && sheet) {
    const place = { href: `${sheet}#${need}`, x: 8, y: 7, width: 18, height: 18, class: "pin__icon" };
    parts.push(svg("use", place));
  } else {
    parts.push(svg("circle", { cx: 17, cy: 16, r: 5, class: "pin__dot" }));
  }
  return svg("svg", { viewBox: "0 0 34 42", width: 34, height: 42, "aria-hidden": "true" }, ...parts);
}

/** Leaflet's icon for one pin or one cluster. */
function iconFor({ n, pins }, sheet) {
  if (n > 1) {
    const width = clusterWidth(n);
    const number = document.createElement("span");
    number.textContent = n.toLocaleString(document.documentElement.lang || undefined);
    return L.divIcon({ className: "cluster", html: number, iconSize: [width, width] });
  }
  const className = pins[0].approximate ? "pin pin--near" : "pin";
  return L.divIcon({ className, html: pinPicture(pins[0], sheet), iconSize: [34, 42], iconAnchor: [17, 42] });
}

/** What is drawn on one map. `onPoint(ids, on)` hears which listings are pointed at. */
export class Pins {
  #map;
  #labels;
  #popup;
  #sheet;
  #layer = L.layerGroup();
  #drawn = new Map();
  #fan;
  #step;
  #shown = null; // the key of what a popup was opened for last

  onPoint = () => {};

  /** `step()` says that the next move is one that Back should undo. */
  constructor(map, { labels, icons }, popup, step = () => {}) {
    this.#map = map;
    this.#fan = new Fan(map);
    this.#step = step;
    this.#labels = labels;
    this.#popup = popup;
    this.#sheet = icons;
    this.#layer.addTo(map);
  }

  /** Show these groups (features.js) and no others. */
  draw(groups) {
    const wanted = new Map(groups.map((group) => [this.#key(group), group]));
    const held = [...this.#drawn.values()].some(({ button }) => button === document.activeElement);
    const fanned = [...this.#drawn].find(([, { button }]) => button.classList.contains("is-fanned"))?.[0];
    const open = wanted.get(fanned);
    if (fanned && !open) this.#fan.fold();
    const kept = this.#kept();
    for (const [key, { marker }] of this.#drawn) {
      if (wanted.has(key) || key === kept) continue;
      this.#layer.removeLayer(marker);
      this.#drawn.delete(key);
    }
    for (const [key, group] of wanted) if (!this.#drawn.has(key)) this.#add(key, group);
    if (open) this.#clear(open);
    // When what had focus is gone, focus stays on the map instead of falling to the page's top.
    if (held && document.activeElement === document.body) this.#focus(null);
  }

  /** Light the pin of a listing, or of the group it is in; or put it out. */
  light(id, on) {
    for (const { marker, button, ids } of this.#drawn.values()) {
      if (!ids.includes(id)) continue;
      button.classList.toggle("is-lit", on);
      marker.setZIndexOffset(on ? 1000 : 0);
    }
  }

  /**
   * What stays although an answer has it no more: the pin whose popup is open, or was until focus went back to it.
   * The map moves to make room for a popup, and where more is in view each pin may be in a cluster.
   */
  #kept() {
    const button = this.#drawn.get(this.#shown)?.button;
    return button && (this.#popup.isOpen() || button === document.activeElement) ? this.#shown : null;
  }

  #key(group) {
    const { lat, lng, n, pins } = group;
    return [lat, lng, n, this.#canPart(group), ...pins.map(({ id }) => id)].join();
  }

  #deepest() {
    return Math.min(this.#map.getMaxZoom(), DEEPEST);
  }

  /** Whether zooming in can still tell the members of a group apart. */
  #canPart({ box: [west, south, east, north], pins, n }) {
    const together = pins.length === n && east - west < SAME_PLACE && north - south < SAME_PLACE;
    return !together && this.#map.getZoom() < this.#deepest();
  }

  #add(key, group) {
    const ids = group.pins.map(({ id }) => String(id));
    const marker = this.#button(key, group, this.#layer);
    this.#drawn.set(key, { marker, button: marker.getElement(), ids });
  }

  /** A marker on `layer` that can be pressed, for a pin or a group. */
  #button(key, group, layer) {
    const { lat, lng, n, pins } = group;
    const marker = L.marker([lat, lng], { icon: iconFor(group, this.#sheet), riseOnHover: true });
    layer.addLayer(marker);
    const button = marker.getElement();
    const ids = pins.map(({ id }) => String(id));
    button.setAttribute("aria-label", this.#name(group));
    if (n === 1) button.title = pins[0].name;
    const press = (byKey) => this.#activate(key, group, button, byKey);
    // Leaflet's click, not the browser's: it knows that a drag which ends here is no click.
    marker.on("click", ({ originalEvent }) => press(originalEvent.detail === 0));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      press(true);
    });
    for (const event of ["mouseenter", "focus"]) button.addEventListener(event, () => this.onPoint(ids, true));
    for (const event of ["mouseleave", "blur"]) button.addEventListener(event, () => this.onPoint(ids, false));
    return marker;
  }

  #name(group) {
    if (group.n === 1) return group.pins[0].name;
    return fill(this.#canPart(group) ? this.#labels.cluster : this.#labels.together, group);
  }

  #activate(key, group, button, byKey) {
    if (group.n > 1 && this.#canPart(group)) {
      this.#step();
      this.#zoomTo(group);
    } else if (group.n > 1 && group.pins.length <= MOST) {
      this.#fanOut(key, group, button, byKey);
    } else if (group.pins.length > 0) {
      const focusBack = () => (button.isConnected ? button.focus({ preventScroll: true }) : this.#focus(key));
      this.#shown = key;
      this.#popup.show(group, { takeFocus: byKey, focusBack });
    }
  }

  /** Give each pin of one place room of its own; pressed again, fold them. */
  #fanOut(key, group, button, byKey) {
    if (button.classList.contains("is-fanned")) return this.#fan.fold(true);
    const make = (pin, { lat, lng }, layer) => {
      const marker = this.#button(key, { lat, lng, n: 1, pins: [pin], box: group.box }, layer);
      marker.getElement().classList.add("pin--fanned");
      return marker.setZIndexOffset(2000).getElement();
    };
    const buttons = this.#fan.open(group, make, (takeFocus) => {
      button.classList.remove("is-fanned");
      button.setAttribute("aria-expanded", "false");
      this.#clear(null);
      if (takeFocus) this.#focus(key);
    });
    button.classList.add("is-fanned");
    button.setAttribute("aria-expanded", "true");
    this.#clear(group);
    this.#map.panInside([group.lat, group.lng], { padding: FAN_ROOM, animate: false });
    if (byKey) buttons[0].focus({ preventScroll: true });
  }

  /** Take away, for as long as a fan is open around `group`, what its pins would lie on. */
  #clear(group) {
    const middle = group && this.#map.latLngToLayerPoint([group.lat, group.lng]);
    for (const { marker, button } of this.#drawn.values()) {
      const near = middle && this.#map.latLngToLayerPoint(marker.getLatLng()).distanceTo(middle) < reach(group.pins.length);
      button.classList.toggle("is-under", Boolean(near) && !button.classList.contains("is-fanned"));
    }
  }

  /** Zoom so far in that the group fills the map, and at least one step. */
  #zoomTo({ box: [west, south, east, north] }) {
    const bounds = L.latLngBounds([[south, west], [north, east]]);
    const fits = this.#map.getBoundsZoom(bounds, false, [40, 40]);
    const zoom = Math.min(this.#deepest(), Math.max(this.#map.getZoom() + 1, fits));
    this.#map.setView(bounds.getCenter(), zoom);
  }

  #focus(key) {
    const button = this.#drawn.get(key)?.button ?? this.#map.getContainer();
    button.focus({ preventScroll: true });
  }
}
