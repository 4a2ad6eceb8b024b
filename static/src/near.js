// "Near me": a button beside "Where are you?" that asks the browser for the place when it is pressed, and never
// before. The place goes into the field, cut to about 100 metres, and nowhere else.

const DIGITS = 3; // of a degree
const WAIT_MS = 15_000;

/** Make the button of one field work. Its words are in data attributes of the button. */
function nearMe(button) {
  const field = document.getElementById(button.dataset.nearMe);
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  const tell = (words) => (said.textContent = words);
  const found = ({ coords }) => {
    field.value = `${coords.latitude.toFixed(DIGITS)}, ${coords.longitude.toFixed(DIGITS)}`;
    tell("");
    field.form.requestSubmit();
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    tell(button.dataset.asking);
    const options = { maximumAge: 60_000, timeout: WAIT_MS };
    navigator.geolocation.getCurrentPosition(found, () => tell(button.dataset.failed), options);
  });
}

if ("geolocation" in navigator) for (const button of document.querySelectorAll("[data-near-me]")) nearMe(button);
