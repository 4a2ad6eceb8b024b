// What an option of a choice reveals is shown while it is chosen. GOV.UK's own script also says aria-expanded of
// radio buttons, which ARIA does not allow; what is revealed follows its option in the page's order anyway.

/** Show what belongs to the options that are chosen, and hide the rest. */
function show(input) {
  const more = document.getElementById(input.dataset.reveals);
  more?.classList.toggle(`${more.classList[0]}--hidden`, !input.checked);
}

/** Let each input with data-reveals show its part; a choice of another radio button hides it. */
export function reveal() {
  const inputs = document.querySelectorAll("input[data-reveals]");
  const again = () => inputs.forEach(show);
  again();
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("input[type=radio], input[type=checkbox]")) again();
  });
  window.addEventListener("pageshow", again); // the browser puts answers back when one returns
}
