// The legend: what colours, lines and shapes mean, with the switches of colour and units. It can be folded.
/** @import {Colour, Units} from "./types.d.ts" */
import { KIND_COLOURS, LOTS_FROM, LOT_COLOURS, QUALITIES, STATUS_COLOURS } from "./style.js";
import { SHAPES } from "./symbols.js";
import { make, say, setup, word } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
/** @type {Colour[]} */
const COLOURS = ["rate", "status", "kind"];
/** @type {Units[]} */
const UNITS = ["new", "former", "none"];

export class Legend {
  /** @param {boolean} isOpen @param {(changes: {colour?: string, units?: string}) => void} change */
  constructor(isOpen, change) {
    this.body = make("div", { class: "meanings" });
    this.lots = make("section", { hidden: "" }, make("h3", {}, say("lots")), ...lotRows());
    this.colour = radios("colour", say("colour_by"), COLOURS, (one) => say(one));
    this.units = radios("units", say("units"), UNITS, (one) => say(`units_${one}`));
    this.place = make("details", { class: "legend" }, make("summary", {}, say("legend")),
      make("div", { class: "inner" }, this.colour, this.body, this.lots,
        make("section", {}, make("h3", {}, say("outlines")), ...outlineRows()), this.units));
    this.place.open = isOpen;
    this.place.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) change({ [target.name.slice(7)]: target.value });
    });
  }

  /** @param {Colour} colour @param {Units} units */
  show(colour, units) {
    for (const input of this.place.querySelectorAll("input")) input.checked = [colour, units].includes(/** @type {any} */ (input.value));
    if (this.body.dataset.colour === colour) return;
    this.body.dataset.colour = colour;
    this.body.replaceChildren(...(colour === "rate" ? rateRows() : colour === "status" ? statusRows() : kindRows()));
  }

  /** @param {number} zoom */
  zoomed(zoom) {
    this.lots.hidden = zoom < LOTS_FROM;
  }
}

/** @template {string} T @param {string} name @param {string} title @param {T[]} values @param {(value: T) => string} label */
function radios(name, title, values, label) {
  const set = make("fieldset", { class: "choice" }, make("legend", {}, title));
  for (const value of values) {
    set.append(make("label", {}, make("input", { type: "radio", name: `legend-${name}`, value }), make("span", {}, label(value))));
  }
  return set;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} content */
function svg(tag, attributes, ...content) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...content);
  return made;
}

/** A sign and what it means. @param {Element} sign @param {string} text */
const row = (sign, text) => make("p", { class: "row" }, sign, text);

/** @param {string} fill a colour, "unknown" or "hollow" @param {string} shape of a path */
function mark(fill, shape) {
  const isPlain = fill !== "unknown" && fill !== "hollow";
  const path = svg("path", { d: shape, class: isPlain ? "sign" : fill, ...(isPlain && { fill }) });
  const made = svg("svg", { class: "mark", viewBox: "-12 -12 24 24", "aria-hidden": "true" }, path);
  if (fill === "unknown") made.prepend(lines());
  return made;
}

/** The hatch of what is not known: an SVG pattern would need an id of its own each time. */
const lines = () => svg("path", { class: "lines", d: "M-6.5 -2.5L-2.5 -6.5M-6.5 2.5L2.5 -6.5M-5.5 6L6 -5.5M-1 6.5L6.5 -1M3.5 6.5L6.5 3.5" });

const SQUARE = SHAPES.industrial_park;
const unknownRow = () => row(mark("unknown", SQUARE), say("not_stated"));
const hollowRow = () => row(mark("hollow", SQUARE), say("hollow"));

function rateRows() {
  const width = 100 / setup.steps.length;
  const ramp = svg("svg", { class: "ramp", viewBox: "0 0 240 36", role: "img", "aria-label": `${say("rate")}, 0–100%` });
  setup.steps.forEach((fill, at) => ramp.append(svg("rect", { x: 4 + at * 46, y: 1, width: 46, height: 14, fill, class: "sign" })));
  for (let at = 0; at <= setup.steps.length; at++) {
    const text = svg("text", { x: 4 + at * 46, y: 31, "text-anchor": at === 0 ? "start" : at === setup.steps.length ? "end" : "middle" });
    text.textContent = `${at * width}${at === setup.steps.length ? "%" : ""}`;
    ramp.append(text);
  }
  return [ramp, ...shapesRow(), unknownRow(), hollowRow()];
}

const statusRows = () => [
  ...setup.statuses.filter((status) => STATUS_COLOURS[status]).map((status) => row(mark(STATUS_COLOURS[status], SQUARE), word(status))),
  unknownRow(), hollowRow(),
];

const kindRows = () => [...Object.entries(SHAPES).map(([kind, shape]) => row(mark(KIND_COLOURS[kind], shape), word(kind))), hollowRow()];

const shapesRow = () => Object.entries(SHAPES).map(([kind, shape]) => row(mark("transparent", shape), word(kind)));

const lotRows = () => [...Object.entries(LOT_COLOURS).map(([status, fill]) => row(mark(fill, SQUARE), word(status))), unknownRow()];

function outlineRows() {
  const drawn = Object.entries(QUALITIES).map(([quality, dash]) => row(
    svg("svg", { class: "mark", viewBox: "-12 -12 24 24", "aria-hidden": "true" },
      svg("circle", { r: 9, class: "line", "stroke-dasharray": dash.map((one) => one * 1.3).join(" ") })), word(quality)));
  const ring = svg("svg", { class: "mark", viewBox: "-12 -12 24 24", "aria-hidden": "true" },
    svg("circle", { r: 10.5, class: "ring" }), svg("circle", { r: 2, class: "dot" }));
  return [...drawn, row(ring, say("no_outline"))];
}
