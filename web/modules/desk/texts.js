// Words and figures in the reader's language. The texts come with the page: none is written here.

/** @param {string} id of a script element that holds JSON @returns {any} */
export const block = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");

/** @type {Record<string, string>} */
const texts = block("texts");
const language = document.documentElement.lang || "vi";

/** A text with its {names} filled in. @param {string} key @param {Record<string, unknown>} facts */
export function say(key, facts = {}) {
  const text = texts[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

/** @param {number} value @param {number} decimals exactly so many */
export const fixed = (value, decimals) =>
  new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);

/** As `fixed`, without separators of thousands: for fields. @param {number} value @param {number} decimals */
export const plain = (value, decimals) =>
  new Intl.NumberFormat(language, {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false,
  }).format(value);

/** @param {number} metres2 @returns {string} hectares */
export const hectares = (metres2) => `${fixed(metres2 / 10_000, 2)}\u00a0ha`;

/** @param {number} value @returns {string} */
export const metres = (value) => `${fixed(value, 2)}\u00a0m`;

/** @param {string | number} when @returns {string} hours and minutes in Viet Nam, with the day where it is not today */
export function clock(when) {
  const zone = { timeZone: "Asia/Ho_Chi_Minh" };
  const date = new Date(when);
  const time = date.toLocaleTimeString(language, { ...zone, hour: "2-digit", minute: "2-digit", hour12: false });
  const day = (/** @type {Date} */ one) => one.toLocaleDateString(language, zone);
  return day(date) === day(new Date()) ? time : `${time} ${day(date)}`;
}

/** The element with an id. @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}
