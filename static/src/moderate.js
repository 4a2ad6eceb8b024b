// Single keys for moderators. Off until they are turned on in this browser (WCAG
// 2.1.4), and never while somebody types. A key moves the focus and presses
// nothing: a screen reader says where one is, and Enter decides.

import { watchProgress } from "./progress.js";

const KEPT = "directory.keys";
const TYPING = "input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable]";

const panel = document.querySelector("[data-keys]");

function isOn() {
  try {
    return localStorage.getItem(KEPT) === "on";
  } catch {
    return false; // storage is refused: the keys stay off
  }
}

function turn(on) {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    return false;
  }
  return true;
}

function show(button) {
  button.setAttribute("aria-pressed", String(isOn()));
  for (const target of document.querySelectorAll("[data-key]")) {
    if (isOn()) target.setAttribute("aria-keyshortcuts", target.dataset.key);
    else target.removeAttribute("aria-keyshortcuts");
  }
}

function listen(event) {
  const plain = !(event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented);
  if (!plain || !isOn() || event.target.closest?.(TYPING) || !/^[a-z]$/.test(event.key)) return;
  const target = document.querySelector(`[data-key="${event.key}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

if (panel) {
  const button = panel.querySelector("[data-keys-switch]");
  panel.hidden = false;
  show(button);
  button.addEventListener("click", () => {
    turn(!isOn());
    show(button);
  });
  document.addEventListener("keydown", listen);
}

watchProgress();
