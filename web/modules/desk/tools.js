// The toolbar, the keys that work everywhere, and tracing along a neighbour.
/** @import {Position, Purpose, Ring, Neighbour} from "./types.d.ts" */
import { positionOf } from "./map.js";
import { stretch } from "./trace.js";
import { element, say } from "./texts.js";
/** @import {Editor} from "./editor.js" */
/** @import {Spot} from "./trace.js" */

const REACH_PX = 14;

/** @param {string} id @param {() => void} act */
const press = (id, act) => element(id, HTMLButtonElement).addEventListener("click", act);

/** @param {Editor} editor @param {Tracing} tracing */
export function connectTools(editor, tracing) {
  for (const purpose of /** @type {Purpose[]} */ (["part", "hole", "cut"])) press(`draw-${purpose}`, () => editor.start(purpose));
  press("finish", () => editor.finish());
  press("cancel", () => editor.cancel());
  press("trace", () => tracing.toggle());
  press("delete-ring", () => editor.removeRing());
  press("undo", () => editor.history.undo());
  press("redo", () => editor.history.redo());
  press("zoom-in", () => editor.chart.map.zoomIn());
  press("zoom-out", () => editor.chart.map.zoomOut());
  press("zoom-all", () => editor.chart.zoomTo(editor.state.outline));
  const snapping = element("snapping", HTMLInputElement);
  snapping.addEventListener("change", () => {
    editor.around.isSnapping = snapping.checked;
    editor.around.offerEdges();
  });
  document.addEventListener("keydown", (event) => answerKey(event, editor, tracing));
}

/** @param {KeyboardEvent} event @param {Editor} editor @param {Tracing} tracing */
function answerKey(event, editor, tracing) {
  const letter = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    const own = event.target instanceof HTMLElement && event.target.closest("[data-own-undo]");
    if (own || (letter !== "z" && letter !== "y")) return;
    event.preventDefault();
    if (letter === "y" || event.shiftKey) editor.history.redo();
    else editor.history.undo();
  } else if (event.key === "Escape") {
    if (tracing.isOpen) tracing.toggle();
    else editor.cancel();
  }
}

/** Which buttons make sense now. @param {Editor} editor */
export function showTools(editor) {
  const { history, state } = editor;
  const { sketch } = state;
  const able = (/** @type {string} */ id, /** @type {boolean} */ is) => {
    element(id, HTMLButtonElement).disabled = !is || !editor.mayEdit;
  };
  able("undo", history.past.length > 0);
  able("redo", history.future.length > 0);
  for (const purpose of ["part", "hole", "cut"]) {
    const button = element(`draw-${purpose}`, HTMLButtonElement);
    able(button.id, !sketch && (purpose === "part" || state.outline !== null));
    button.setAttribute("aria-pressed", String(sketch?.purpose === purpose));
  }
  able("delete-ring", !sketch && state.outline !== null);
  able("delete-vertex", editor.index() >= 0 && editor.ring().length > 0);
  able("insert-after", editor.index() >= 0 && editor.ring().length > 1);
  able("finish", (sketch?.points.length ?? 0) > 2);
  element("drawing", HTMLElement).hidden = !sketch;
  if (sketch) element("drawing-now", HTMLElement).textContent = say(`drawing_${sketch.purpose}`);
}

/** Choosing a stretch of a neighbour's ring, by two clicks or two numbers. */
export class Tracing {
  /** @param {Editor} editor */
  constructor(editor) {
    this.editor = editor;
    this.panel = element("tracing", HTMLElement);
    this.neighbour = element("trace-neighbour", HTMLSelectElement);
    this.from = element("trace-from", HTMLInputElement);
    this.to = element("trace-to", HTMLInputElement);
    this.longer = element("trace-longer", HTMLInputElement);
    this.use = element("trace-use", HTMLButtonElement);
    /** @type {{name: string, ring: Ring, id: string}[]} */ this.rings = [];
    /** @type {(Spot | null)[]} */ this.ends = [null, null];
    this.isOpen = false;
    this.neighbour.addEventListener("change", () => this.clear());
    this.from.addEventListener("input", () => this.type(0, this.from));
    this.to.addEventListener("input", () => this.type(1, this.to));
    this.longer.addEventListener("change", () => this.show());
    this.use.addEventListener("click", () => this.take());
    press("trace-cancel", () => this.toggle());
    editor.chart.map.on("click", (event) => this.isOpen && this.pick(positionOf(event.latlng)));
  }

  toggle() {
    this.isOpen = !this.isOpen;
    this.panel.hidden = !this.isOpen;
    element("trace", HTMLButtonElement).setAttribute("aria-pressed", String(this.isOpen));
    this.clear();
    if (!this.isOpen) return;
    this.list();
    this.neighbour.focus();
  }

  /** The neighbours that are known by now. */
  list() {
    if (!this.isOpen) return;
    const before = this.neighbour.value;
    const zonesFirst = (/** @type {Neighbour} */ a, /** @type {Neighbour} */ b) =>
      a.kind === b.kind ? a.name.localeCompare(b.name) : a.kind === "zone" ? -1 : 1;
    this.rings = [...this.editor.around.found.values()].sort(zonesFirst).flatMap((one) => {
      const rings = one.outline.flat();
      return rings.map((ring, i) => ({ id: `${one.id}/${i}`, ring, name: rings.length > 1 ? `${one.name} (${i + 1})` : one.name }));
    });
    this.neighbour.replaceChildren(new Option(say("trace_choose"), ""), ...this.rings.map(({ id, name }) => new Option(name, id)));
    this.neighbour.value = this.rings.some(({ id }) => id === before) ? before : "";
  }

  ring() {
    return this.rings.find(({ id }) => id === this.neighbour.value)?.ring;
  }

  clear() {
    this.ends = [null, null];
    this.from.value = this.to.value = "";
    this.show();
  }

  /** @param {Position} position clicked */
  pick(position) {
    const { map } = this.editor.chart;
    const a = map.containerPointToLatLng([0, 0]);
    const reach = Math.abs(map.containerPointToLatLng([0, REACH_PX]).lat - a.lat);
    const found = this.editor.around.nearestRing(position, reach);
    if (!found) {
      this.editor.announce(say("trace_missed"));
      return;
    }
    const id = this.rings.find(({ ring }) => ring === found.ring)?.id ?? "";
    if (this.neighbour.value !== id) {
      this.neighbour.value = id;
      this.clear();
    }
    const end = this.ends[0] && !this.ends[1] ? 1 : 0;
    if (end === 0) this.clear();
    this.ends[end] = found.spot;
    (end ? this.to : this.from).value = String(found.spot.index + 1);
    this.show();
  }

  /** @param {number} end @param {HTMLInputElement} input a vertex of the neighbour by its number */
  type(end, input) {
    const index = Number(input.value) - 1;
    const position = this.ring()?.[index];
    this.ends[end] = position ? { index, t: 0, position } : null;
    this.show();
  }

  line() {
    const ring = this.ring();
    const [from, to] = this.ends;
    return ring && from && to ? stretch(ring, from, to, this.longer.checked) : [];
  }

  show() {
    const line = this.line();
    const count = this.ring()?.length ?? 0;
    this.from.max = this.to.max = String(count);
    this.use.disabled = line.length < 2;
    this.editor.chart.showTrace(line.length ? line : this.ends[0] ? [this.ends[0].position] : []);
    const text = line.length > 1 ? say("trace_ready", { count: line.length }) : count ? say("trace_points", { count }) : say("trace_how");
    element("trace-said", HTMLElement).textContent = text;
  }

  take() {
    const line = this.line();
    if (line.length < 2) return;
    this.editor.follow(line);
    this.toggle();
    element("trace", HTMLButtonElement).focus();
  }
}
