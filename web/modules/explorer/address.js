// The state of the page is its address. A state is never changed in place.
import { say } from "./texts.js";

/** What decides which zones are found, and in which order. */
const FILTERS = ["q", "kind", "status", "province", "outline", "wastewater", "cleared", "free_min", "free", "rate_min", "rate_max",
  "rate", "area_min", "area_max", "area", "near", "within", "sort"];
/** What the map and the page show of them. */
const SIGHTS = ["page", "colour", "units", "view", "zone", "pick"];
const ORDER = ["lang", ...FILTERS, ...SIGHTS];
const LISTS = ["kind", "status", "province", "outline", "wastewater", "cleared"], RANGES = ["free", "rate", "area"];
export const MOST_PICKED = 4;

/** @typedef {Readonly<Record<string, string>>} State lists with commas; what is not set is left out */

/** @param {string} query of an address, or all of it @returns {State} */
export function read(query) {
  /** @type {Record<string, string[]>} */ const found = {};
  for (const [name, value] of new URLSearchParams(query.slice(query.indexOf("?") + 1))) {
    if (ORDER.includes(name) && value.trim()) (found[name] ??= []).push(value.trim());
  }
  return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, values.join(",")]));
}

/** With some parts changed; null or "" takes a part away. @param {State} state @param {Record<string, string | null | undefined>} changes
 * @returns {State} */
export const changed = (state, changes) =>
  Object.fromEntries(Object.entries({ ...state, ...changes }).flatMap(([name, value]) => (value ? [[name, value]] : [])));

/** @param {State} state @param {Record<string, string | undefined>} [more] @returns {string} the query, readable: commas stay */
export function query(state, more = {}) {
  const all = /** @type {Record<string, string>} */ ({ ...state, ...more });
  const names = [...ORDER.filter((name) => all[name]), ...Object.keys(more).filter((name) => !ORDER.includes(name))];
  return names.map((name) => `${name}=${encodeURIComponent(all[name]).replaceAll("%2C", ",").replaceAll("%2F", "/")}`).join("&");
}

/** @param {State} state */
export const address = (state) => (query(state) ? `/map?${query(state)}` : "/map");

/** Whether both find the same zones in the same order. @param {State} a @param {State} b */
export const findsTheSame = (a, b) => [...FILTERS, "page"].every((name) => a[name] === b[name]);

/** The filters of a form, without what only the map knows. @param {HTMLFormElement} form @returns {Record<string, string | null>} */
export function filtersOf(form) {
  /** @type {Record<string, string[]>} */ const found = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim()) (found[name] ??= []).push(value.trim());
  }
  const asked = FILTERS.filter((name) => form.elements.namedItem(name));
  return Object.fromEntries(asked.map((name) => [name, found[name]?.join(",") ?? null]));
}

/** Let a form show a state. @param {HTMLFormElement} form @param {State} state */
export function fill(form, state) {
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      const value = state[field.name] ?? "";
      if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
        field.checked = value.split(",").includes(field.value);
      } else if (field instanceof HTMLSelectElement && value && ![...field.options].some((one) => one.value === value)) {
        field.add(new Option(say("near_point", { point: value }), value, false, true)); // put on the map
      } else if (ORDER.includes(field.name) && field !== document.activeElement && field.value !== value) field.value = value;
    }
  }
}

/** How many filters are set, as the list names them: each choice of a list, each figure, the distance. @param {State} state */
export function countFilters(state) {
  const chosen = LISTS.flatMap((name) => state[name]?.split(",") ?? []);
  const limited = RANGES.filter((name) => state[name] || state[`${name}_min`] || state[`${name}_max`]);
  return chosen.length + limited.length + (state.within ? 1 : 0);
}

/** @param {State} state @returns {{zoom: number, lat: number, lon: number} | null} */
export function viewOf(state) {
  const [zoom, lat, lon] = (state.view ?? "").split("/").map(Number);
  return [zoom, lat, lon].every(Number.isFinite) ? { zoom, lat, lon } : null;
}

/** @param {number} zoom @param {{lat: number, lng: number}} centre */
export function viewText(zoom, centre) {
  const digits = Math.max(2, Math.min(6, Math.round(zoom / 3)));
  return `${Number(zoom.toFixed(2))}/${centre.lat.toFixed(digits)}/${centre.lng.toFixed(digits)}`;
}

/** @param {State} state @returns {string[]} slugs */
export const picksOf = (state) => (state.pick ?? "").split(",").filter(Boolean).slice(0, MOST_PICKED);
