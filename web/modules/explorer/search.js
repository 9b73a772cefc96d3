// Search as you type: an ARIA combobox over /map/suggest. Enter without a chosen suggestion searches all texts.
/** @import {Suggestion} from "./types.d.ts" */
import { element, make, say, setup } from "./texts.js";

const PAUSE_MS = 120;

export class Search {
  /** @param {(suggestion: Suggestion) => void} choose */
  constructor(choose) {
    this.choose = choose;
    this.input = element("q", HTMLInputElement);
    this.list = document.getElementById("suggestions") ?? make("ul", { id: "suggestions" });
    if (this.list.parentElement !== this.input.parentElement) this.input.after(this.list);
    this.status = make("span", { role: "status", class: "unseen" });
    this.input.after(this.status);
    for (const [name, value] of Object.entries({
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false",
      autocapitalize: "off", spellcheck: "false",
    })) this.input.setAttribute(name, value);
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent?.trim() ?? "");
    /** @type {Suggestion[]} */ this.found = [];
    this.at = -1;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
    /** @type {AbortController | null} */ this.asking = null;
    this.close();
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), PAUSE_MS);
    });
    this.input.addEventListener("keydown", (event) => this.steer(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", ({ target }) => {
      const option = target instanceof Element ? target.closest("[role=option]") : null;
      if (option) this.take(this.found[[...this.list.children].indexOf(option)]);
    });
  }

  async ask() {
    const words = this.input.value.trim();
    this.asking?.abort();
    if (!words) return this.close();
    const asking = (this.asking = new AbortController());
    try {
      const answer = await fetch(`/map/suggest?${new URLSearchParams({ q: words, lang: setup.language })}`, { signal: asking.signal });
      if (!answer.ok) return this.close();
      const { suggestions } = await answer.json();
      if (!asking.signal.aborted && document.activeElement === this.input) this.show(suggestions);
    } catch {
      if (!asking.signal.aborted) this.close(); // Enter still searches
    }
  }

  /** @param {Suggestion[]} found */
  show(found) {
    this.found = found;
    this.at = -1;
    this.list.replaceChildren(...found.map(({ kind, name, note }, at) =>
      make("li", { role: "option", id: `suggestion-${at}`, "aria-selected": "false", "data-kind": kind },
        make("span", { class: "name" }, name), make("span", { class: "note" }, note ?? ""))));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = found.length ? say("suggestions", { count: found.length }) : say("no_suggestions");
    this.status.classList.toggle("unseen", found.length > 0);
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.found = [];
    this.at = -1;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  steer(event) {
    const { length } = this.found;
    if (event.isComposing) return;
    if (event.key === "Escape" && (length || this.status.textContent)) {
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && length) {
      this.point((this.at + (event.key === "ArrowDown" ? 1 : -1) + (this.at < 0 && event.key === "ArrowUp" ? 1 : 0) + length) % length);
    } else if (event.key === "ArrowDown") {
      void this.ask();
    } else if (event.key === "Enter" && this.at >= 0) {
      this.take(this.found[this.at]);
    } else {
      if (event.key === "Enter") this.close();
      return;
    }
    event.preventDefault();
  }

  /** @param {number} at */
  point(at) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const option = this.list.children[at];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {Suggestion} suggestion */
  take(suggestion) {
    this.close();
    this.choose(suggestion);
  }
}
