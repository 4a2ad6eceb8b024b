// The search box as a combobox (ARIA 1.2, list autocomplete with manual selection): what begins with what is typed.
// Nothing is chosen unless somebody chooses it. Without this script it is a plain field.

const WAIT_MS = 150;
const FEWEST = 2; // letters

/** An element with properties and attributes. */
function make(tag, properties, attributes = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

class Suggestions {
  constructor(input) {
    this.input = input;
    this.list = make("ul", { id: `${input.id}-list`, className: "suggested", hidden: true }, { role: "listbox" });
    this.list.setAttribute("aria-label", input.dataset.label);
    this.status = make("p", { className: "hidden" }, { role: "status" });
    this.at = -1;
    input.after(this.list, this.status);
    input.type = "text"; // a search field may not be a combobox, and its Escape clears it
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // focus stays in the field
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("li")));
  }

  later() {
    clearTimeout(this.timer);
    this.waiting?.abort();
    if (this.input.value.trim().length < FEWEST) this.close();
    else this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const { signal } = (this.waiting = new AbortController());
    const url = `${this.input.dataset.suggest}?${new URLSearchParams({ q: this.input.value.trim() })}`;
    try {
      const answer = await fetch(url, { signal });
      if (!answer.ok) throw new Error(answer.statusText);
      this.show((await answer.json()).suggestions);
    } catch {
      // Who typed on waits for the next answer already: to close would take that away too.
      if (!signal.aborted) this.close(); // none to be had: the field works without
    }
  }

  show(found) {
    if (document.activeElement !== this.input) return;
    this.found = found;
    this.list.replaceChildren(...found.map((each, at) => this.option(each, at)));
    this.move(-1);
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.status.textContent = found.length ? this.input.dataset.found.replace("{n}", found.length) : "";
  }

  option(each, at) {
    const option = make("li", { id: `${this.list.id}-${at}` }, { role: "option", "aria-selected": "false" });
    option.append(
      make("span", { textContent: each.text, dir: "auto" }),
      " ",
      make("span", { textContent: each.kind, className: "suggested__kind" }),
    );
    return option;
  }

  key(event) {
    const many = this.list.hidden ? 0 : this.list.children.length;
    if (event.isComposing || !many) return;
    if (event.key === "ArrowDown") this.move((this.at + 2) % (many + 1) - 1);
    else if (event.key === "ArrowUp") this.move(this.at < 0 ? many - 1 : this.at - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.choose(this.list.children[this.at]);
    else return;
    event.preventDefault();
  }

  move(to) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = to;
    const active = this.list.children[to];
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) this.input.setAttribute("aria-activedescendant", active.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  choose(option) {
    const each = option && this.found[[...this.list.children].indexOf(option)];
    if (!each) return;
    this.input.value = each.q ?? "";
    if (each.near) this.input.form.elements.near.value = each.near;
    this.close();
    this.input.form.requestSubmit();
  }

  close() {
    clearTimeout(this.timer);
    this.waiting?.abort();
    this.move(-1);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
  }
}

/** Offer suggestions in every field that says where to ask for them. */
export function suggest() {
  for (const input of document.querySelectorAll("input[data-suggest]")) new Suggestions(input);
}
