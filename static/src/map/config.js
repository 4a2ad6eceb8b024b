// What the page tells the map, all of it in data attributes of #directory_map.

/** Comma-separated numbers, or null when any is missing or not a number. */
export function numbers(text, count) {
  const found = (text ?? "").split(",").map(Number.parseFloat);
  return found.length === count && found.every(Number.isFinite) ? found : null;
}

/** The words with {name} replaced by its value. */
export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Addresses, first view and words (in the page's language) for the map in `element`. */
export function readConfig(element) {
  const { dataset } = element;
  return {
    featuresUrl: dataset.featuresUrl,
    features: dataset.features ? JSON.parse(dataset.features) : null,
    icons: dataset.icons,
    outlinesUrl: dataset.outlinesUrl,
    namesUrl: dataset.namesUrl,
    outlineUrl: dataset.outlineUrl,
    pinsUrl: dataset.pinsUrl,
    areaUrl: dataset.areaUrl,
    tilesFile: dataset.tilesFile,
    tilesThanks: dataset.tilesThanks,
    box: numbers(dataset.box, 4),
    here: numbers(dataset.here, 2),
    withinM: Number.parseFloat(dataset.withinM) || 0,
    status: document.getElementById("map-status"),
    labels: {
      zoomIn: dataset.labelZoomIn,
      zoomOut: dataset.labelZoomOut,
      cluster: dataset.labelCluster,
      together: dataset.labelTogether,
      approximate: dataset.labelApproximate,
      close: dataset.labelClose,
      count: dataset.labelCount,
      failed: dataset.labelFailed,
      searchArea: dataset.labelSearchArea,
      areas: dataset.labelAreas,
      add: dataset.labelAdd,
      remove: dataset.labelRemove,
    },
  };
}
