// The page's setup and its words. The texts come with the page: none is written here.
/** @import {Setup} from "./types.d.ts" */

/** @type {Setup} */
export const setup = JSON.parse(document.getElementById("explorer-setup")?.textContent || "{}");

/** A text with its {names} filled in. @param {string} key @param {Record<string, unknown>} facts */
export function say(key, facts = {}) {
  const text = setup.texts[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

/** What a code means. @param {string} code */
export const word = (code) => setup.codes[code] ?? code;

/** @param {number} count */
export const whole = (count) => new Intl.NumberFormat(setup.language).format(count);

/** The element with an id. @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

/** A new element. @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {Record<string, string>} attributes
 * @param {...(Node | string)} content @returns {HTMLElementTagNameMap[K]} */
export function make(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** A button. @param {string} label @param {() => void} press @param {string} [style] a class */
export function button(label, press, style = "") {
  const made = make("button", { type: "button", ...(style && { class: style }) }, label);
  made.addEventListener("click", press);
  return made;
}

export const reducesMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const onPhone = matchMedia("(max-width: 760px)");

/** A sign of one line. @param {string} d of a path on a grid of 20 */
export function line(d) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}
