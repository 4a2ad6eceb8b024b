// From an answer of /map/features to the things that are drawn.

import { fill } from "./config.js";

const WAIT_MS = 150; // a drag ends in several moves; one request is enough
const PIN = { width: 34, height: 42 }; // px, as map.scss draws it
const WORLD = { west: -180, south: -90, east: 180, north: 90 };

/** How wide a cluster of `n` is, in px: wider for more, but never under a thumb's 40. */
export function clusterWidth(n) {
  return Math.min(64, 34 + 6 * Math.ceil(Math.log2(n) / 1.5));
}

/** One feature as {lat, lng, n, box, pins}: a pin is a group of one. */
function item({ geometry, properties }) {
  const [lng, lat] = geometry.coordinates;
  const box = properties.box ?? [lng, lat, lng, lat];
  return { lat, lng, box, n: properties.n ?? 1, pins: properties.n ? [] : [properties] };
}

/** The px that an item covers, for finding what would lie on top of it. */
function covers(map, { lat, lng, n, pins }) {
  const { x, y } = map.latLngToLayerPoint([lat, lng]);
  if (n === 1 && pins.length === 1) {
    return { left: x - PIN.width / 2, right: x + PIN.width / 2, top: y - PIN.height, bottom: y };
  }
  const half = clusterWidth(n) / 2;
  return { left: x - half, right: x + half, top: y - half, bottom: y + half };
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Add `more` to a group that it would overlap. The group stays where it is. */
function join(group, more) {
  const [west, south, east, north] = group.box;
  const [west2, south2, east2, north2] = more.box;
  group.box = [Math.min(west, west2), Math.min(south, south2), Math.max(east, east2), Math.max(north, north2)];
  group.n += more.n;
  group.pins = [...group.pins, ...more.pins];
}

/**
 * What to draw for a GeoJSON answer: overlapping pins and clusters become one,
 * because each thing on the map must have its own 24 px to press.
 */
export function groups(map, { features }) {
  const found = features.filter(({ geometry }) => geometry).map(item);
  found.sort((a, b) => b.n - a.n || b.lat - a.lat || a.lng - b.lng);
  const kept = [];
  for (const one of found) {
    const covered = covers(map, one);
    const under = kept.find((group) => overlap(group.covered, covered));
    if (under) {
      join(under, one);
      under.covered = covers(map, under);
    } else {
      kept.push({ ...one, covered });
    }
  }
  // From the top of the map to its foot, so that the Tab key walks as eyes do.
  return kept.sort((a, b) => b.lat - a.lat);
}

/** The address that answers for what `map` shows now. */
function addressFor(map, featuresUrl) {
  const url = new URL(featuresUrl, document.baseURI);
  const view = map.getBounds();
  const box = [
    Math.max(WORLD.west, view.getWest()),
    Math.max(WORLD.south, view.getSouth()),
    Math.min(WORLD.east, view.getEast()),
    Math.min(WORLD.north, view.getNorth()),
  ];
  url.searchParams.set("bbox", box.map((degrees) => degrees.toFixed(5)).join(","));
  url.searchParams.set("zoom", Math.round(map.getZoom()));
  return url;
}

/** The answer of `url` as JSON; null when there is none, or when a newer request stopped it. */
async function ask(url, signal) {
  try {
    const answer = await fetch(url, { signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // no network, no JSON, or stopped: the caller tells which
  }
}

/**
 * Fetches what the map shows and hands it to `draw`. A newer request stops the
 * older; a failure is told in words, and what was drawn stays.
 */
export function loader(map, config, draw) {
  const { status, labels } = config;
  let asked = new AbortController();
  let timer = 0;
  const say = (words) => {
    if (status && status.textContent !== words) status.textContent = words;
  };
  const now = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const { featuresUrl, features } = config; // another search in place changes them
    const answer = featuresUrl ? await ask(addressFor(map, featuresUrl), signal) : features;
    if (signal.aborted) return;
    if (!answer) return say(labels.failed);
    const shown = groups(map, answer);
    draw(shown);
    if (featuresUrl) say(fill(labels.count, { n: shown.reduce((sum, { n }) => sum + n, 0) }));
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(now, WAIT_MS);
  };
  return { now, soon };
}
