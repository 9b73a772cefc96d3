// The attributes: the page's fields show the state and write to it, one step of the history for a burst of typing.
/** @import {Change, List, Options, Row, State} from "./types.d.ts" */
import { readNumber } from "./coordinates.js";
import { valueOf, withCell, withRow, withValue, withoutRow } from "./model.js";
import { element, say } from "./texts.js";
/** @import {History} from "./history.js" */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */
const LISTS = /** @type {const} */ (["observations", "milestones", "documents"]);
const language = document.documentElement.lang;

export class Attributes {
  /** @param {History<State>} history @param {Change} change @param {Options & {documents?: Row[]}} options @param {boolean} mayEdit */
  constructor(history, change, options, mayEdit) {
    this.history = history;
    this.change = change;
    this.known = options.documents ?? [];
    this.mayEdit = mayEdit;
    this.units = new Map(options.indicators.map(({ code, unit }) => [code, unit]));
    this.form = element("attributes", HTMLFormElement);
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", (event) => this.take(/** @type {Field} */ (event.target)));
    this.form.addEventListener("click", (event) => this.press(/** @type {HTMLElement} */ (event.target)));
    if (!mayEdit) for (const field of fields(this.form)) field.disabled = true;
  }

  /** @param {Field} field */
  take(field) {
    const { now } = this.history;
    const value = read(field);
    if (value === undefined) {
      field.setAttribute("aria-invalid", "true");
      return;
    }
    field.removeAttribute("aria-invalid");
    const { value: name, cell } = field.dataset;
    if (name === "title" || name === "document") this.history.commit({ ...now, [name]: String(value ?? "") }, name);
    else if (name) this.history.commit(withValue(now, this.change, name, value), `value ${name}`);
    else if (cell) {
      const { list, place } = placeOf(field);
      this.history.commit(withCell(now, list, place, cell, value), `${list} ${place} ${cell}`);
    }
  }

  /** @param {HTMLElement} target */
  press(target) {
    const button = target.closest("button");
    const { add, remove } = button?.dataset ?? {};
    if (!button || !this.mayEdit) return;
    if (add) {
      const list = /** @type {List} */ (add);
      this.history.commit(withRow(this.history.now, list, list === "documents" ? { id: this.freshId() } : {}));
      fields(element(list, HTMLElement).lastElementChild ?? this.form)[0]?.focus();
    } else if (remove !== undefined) {
      const { list, place } = placeOf(button);
      this.history.commit(withoutRow(this.history.now, list, place));
      this.form.querySelector(`[data-add=${list}]`)?.dispatchEvent(new Event("focus"));
      /** @type {HTMLElement | null} */ (this.form.querySelector(`[data-add=${list}]`))?.focus();
    }
  }

  /** An id for a document that no other one has. */
  freshId() {
    const taken = new Set([...this.known, ...this.history.now.documents].map(({ id }) => id));
    for (let number = 1; ; number++) {
      const id = `doc-${this.change.id}-${number}`;
      if (!taken.has(id)) return id;
    }
  }

  show() {
    const { now } = this.history;
    for (const list of LISTS) this.showRows(list, now[list]);
    this.listDocuments(now);
    for (const field of fields(this.form)) {
      const { value: name, cell } = field.dataset;
      if (name) write(field, name === "title" || name === "document" ? now[name] : valueOf(now, this.change, name));
      else if (cell) {
        const { list, place } = placeOf(field);
        write(field, now[list][place]?.[cell] ?? null);
      }
    }
    for (const unit of this.form.querySelectorAll("[data-unit]")) {
      const { place } = placeOf(/** @type {HTMLElement} */ (unit));
      unit.textContent = this.units.get(now.observations[place]?.indicator) ?? "";
    }
    for (const mark of this.form.querySelectorAll("[data-changed]")) {
      /** @type {HTMLElement} */ (mark).hidden = !((/** @type {HTMLElement} */ (mark).dataset.changed ?? "") in now.values);
    }
  }

  /** @param {List} list @param {Row[]} rows */
  showRows(list, rows) {
    const place = element(list, HTMLElement);
    const template = element(`${list}-row`, HTMLTemplateElement);
    while (place.children.length > rows.length) place.lastElementChild?.remove();
    while (place.children.length < rows.length) {
      place.append(template.content.cloneNode(true));
      const row = place.lastElementChild;
      if (row && !this.mayEdit) for (const field of fields(row)) field.disabled = true;
    }
    [...place.children].forEach((row, i) => {
      const legend = row.querySelector("legend");
      if (legend) legend.textContent = `${legend.dataset.name} ${i + 1}`;
    });
  }

  /** Documents to choose from: the register's, and those of this draft. @param {State} now */
  listDocuments(now) {
    const all = [...this.known, ...now.documents];
    const names = all.map((one) => [String(one.id ?? ""), [one.number, one.title].filter(Boolean).join(" – ") || String(one.id)]);
    const wanted = JSON.stringify(names);
    for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (this.form.querySelectorAll("select[data-documents]"))) {
      if (select.dataset.shown === wanted) continue;
      const { value } = select;
      select.replaceChildren(new Option(say("not_stated"), ""), ...names.map(([id, name]) => new Option(name, id)));
      select.value = value;
      select.dataset.shown = wanted;
    }
  }

  /** Bring a field to the eye, by the name that an issue has for it. @param {string} name @returns {boolean} whether there is one */
  find(name) {
    const last = name.split(/[./]/).filter((part) => part && part !== "values");
    const field = this.form.querySelector(`[data-value="${CSS.escape(last[0] ?? "")}"]`) ?? this.form.querySelector(`#${CSS.escape(last[0] ?? "")}`);
    if (!(field instanceof HTMLElement)) return false;
    field.closest("details")?.setAttribute("open", "");
    field.scrollIntoView({ block: "center" });
    field.focus();
    return true;
  }
}

/** @param {Element} within @returns {Field[]} */
const fields = (within) => [...within.querySelectorAll("input, select, textarea")].map((one) => /** @type {Field} */ (one));

/** @param {HTMLElement} inside @returns {{list: List, place: number}} */
function placeOf(inside) {
  const row = inside.closest("[data-row]");
  const list = /** @type {List} */ (row?.parentElement?.id);
  return { list, place: row ? [...(row.parentElement?.children ?? [])].indexOf(row) : -1 };
}

/** @param {Field} field @returns {unknown} undefined where it cannot be understood */
function read(field) {
  const text = field.value.trim();
  if (field.dataset.type === "list") return text.split(/\n|;/).map((one) => one.trim()).filter(Boolean);
  if (!text) return null;
  if (field.dataset.type !== "number") return field.dataset.type === "words" ? field.value : text;
  const value = readNumber(text);
  return Number.isNaN(value) ? undefined : value;
}

/** Show a value, unless the field says just that already. @param {Field} field @param {unknown} value */
function write(field, value) {
  if (field.hasAttribute("aria-invalid") && document.activeElement === field) return;
  const said = read(field);
  const same = JSON.stringify(said ?? null) === JSON.stringify(value ?? (field.dataset.type === "list" ? [] : null));
  if (same) return;
  const text = value === null || value === undefined ? ""
    : Array.isArray(value) ? value.join("\n")
    : typeof value === "number" ? String(value).replace(".", language === "vi" ? "," : ".")
    : String(value);
  if (field instanceof HTMLSelectElement && text && ![...field.options].some((one) => one.value === text)) field.append(new Option(text, text));
  field.value = text;
  field.removeAttribute("aria-invalid");
}
