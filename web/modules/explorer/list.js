// The list: the server's own HTML, fetched anew when what is asked or seen changes, and put in place without losing it.
/** @import {Found, Zone, Position} from "./types.d.ts" */
import { button, element, make, say, setup, whole } from "./texts.js";

const SLOW_MS = 200;
/** The server understood the request and refuses it. */
class Refused extends Error {}

export class List {
  /** @param {{loaded: (found: Found) => void, pointed: (zone: Zone | null) => void, wanted: (zone: Zone) => void,
   *   picked: (slug: string, is: boolean) => void, led: (address: string) => boolean, all: () => void}} on */
  constructor(on) {
    this.on = on;
    this.section = element("results", HTMLElement);
    this.section.removeAttribute("aria-live"); // the number is said, not the list
    this.status = make("p", { role: "status", class: "unseen" });
    this.section.before(this.status);
    /** @type {AbortController | null} */ this.asking = null;
    this.asked = "";
    this.section.addEventListener("pointerover", ({ target }) => this.on.pointed(zoneOf(target)));
    this.section.addEventListener("pointerleave", () => this.on.pointed(null));
    this.section.addEventListener("focusin", ({ target }) => this.on.pointed(zoneOf(target)));
    this.section.addEventListener("focusout", () => this.on.pointed(null));
    this.section.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "pick") {
        this.names.set(target.value, zoneOf(target)?.name ?? target.value);
        this.on.picked(target.value, target.checked);
      }
    });
    this.section.addEventListener("click", (event) => this.press(event));
    /** @type {Map<string, string>} of zones by their slugs */ this.names = new Map();
  }

  /** The page came with a list. @returns {Found | null} */
  begin() {
    this.dress();
    return this.found();
  }

  /** @returns {Found | null} */
  found() {
    const block = this.section.querySelector("#found");
    return block ? JSON.parse(block.textContent || "null") : null;
  }

  /** @param {MouseEvent} event */
  press(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const zone = zoneOf(target);
    if (zone && target.closest("button.show")) this.on.wanted(zone);
    const link = target.closest("a");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const [path] = link?.getAttribute("href")?.split("?") ?? [];
    if (link && isPlain && (path === "/map" || path === "") && !link.download && !link.target && this.on.led(link.search)) event.preventDefault();
  }

  /** Ask for the list of an address; the one asked for before is given up.
   * @param {string} query @param {{toTop?: boolean}} [options] @returns {Promise<void>} */
  async load(query, { toTop = false } = {}) {
    if (query === this.asked) return;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.asked = query;
    const slow = setTimeout(() => this.wait(), SLOW_MS);
    try {
      const fresh = await fetchPart(query, asking.signal);
      if (asking.signal.aborted) return;
      clearTimeout(slow);
      this.replace(fresh, toTop);
    } catch (error) {
      clearTimeout(slow);
      if (asking.signal.aborted) return;
      this.asked = "";
      this.fail(error, query);
    }
  }

  /** Grey bars over the cards, which keep their place and the focus. */
  wait() {
    if (this.section.getAttribute("aria-busy")) return;
    this.section.setAttribute("aria-busy", "true");
    const bars = Array.from({ length: 4 }, () => make("div", { class: "skeleton" }, make("i"), make("i"), make("i")));
    const place = this.section.querySelector("ol.zones, .elsewhere, .none") ?? this.section.lastElementChild;
    place?.before(make("div", { class: "skeletons", "aria-hidden": "true" }, make("div", {}, ...bars)));
    this.status.textContent = say("loading");
  }

  /** @param {unknown} error @param {string} query */
  fail(error, query) {
    this.section.removeAttribute("aria-busy");
    for (const one of this.section.querySelectorAll(".failed, .skeletons")) one.remove();
    const said = error instanceof Refused ? say("refused", { reason: error.message }) : say("loading_failed");
    this.status.textContent = "";
    const again = button(say("retry"), () => void this.load(query));
    this.section.prepend(make("div", { class: "failed", role: "alert" }, make("p", {}, said), ...(error instanceof Refused ? [] : [again])));
    this.section.scrollTop = 0;
  }

  /** @param {DocumentFragment} fresh @param {boolean} toTop */
  replace(fresh, toTop) {
    const focused = this.section.contains(document.activeElement) ? signOf(document.activeElement) : null;
    const anchor = toTop ? null : this.anchor();
    const open = [...this.section.querySelectorAll("details[open][id]")].map(({ id }) => id);
    this.section.replaceChildren(fresh);
    for (const id of open) this.section.querySelector(`details#${CSS.escape(id)}`)?.setAttribute("open", "");
    this.section.removeAttribute("aria-busy");
    this.dress();
    const card = anchor && document.getElementById(anchor.id);
    this.section.scrollTop = card ? this.section.scrollTop + card.getBoundingClientRect().top - anchor.top : 0;
    if (focused) {
      const same = [...this.section.querySelectorAll("a, button, input, select, summary")].find((one) => signOf(one) === focused);
      if (same instanceof HTMLElement) same.focus({ preventScroll: true });
      else {
        this.section.tabIndex = -1;
        this.section.focus({ preventScroll: true });
      }
    }
    const found = this.found();
    if (!found) return;
    this.status.textContent = (this.section.querySelector("h1, h2")?.textContent ?? "").replaceAll(/\s+/g, " ").trim();
    this.on.loaded(found);
  }

  /** The card that stays where it is while the list changes: the chosen one if it is seen, else the first that is. */
  anchor() {
    const { top, bottom } = this.section.getBoundingClientRect();
    const chosen = this.section.querySelector(".is-chosen");
    const place = chosen?.getBoundingClientRect();
    if (chosen && place && place.bottom > top + 8 && place.top < bottom) return { id: chosen.id, top: place.top };
    for (const card of this.section.querySelectorAll("li.zone")) {
      const box = card.getBoundingClientRect();
      if (box.bottom > top + 8) return this.section.scrollTop > 8 ? { id: card.id, top: box.top } : null;
    }
    return null;
  }

  /** What only scripts can do: a button on each card; and for none in view, a way to where they are. */
  dress() {
    for (const card of this.section.querySelectorAll("li.zone")) dressCard(/** @type {HTMLElement} */ (card));
    const found = this.found();
    if (found && !found.inView && found.matched) {
      const all = button(say("show_all", { count: whole(found.matched) }), this.on.all, "quiet");
      const said = make("div", { class: "elsewhere" }, make("p", {}, say("none_in_view", { count: whole(found.matched) })), all);
      this.section.querySelector(".empty")?.remove();
      const list = this.section.querySelector("ol.zones");
      if (list) list.replaceWith(said);
      else this.section.append(said);
    }
  }

  /** Let the cards show what is picked, and no more be picked than can be. @param {string[]} slugs @param {boolean} isFull */
  showPicks(slugs, isFull) {
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (this.section.querySelectorAll("input[name=pick]"))) {
      box.checked = slugs.includes(box.value);
      box.disabled = isFull && !box.checked;
      box.title = box.disabled ? say("pick_full") : "";
    }
  }

  /** @param {string} slug @returns {Zone | null} as its card tells it */
  zone(slug) {
    return zoneOf(document.getElementById(`z-${slug}`));
  }

  /** @param {string | undefined} slug @param {"is-hovered" | "is-chosen"} style */
  single(slug, style) {
    for (const one of this.section.querySelectorAll(`.${style}`)) one.classList.remove(style);
    const card = slug && document.getElementById(`z-${slug}`);
    if (card) card.classList.add(style);
    return card || null;
  }

  /** Bring a zone's card into view; one that the page does not have is fetched and stands first.
   * @param {string} slug @param {string} query of a list that has it */
  async reveal(slug, query) {
    this.section.querySelector(".chosen-apart")?.remove();
    let card = this.single(slug, "is-chosen");
    if (!card) {
      try {
        const fresh = await fetchPart(query);
        const found = fresh.querySelector(`#z-${CSS.escape(slug)}`);
        if (!(found instanceof HTMLElement) || document.getElementById(`z-${slug}`)) return;
        dressCard(found);
        card = found;
        const apart = make("div", { class: "chosen-apart" }, make("h3", {}, say("chosen")), make("ol", { class: "zones" }, card));
        (this.section.querySelector("ol.zones, .elsewhere") ?? this.section.lastElementChild)?.before(apart);
        card.classList.add("is-chosen");
      } catch {
        return; // the map shows it; the next move asks again
      }
    }
    const [inner, outer] = [card.getBoundingClientRect(), this.section.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) this.section.scrollTop += inner.top - outer.top - 48;
  }
}

/** @param {string} query @param {AbortSignal} [signal] @returns {Promise<DocumentFragment>} what stands in #results */
async function fetchPart(query, signal) {
  const answer = await fetch(`/map?${query}`, { signal, headers: { Accept: "text/html", "Accept-Language": setup.language } });
  const text = await answer.text();
  if (answer.status === 400) throw new Refused(new DOMParser().parseFromString(text, "text/html").querySelector("main p")?.textContent?.trim() ?? "");
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(text, "text/html");
  const made = document.createDocumentFragment();
  made.append(...(page.getElementById("results") ?? page.body).childNodes);
  return made;
}

/** @param {HTMLElement} card */
function dressCard(card) {
  if (card.querySelector("button.show")) return;
  const name = nameOf(card);
  const show = make("button", { type: "button", class: "show" }, say("show_on_map"), make("span", { class: "unseen" }, ` ${name}`));
  (card.querySelector(".acts") ?? card).append(show);
}

/** @param {HTMLElement} card */
const nameOf = (card) => card.querySelector(`a[href^="/zones/"]`)?.textContent?.trim() ?? card.dataset.slug ?? "";

/** @param {EventTarget | null} target @returns {Zone | null} the zone of the card it is in */
export function zoneOf(target) {
  const card = target instanceof Element ? target.closest("li.zone") : null;
  if (!(card instanceof HTMLElement)) return null;
  const { fid, slug = "", lon, lat, accuracy, kind = "", outline } = card.dataset;
  return { fid: Number(fid), slug, kind, place: /** @type {Position} */ ([Number(lon), Number(lat)]), accuracy: Number(accuracy) || null,
    isOutlined: Boolean(outline), name: nameOf(card) };
}

/** What tells a control from the others of a list. @param {Element | null} element */
const signOf = (element) =>
  element && [element.tagName, element.closest("li.zone")?.id, element.getAttribute("name"), element.getAttribute("value"),
    element.getAttribute("href")?.split("?")[0], element.className].join(" ");
