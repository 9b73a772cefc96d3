// The table of vertices: the way in for the keyboard. It shows a page of the ring at work around the selected vertex.
/** @import {Crs, Options, Position} from "./types.d.ts" */
import { DEGREES, isPlausible, pairOf, positionOf, readNumber, sideOf } from "./coordinates.js";
import { distance, measureOutline, measureRing } from "./measure.js";
import { element, fixed, hectares, plain, say } from "./texts.js";
/** @import {Editor} from "./editor.js" */

const PAGE = 25;

/** @typedef {{row: HTMLTableRowElement, number: HTMLButtonElement, cells: [HTMLInputElement, HTMLInputElement], side: HTMLElement}} Line */

export class VertexTable {
  /** @param {Editor} editor @param {Options} options */
  constructor(editor, options) {
    this.editor = editor;
    this.body = element("vertices", HTMLTableSectionElement);
    this.table = element("vertex-table", HTMLTableElement);
    this.rings = element("rings", HTMLSelectElement);
    this.systems = element("crs", HTMLSelectElement);
    this.go = element("vertex-go", HTMLInputElement);
    this.fields = /** @type {const} */ ([element("typed-first", HTMLInputElement), element("typed-second", HTMLInputElement)]);
    this.fault = element("typed-fault", HTMLElement);
    /** @type {Line[]} */ this.lines = [];
    /** @type {Crs[]} */ this.all = [...options.crs, DEGREES];
    this.crs = this.all.find((one) => one.code === options.crs_chosen) ?? this.all[0];
    this.systems.value = this.crs.code;
    this.systems.addEventListener("change", () => this.choose(this.systems.value));
    this.rings.addEventListener("change", () => {
      const [part, ring] = this.rings.value.split(".").map(Number);
      editor.selectPath({ part, ring, index: 0 });
    });
    this.go.addEventListener("change", () => this.focus(Number(this.go.value) - 1, 0));
    element("page-before", HTMLButtonElement).addEventListener("click", () => this.turn(-PAGE));
    element("page-after", HTMLButtonElement).addEventListener("click", () => this.turn(PAGE));
    element("insert-after", HTMLButtonElement).addEventListener("click", () => this.insert());
    element("delete-vertex", HTMLButtonElement).addEventListener("click", () => editor.remove(editor.index()));
    element("typed", HTMLFormElement).addEventListener("submit", (event) => this.take(event));
    this.body.addEventListener("keydown", (event) => this.press(event));
    this.body.addEventListener("focusin", (event) => this.enter(event));
    this.body.addEventListener("change", (event) => this.edit(/** @type {HTMLInputElement} */ (event.target)));
    this.name();
  }

  /** @param {string} code */
  choose(code) {
    this.crs = this.all.find((one) => one.code === code) ?? this.crs;
    this.systems.value = this.crs.code;
    this.name();
    this.show();
  }

  /** The headings of both numbers. */
  name() {
    for (const one of document.querySelectorAll("[data-axis]")) {
      const axis = /** @type {HTMLElement} */ (one).dataset.axis;
      one.textContent = say(this.crs.proj4 ? (axis === "first" ? "x_north" : "y_east") : axis === "first" ? "latitude" : "longitude");
    }
  }

  get decimals() {
    return this.crs.proj4 ? 3 : 9;
  }

  /** The page that holds the selected vertex: the first vertex on it. */
  first() {
    return Math.max(0, Math.floor(Math.max(0, this.editor.index()) / PAGE) * PAGE);
  }

  show() {
    const ring = this.editor.ring();
    const first = this.first();
    const count = Math.max(0, Math.min(PAGE, ring.length - first));
    while (this.lines.length < count) this.lines.push(this.make());
    for (const { row } of this.lines.splice(count)) row.remove();
    this.lines.forEach((line, i) => this.fill(line, first + i));
    this.table.setAttribute("aria-rowcount", String(ring.length + 1));
    this.go.max = String(ring.length);
    this.go.value = ring.length ? String(this.editor.index() + 1) : "";
    element("vertex-count", HTMLElement).textContent = say("of_vertices", { count: ring.length });
    this.listRings();
  }

  listRings() {
    const { outline, sketch } = this.editor.state;
    const names = sketch
      ? [["", say(`ring_${sketch.purpose}`)]]
      : (outline ?? []).flatMap((part, p) =>
          part.map((ring, r) => {
            const facts = { part: p + 1, hole: r, count: ring.length, area: hectares(Math.abs(measureRing(ring).area)) };
            return [`${p}.${r}`, say(r ? "ring_of_hole" : "ring_of_part", facts)];
          }),
        );
    this.rings.replaceChildren(...names.map(([value, text]) => new Option(text, value)));
    if (!names.length) this.rings.append(new Option(say("ring_none"), ""));
    const { selected } = this.editor;
    if (selected && !sketch) this.rings.value = `${selected.part}.${selected.ring}`;
  }

  /** @returns {Line} */
  make() {
    const row = this.body.insertRow();
    const number = document.createElement("button");
    number.type = "button";
    const head = document.createElement("th");
    head.scope = "row";
    head.append(number);
    row.append(head);
    const cells = /** @type {[HTMLInputElement, HTMLInputElement]} */ ([0, 1].map((column) => {
      const input = document.createElement("input");
      input.inputMode = "decimal";
      input.autocomplete = "off";
      input.dataset.column = String(column);
      input.readOnly = !this.editor.mayEdit;
      row.insertCell().append(input);
      return input;
    }));
    const side = row.insertCell();
    side.className = "figure";
    return { row, number, cells, side };
  }

  /** @param {Line} line @param {number} index */
  fill({ row, number, cells, side }, index) {
    const ring = this.editor.ring();
    const isSelected = index === this.editor.index();
    const pair = pairOf(ring[index], this.crs);
    row.dataset.index = String(index);
    row.setAttribute("aria-rowindex", String(index + 2));
    row.classList.toggle("selected", isSelected);
    number.textContent = String(index + 1);
    number.setAttribute("aria-label", say("vertex", { number: index + 1 }));
    number.setAttribute("aria-pressed", String(isSelected));
    number.tabIndex = isSelected ? 0 : -1;
    cells.forEach((input, column) => {
      const text = plain(pair[column], this.decimals);
      if (input.dataset.shown !== text || input.getAttribute("aria-invalid") !== "true") input.value = text;
      input.dataset.shown = text;
      if (input.value === text) input.removeAttribute("aria-invalid");
      input.tabIndex = isSelected ? 0 : -1;
      input.setAttribute("aria-label", `${this.axis(column)} ${say("vertex", { number: index + 1 })}`);
    });
    const isOpen = this.editor.state.sketch && index === ring.length - 1;
    side.textContent = isOpen ? "" : fixed(sideOf(ring[index], ring[(index + 1) % ring.length], this.crs), 2);
  }

  /** @param {number} column */
  axis(column) {
    return say(this.crs.proj4 ? (column ? "y_east" : "x_north") : column ? "longitude" : "latitude");
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const index = this.indexOf(event.target);
    const column = event.target instanceof HTMLInputElement ? Number(event.target.dataset.column) + 1 : 0;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[event.key];
    if (steps !== undefined) this.focus(index + steps, column);
    else if (event.key === "Enter" && column) this.edit(/** @type {HTMLInputElement} */ (event.target));
    else if (event.key === "Enter" || (event.key === "ArrowRight" && !column)) this.focus(index, 1);
    else if (event.key === "Insert") this.insert();
    else if (event.key === "Delete" && !column) {
      this.editor.remove(index);
      this.focus(this.editor.index(), 0);
    } else if (event.key === "Home" && !column) this.focus(0, 0);
    else if (event.key === "End" && !column) this.focus(this.editor.ring().length - 1, 0);
    else return;
    event.preventDefault();
  }

  /** A vertex in the middle of the side that follows, its first number to be typed. */
  insert() {
    this.editor.insert();
    this.focus(this.editor.index(), 1);
  }

  /** @param {EventTarget | null} target */
  indexOf(target) {
    return Number(/** @type {HTMLElement} */ (target).closest("tr")?.dataset.index ?? -1);
  }

  /** @param {FocusEvent} event */
  enter(event) {
    const index = this.indexOf(event.target);
    if (index >= 0 && index !== this.editor.index()) this.editor.select(index);
  }

  /** @param {number} index @param {number} column 0 the number, 1 and 2 the coordinates */
  focus(index, column) {
    const { length } = this.editor.ring();
    if (!length) return;
    const place = Math.max(0, Math.min(length - 1, index));
    const active = document.activeElement;
    if (active instanceof HTMLInputElement && this.body.contains(active)) this.edit(active);
    this.editor.select(place);
    const line = this.lines[place - this.first()];
    const target = column ? line.cells[column - 1] : line.number;
    target.focus();
    if (target instanceof HTMLInputElement) target.select();
  }

  /** @param {number} steps */
  turn(steps) {
    const index = this.first() + steps;
    if (index >= 0 && index < this.editor.ring().length) this.editor.select(index);
  }

  /** A number typed into the table: the other number keeps all its digits. @param {HTMLInputElement} input */
  edit(input) {
    if (input.value === input.dataset.shown) return;
    const index = this.indexOf(input);
    const pair = pairOf(this.editor.ring()[index], this.crs);
    pair[Number(input.dataset.column)] = readNumber(input.value);
    const position = this.check(pair);
    input.setAttribute("aria-invalid", String(!position));
    if (!position) return;
    input.removeAttribute("aria-invalid");
    this.editor.move(index, position);
  }

  /** @param {[number, number]} pair @returns {Position | null} null, and said why, where it is no place */
  check(pair) {
    if (pair.some(Number.isNaN)) {
      this.complain(say("not_a_number"));
      return null;
    }
    const position = positionOf(pair, this.crs);
    if (isPlausible(position)) {
      this.complain("");
      return position;
    }
    const isSwapped = isPlausible(positionOf([pair[1], pair[0]], this.crs));
    this.complain(say(isSwapped ? "swapped" : "not_in_vietnam"));
    return null;
  }

  /** @param {string} text */
  complain(text) {
    this.fault.textContent = text;
  }

  /** The form for a typed coordinate: a vertex more, or the selected one there. @param {SubmitEvent} event */
  take(event) {
    event.preventDefault();
    const position = this.check([readNumber(this.fields[0].value), readNumber(this.fields[1].value)]);
    for (const field of this.fields) field.setAttribute("aria-invalid", String(!position));
    if (!position) return;
    const moves = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "move";
    if (moves && this.editor.index() >= 0) this.editor.move(this.editor.index(), position);
    else this.editor.insert(position);
    for (const field of this.fields) field.value = "";
    this.fields[0].focus();
  }
}

/** What the outline measures, and what the moving vertex adds to it. */
export class Figures {
  /** @param {Editor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** @param {{area: number, perimeter: number, before: number, after: number} | null} change */
  show(change = null) {
    const { outline } = this.editor.state;
    const whole = measureOutline(outline);
    const put = (/** @type {string} */ id, /** @type {string} */ text) => (element(id, HTMLElement).textContent = text);
    const nothing = say("nothing_yet");
    put("figure-area", outline ? hectares(whole.area + (change?.area ?? 0)) : nothing);
    put("figure-perimeter", outline ? `${fixed(whole.perimeter + (change?.perimeter ?? 0), 2)}\u00a0m` : nothing);
    const ring = this.editor.ring();
    const index = this.editor.index();
    if (ring.length < 2 || index < 0) {
      put("figure-sides", nothing);
      return;
    }
    const before = change?.before ?? distance(/** @type {Position} */ (ring.at(index - 1)), ring[index]);
    const after = change?.after ?? distance(ring[index], ring[(index + 1) % ring.length]);
    put("figure-sides", `${fixed(before, 2)}\u00a0m · ${fixed(after, 2)}\u00a0m`);
  }
}
