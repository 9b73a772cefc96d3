// The bar of picked zones, the button that copies the address, and the hint of the first visit.
import { MOST_PICKED } from "./address.js";
import { button, line, make, say, setup } from "./texts.js";

const SEEN = "explorer-hint";
const COPIED_MS = 4000;

export class Shortlist {
  /** @param {() => void} clear */
  constructor(clear) {
    this.count = make("p", {});
    this.link = make("a", { class: "button" }, say("compare"));
    this.more = make("span", { class: "note" }, say("pick_more"));
    this.bar = make("div", { class: "shortlist", role: "region", "aria-label": say("compare") }, this.count, this.more, this.link, button(say("clear"), clear, "quiet"));
    this.bar.hidden = true;
    this.count.setAttribute("role", "status");
  }

  /** @param {string[]} slugs */
  show(slugs) {
    this.bar.hidden = !slugs.length;
    const said = slugs.length ? say("picked", { count: slugs.length }) : "";
    if (this.count.textContent !== said) this.count.textContent = said;
    this.link.href = `/compare?${new URLSearchParams({ zones: slugs.join(","), lang: setup.language })}`.replaceAll("%2C", ",");
    this.link.hidden = slugs.length < 2;
    this.more.hidden = slugs.length !== 1;
    this.bar.classList.toggle("is-full", slugs.length === MOST_PICKED);
  }
}

/** A button that copies the address of what is seen, and says so. @param {() => string} address */
export function shareButton(address) {
  const said = make("div", { class: "said", role: "status" });
  const press = button("", async () => {
    said.replaceChildren();
    try {
      await navigator.clipboard.writeText(address());
      said.textContent = say("shared");
      setTimeout(() => said.replaceChildren(), COPIED_MS);
    } catch { // where the page is not secure, or it is not allowed
      const field = make("input", { readonly: "", value: address(), "aria-label": say("share_by_hand") });
      said.replaceChildren(say("share_by_hand"), field, button(say("close"), () => {
        said.replaceChildren();
        press.focus();
      }, "quiet"));
      field.select();
    }
  }, "tool share");
  press.append(line("M8 12L12 8M9 5L11 3A4.2 4.2 0 0 1 17 9L15 11M11 15L9 17A4.2 4.2 0 0 1 3 11L5 9"), make("span", {}, say("share")));
  return [press, said];
}

/** What to do here, said once to each browser; null where it was said. @returns {HTMLElement | null} */
export function firstHint() {
  try {
    if (localStorage.getItem(SEEN)) return null;
  } catch { // no storage: it is said each time
  }
  const hint = make("section", { class: "hint", "aria-labelledby": "hint-title" }, make("h2", { id: "hint-title" }, say("hint_title")),
    make("ul", {}, ...["hint_search", "hint_map", "hint_unknown"].map((key) => make("li", {}, say(key)))),
    button(say("hint_close"), () => {
      hint.remove();
      try {
        localStorage.setItem(SEEN, "1");
      } catch { // it comes again
      }
      document.getElementById("q")?.focus();
    }));
  return hint;
}
