// /map in the browser: the address is the state; the form, the list and the map show it and change it.
/** @import {Box, Colour, Found, Position, Suggestion, Units, Zone} from "./types.d.ts" */
/** @import {State} from "./address.js" */
import * as address from "./address.js";
import { Legend } from "./legend.js";
import { List } from "./list.js";
import { Chart } from "./map.js";
import { Near } from "./near.js";
import { Search } from "./search.js";
import { Sheet } from "./sheet.js";
import { Shortlist, firstHint, shareButton } from "./shortlist.js";
import { button, element, make, onPhone, say, setup, whole } from "./texts.js";

const REST_MS = 150; // after the last move before the list is asked for
const TYPING_MS = 500;
const DENSE = 300; // zones

class Explorer {
  constructor() {
    this.root = element("explorer", HTMLElement);
    this.form = element("filters", HTMLFormElement);
    this.isEmbedded = this.root.classList.contains("embedded");
    /** @type {State} */ this.state = this.homed(address.read(location.search));
    /** @type {Zone | null} the chosen zone, as soon as it is known where it is */ this.chosen = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.resting = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.typing = undefined;
    this.list = new List({
      loaded: (found) => this.take(found),
      pointed: (zone) => this.point(zone, "list"),
      wanted: (zone) => this.choose(zone, true),
      picked: (slug, is) => this.pick(slug, is),
      led: (search) => this.lead(search),
      all: () => this.fitAll(),
    });
    /** @type {Found | null} */ this.found = this.list.begin();
    this.sheet = new Sheet(() => this.rest());
    this.shortlist = new Shortlist(() => this.apply({ pick: null }, false));
    this.legend = new Legend(!onPhone.matches && !this.isEmbedded, (changes) => this.apply(changes, false));
    this.search = new Search((suggestion) => this.follow(suggestion));
    this.sheet.place.append(this.shortlist.bar);
    this.filters = this.foldFilters();
    this.listenToForm();
    addEventListener("popstate", () => this.restore());
    this.beginMap();
    this.show({});
    if (this.state.zone) void this.list.reveal(this.state.zone, this.listQuery());
  }

  /** Every state carries the page's language, so that an address says the same to everybody. @param {State} state */
  homed(state) {
    return state.lang ? state : { ...state, lang: setup.language };
  }

  beginMap() {
    const place = element("map", HTMLElement);
    place.replaceChildren();
    for (const name of ["role", "aria-label"]) place.removeAttribute(name); // the drawing in it has its own
    const view = address.viewOf(this.state) ?? this.found?.extent ?? setup.bounds;
    try {
      this.chart = new Chart(place, { ...this.sights(), fids: this.found?.fids ?? null, isDense: (this.found?.total ?? 0) > DENSE }, view, this.sheet.covered, this.isEmbedded, {
        moved: () => this.moved(),
        hovered: (zone) => this.point(zone, "map"),
        clicked: (zones, at) => this.click(zones, at),
        ready: () => this.ready(),
      });
    } catch {
      place.append(make("p", { class: "no-map" }, say("map_failed")));
      return;
    }
    this.near = new Near(this.chart, (at) => this.apply({ near: at && at.map((one) => one.toFixed(4)).join(","), ...(at ? { sort: "distance" } : { within: null, sort: null }) }, true));
    const tools = make("div", { class: "tools" }, this.near.button, ...shareButton(() => new URL(address.address(this.state), location.href).href));
    place.append(tools, this.near.banner, this.legend.place);
    const hint = this.isEmbedded ? null : firstHint();
    if (hint) place.append(hint);
  }

  /** The first picture of the map is complete. */
  ready() {
    performance.mark("explorer-ready");
    this.root.dataset.ready = "";
    this.findChosen();
    this.legend.zoomed(this.chart?.map.getZoom() ?? 0);
    const extent = this.found?.extent;
    if (extent && !this.chart?.shows(extent, this.sheet.covered)) void this.list.load(this.listQuery());
  }

  /** @returns {{colour: Colour, units: Units}} */
  sights() {
    const { colour, units } = this.state;
    return { colour: /** @type {Colour} */ (["status", "kind"].includes(colour) ? colour : "rate"),
      units: /** @type {Units} */ (["former", "none"].includes(units) ? units : "new") };
  }

  /** A button before the filters, which are folded; and as many as are set. */
  foldFilters() {
    const facets = this.form.querySelector(".facets");
    const fold = button("", () => open(fold.getAttribute("aria-expanded") !== "true"), "fold");
    const done = button(say("show_zones"), () => open(false), "done");
    const open = (/** @type {boolean} */ is) => {
      fold.setAttribute("aria-expanded", String(is));
      this.form.classList.toggle("is-open", is);
      if (!is && facets?.contains(document.activeElement)) fold.focus();
    };
    if (facets) {
      facets.id ||= "facets";
      fold.setAttribute("aria-controls", facets.id);
      facets.before(fold);
      facets.append(done);
      facets.addEventListener("keydown", (event) => {
        if (/** @type {KeyboardEvent} */ (event).key === "Escape") open(false);
      });
    }
    open(false);
    return fold;
  }

  listenToForm() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search.close();
      this.readForm();
    });
    this.form.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLInputElement && (target.id === "q" || target.name === "pick"))) this.readForm();
    });
    this.form.addEventListener("input", ({ target }) => {
      clearTimeout(this.typing);
      if (!(target instanceof HTMLInputElement) || target.name === "pick") return;
      const isEmptied = target.id === "q" && !target.value && Boolean(this.state.q);
      if (isEmptied || target.type === "number" || target.inputMode) this.typing = setTimeout(() => this.readForm(), isEmptied ? 0 : TYPING_MS);
    });
    this.form.addEventListener("click", (event) => this.list.press(event)); // links that start anew
    document.addEventListener("change", ({ target }) => { // the list's own controls that belong to the form
      if (target instanceof HTMLSelectElement && target.name === "sort" && !this.form.contains(target)) this.apply({ sort: target.value }, true);
    });
  }

  readForm() {
    clearTimeout(this.typing);
    if (this.form.reportValidity()) this.apply(address.filtersOf(this.form), true);
  }

  /** The one way to change the state. @param {Record<string, string | null | undefined>} changes
   * @param {boolean} isStep whether "back" leads to what was before */
  apply(changes, isStep) {
    const before = this.state;
    let next = address.changed(before, changes);
    if (!address.findsTheSame(before, next) && !("page" in changes)) next = address.changed(next, { page: null });
    if (address.query(next) === address.query(before)) return;
    this.state = next;
    if (!this.isEmbedded) history[isStep ? "pushState" : "replaceState"](null, "", address.address(next));
    this.show(before);
  }

  /** Let everything show the state. @param {State} before */
  show(before) {
    const { state, chart } = this;
    address.fill(this.form, state);
    const count = address.countFilters(state);
    this.filters.textContent = count ? say("filters_set", { count }) : say("filters");
    const { colour, units } = this.sights();
    this.legend.show(colour, units);
    chart?.show({ colour, units });
    const picks = address.picksOf(state);
    this.shortlist.show(picks);
    this.list.showPicks(picks, picks.length >= address.MOST_PICKED);
    this.keepLinks();
    if (before.near !== state.near || before.within !== state.within || !this.isShown) this.showNear();
    this.isShown = true;
    if (before.zone !== state.zone) this.findChosen();
    if (!address.findsTheSame(before, state) && Object.keys(before).length) void this.list.load(this.listQuery(), { toTop: true });
  }

  /** The switch of language keeps the state. */
  keepLinks() {
    const other = document.querySelector("a.switch");
    if (other instanceof HTMLAnchorElement && !this.isEmbedded) other.href = `/map?${address.query(this.state, { lang: other.hreflang })}`;
  }

  /** What to ask for, for what the map shows. @param {Record<string, string>} [more] */
  listQuery(more = {}) {
    const { view: _view, zone: _zone, pick: _pick, colour: _colour, units: _units, ...asked } = this.state;
    const box = this.chart && (this.isEmbedded || this.root.dataset.ready !== undefined || this.state.view) ? { bbox: this.chart.box(this.sheet.covered).join(",") } : {};
    return address.query(asked, { ...box, ...more, part: "list" });
  }

  /** A new list is in place. @param {Found} found */
  take(found) {
    const before = this.found;
    this.found = found;
    for (const [name, count] of Object.entries(found.counts ?? {})) {
      for (const place of this.form.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) place.textContent = whole(count);
    }
    this.chart?.show({ fids: found.fids });
    const picks = address.picksOf(this.state);
    this.list.showPicks(picks, picks.length >= address.MOST_PICKED);
    this.list.single(this.state.zone, "is-chosen");
    if (JSON.stringify(before?.near) !== JSON.stringify(found.near)) this.showNear();
    const isOther = JSON.stringify(before?.fids) !== JSON.stringify(found.fids);
    if (isOther && found.matched && found.inView === 0) this.fitAll(); // what was asked for lies elsewhere
  }

  fitAll() {
    if (this.found?.extent && this.chart) this.chart.fit(grown(this.found.extent), this.sheet.covered);
  }

  showNear() {
    const given = (this.state.near ?? "").split(",").map(Number);
    const near = given.length === 2 && given.every(Number.isFinite) ? /** @type {Position} */ (given)
      : this.state.near && this.found?.near ? /** @type {Position} */ ([this.found.near.lon, this.found.near.lat]) : null;
    this.near?.show(near);
    this.chart?.mark({ near, within: Number(this.state.within) || null });
  }

  /** The map has come to rest. */
  moved() {
    if (!this.chart) return;
    const { map } = this.chart;
    this.legend.zoomed(map.getZoom());
    this.rest();
  }

  /** Ask for the list of what is seen now, once the map rests. */
  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (!this.chart) return;
      const { map } = this.chart;
      this.apply({ view: address.viewText(map.getZoom(), map.getCenter()), page: null }, false);
      void this.list.load(this.listQuery());
    }, REST_MS);
  }

  /** @param {Zone | null} zone @param {"list" | "map"} from */
  point(zone, from) {
    this.chart?.mark({ hovered: zone });
    if (from === "map") this.list.single(zone?.slug, "is-hovered");
  }

  /** @param {Zone[]} zones under the pointer @param {Position} at */
  click(zones, at) {
    if (this.chart?.isPlacing) {
      this.near?.put(at);
    } else if (zones.length) {
      const [next] = zones.slice(zones.findIndex(({ slug }) => slug === this.state.zone) + 1); // a further click: the one below
      this.choose(next ?? zones[0], false);
    } else if (this.state.zone) {
      this.choose(null, false);
    }
  }

  /** @param {Zone | null} zone @param {boolean} fly */
  choose(zone, fly) {
    this.chosen = zone;
    this.apply({ zone: zone?.slug ?? null }, true);
    this.chart?.mark({ chosen: zone });
    if (!zone) {
      this.list.single(undefined, "is-chosen");
      return;
    }
    if (fly) {
      if (onPhone.matches) this.sheet.set("half", false);
      this.chart?.fly(zone.place, this.sheet.covered);
    } else if (onPhone.matches && this.sheet.height === "peek") {
      this.sheet.set("half");
    }
    const [lon, lat] = zone.place;
    const bbox = [lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02].map((one) => one.toFixed(4)).join(",");
    void this.list.reveal(zone.slug, this.listQuery({ bbox }));
  }

  /** The zone that the address names, from its card or from the tiles. */
  findChosen() {
    const { zone } = this.state;
    if (!zone) {
      this.chosen = null;
    } else if (this.chosen?.slug !== zone) {
      this.chosen = this.list.zone(zone) ?? this.chart?.find(zone) ?? null;
    }
    this.list.single(zone, "is-chosen");
    this.chart?.mark({ chosen: this.chosen });
  }

  /** @param {string} slug @param {boolean} is */
  pick(slug, is) {
    const others = address.picksOf(this.state).filter((one) => one !== slug);
    this.apply({ pick: [...others, ...(is ? [slug] : [])].slice(0, address.MOST_PICKED).join(",") || null }, false);
  }

  /** A link to another state of this page. @param {string} search @returns {boolean} whether it was followed here */
  lead(search) {
    const to = address.read(search);
    if (new URLSearchParams(search).has("f")) return false;
    const { view, colour, units, zone, pick } = this.state;
    const gone = Object.fromEntries(Object.keys(this.state).map((name) => [name, null]));
    this.apply({ ...gone, lang: this.state.lang, view, colour, units, zone, pick, page: null, ...to }, true);
    return true;
  }

  /** @param {Suggestion} suggestion */
  follow({ kind, slug, name, address: to, lon, lat, bbox }) {
    const q = element("q", HTMLInputElement);
    const place = lon !== null && lat !== null ? /** @type {Position} */ ([lon, lat]) : null;
    if (kind === "zone" && slug && place) {
      const known = this.list.zone(slug) ?? this.chart?.find(slug);
      q.value = "";
      this.apply({ q: null }, false);
      this.choose(known ?? { fid: -1, slug, kind: "", name, place, accuracy: null, isOutlined: false }, true);
      return;
    }
    const { lang: _lang, ...wanted } = address.read(to);
    this.apply({ q: null, ...wanted }, true);
    q.value = wanted.q ?? "";
    if (bbox) this.chart?.fit(bbox, this.sheet.covered);
    else if (place) this.chart?.fly(place, this.sheet.covered, 9);
  }

  /** Back or forward. */
  restore() {
    const before = this.state;
    this.state = this.homed(address.read(location.search));
    this.show(before);
    const view = address.viewOf(this.state);
    if (view && before.view !== this.state.view) this.chart?.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  }
}

/** @param {Box} box @returns {Box} that shows something around a single point */
function grown([west, south, east, north]) {
  const [x, y] = [Math.max(0.05 - (east - west), 0) / 2, Math.max(0.05 - (north - south), 0) / 2];
  return [west - x, south - y, east + x, north + y];
}

new Explorer();
