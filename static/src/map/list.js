// Keeps the list and the map in step: pointing at one lights up the other.

/** Light the pin of the card under the pointer or focus, and the card of such a pin. */
export function followList(pins) {
  const cards = new Map();
  for (const card of document.querySelectorAll("[data-listing-id]")) {
    const id = card.dataset.listingId;
    cards.set(id, card);
    for (const event of ["mouseenter", "focusin"]) card.addEventListener(event, () => pins.light(id, true));
    for (const event of ["mouseleave", "focusout"]) card.addEventListener(event, () => pins.light(id, false));
  }
  pins.onPoint = (ids, on) => {
    for (const id of ids) cards.get(id)?.classList.toggle("is-lit", on);
  };
}
