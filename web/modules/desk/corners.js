// From a corner table to the outline: paste it, see it on the map beside the one in force, correct it, take it.
/** @import {Change, CornersAnswer, Issue, Proposal} from "./types.d.ts" */
import { readCorners } from "./answers.js";
import { readNumber } from "./coordinates.js";
import { Refused, propose } from "./service.js";
import { listIssues } from "./issues.js";
import { element, fixed, say } from "./texts.js";
/** @import {Chart} from "./map.js" */

export class Corners {
  /** @param {Chart} chart @param {Change} change
   * @param {(path: string, body: FormData | Record<string, unknown>) => Promise<void>} adopt takes the answer as the draft */
  constructor(chart, change, adopt) {
    this.chart = chart;
    this.change = change;
    this.adopt = adopt;
    this.form = element("corners", HTMLFormElement);
    this.text = element("corner-text", HTMLTextAreaElement);
    this.file = element("corner-file", HTMLInputElement);
    this.crs = element("corner-crs", HTMLSelectElement);
    this.use = element("corner-use", HTMLButtonElement);
    this.confirmed = element("corner-confirmed", HTMLInputElement);
    this.fault = element("corner-fault", HTMLElement);
    /** @type {CornersAnswer | null} */ this.answer = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.preview();
    });
    this.form.addEventListener("input", () => this.invalidate());
    this.confirmed.addEventListener("change", () => this.allow());
    this.file.addEventListener("change", () => void this.open());
    this.use.addEventListener("click", () => void this.take());
  }

  /** What was read is no longer what stands in the field. */
  invalidate() {
    this.answer = null;
    this.allow();
  }

  /** A text file goes into the field, to be corrected there; a workbook is sent as it is. */
  async open() {
    const file = this.file.files?.[0];
    if (file && /\.(csv|txt|tsv)$/i.test(file.name)) {
      this.text.value = await file.text();
      this.file.value = "";
    }
    if (file) await this.preview();
  }

  /** @param {string} [crs] chosen among those that were found */
  body(crs = this.crs.value) {
    const { province, commune, declared } = Object.fromEntries(new FormData(this.form));
    const file = this.file.files?.[0];
    /** @type {Record<string, unknown>} */
    const facts = {
      ...(province ? { province } : {}), ...(commune ? { commune } : {}), ...(crs ? { crs } : {}),
      ...(declared ? { declared_area_ha: readNumber(String(declared)) } : {}),
    };
    if (!file) return { text: this.text.value, ...facts };
    const form = new FormData();
    form.set("file", file);
    for (const [name, value] of Object.entries(facts)) form.set(name, String(value));
    return form;
  }

  /** @param {string} [crs] */
  async preview(crs) {
    if (!this.text.value.trim() && !this.file.files?.length) return;
    this.form.setAttribute("aria-busy", "true");
    try {
      this.show(readCorners(await propose("/boundaries/from-corners", this.body(crs))));
      this.fault.textContent = "";
    } catch (error) {
      this.invalidate();
      this.fault.textContent = error instanceof Refused && error.status ? error.message : say("not_reached");
    } finally {
      this.form.removeAttribute("aria-busy");
    }
  }

  /** @param {CornersAnswer} answer */
  show(answer) {
    this.answer = answer;
    this.confirmed.checked = false;
    this.chart.propose(answer.outline, answer.runnersUp.flatMap((one) => (one.outline ? [one.outline] : [])));
    if (answer.outline) this.chart.zoomTo(answer.outline);
    element("corner-result", HTMLElement).hidden = false;
    element("corner-chosen", HTMLElement).textContent = answer.chosen
      ? say("crs_chosen", { crs: this.nameOf(answer.chosen.crs) }) : say("crs_none");
    element("corner-why", HTMLElement).replaceChildren(...(answer.chosen?.why ?? []).map(item));
    element("corner-others", HTMLElement).replaceChildren(...answer.runnersUp.map((one) => this.other(one)));
    element("corner-others-title", HTMLElement).hidden = !answer.runnersUp.length;
    element("corner-confirm", HTMLElement).hidden = !answer.needsConfirmation;
    element("corner-issues", HTMLElement).replaceChildren(...listIssues(answer.issues, (issue) => this.go(issue)));
    this.showReceipt(answer);
    this.showTable(answer);
    this.allow();
  }

  /** @param {string} code */
  nameOf(code) {
    const number = code.replace(/\D/g, "");
    return [...this.crs.options].find((one) => number && one.value.endsWith(number))?.text ?? code;
  }

  /** @param {Proposal} proposal @returns {HTMLElement} */
  other(proposal) {
    const found = item(`${this.nameOf(proposal.crs)}${proposal.why.length ? `: ${proposal.why.join("; ")}` : ""}`);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = say("try_this");
    button.addEventListener("click", () => void this.preview(proposal.crs));
    found.append(" ", button);
    return found;
  }

  /** @param {CornersAnswer} answer */
  showReceipt({ receipt, stated }) {
    const parts = [];
    if (receipt?.area_ha !== undefined) parts.push(say("receipt_area", { area: fixed(receipt.area_ha, 2) }));
    if (receipt?.plane_area_ha !== undefined) parts.push(say("receipt_plane", { area: fixed(receipt.plane_area_ha, 2) }));
    if (stated?.area_ha) parts.push(say("stated_area", { area: fixed(stated.area_ha, 2) }));
    element("corner-receipt", HTMLElement).textContent = parts.join(" · ");
  }

  /** @param {CornersAnswer} answer the rows as they were understood, a side that differs marked in words */
  showTable({ rings, issues }) {
    const body = element("corner-rows", HTMLTableSectionElement);
    const flagged = new Set(issues.map(({ row }) => row));
    body.replaceChildren(
      ...rings.flat().map((corner) => {
        const line = document.createElement("tr");
        line.classList.toggle("flagged", corner.row !== null && flagged.has(corner.row));
        const figure = (/** @type {number | null} */ value, /** @type {number} */ decimals) =>
          value === null ? "" : fixed(value, decimals);
        const texts = [corner.label, figure(corner.x, 3), figure(corner.y, 3), figure(corner.side, 2), figure(corner.stated, 2)];
        texts.forEach((text, i) => {
          const cell = line.insertCell();
          cell.textContent = text;
          if (i) cell.className = "figure";
        });
        return line;
      }),
    );
    element("corner-table", HTMLElement).hidden = !rings.length;
  }

  /** @param {Issue} issue */
  go(issue) {
    if (issue.place) this.chart.point([issue.place.lon, issue.place.lat]);
    if (!issue.row || this.file.files?.length) return;
    const lines = this.text.value.split("\n");
    const start = lines.slice(0, issue.row - 1).reduce((sum, line) => sum + line.length + 1, 0);
    this.text.focus();
    this.text.setSelectionRange(start, start + (lines[issue.row - 1]?.length ?? 0));
  }

  allow() {
    const { answer } = this;
    this.use.disabled = !answer?.outline || (answer.needsConfirmation && !this.confirmed.checked);
  }

  async take() {
    const crs = this.answer?.chosen?.crs;
    if (!this.answer?.outline) return;
    try {
      await this.adopt(`/changes/${this.change.id}/corners`, this.body(crs));
      this.chart.propose(null);
      this.invalidate();
      element("corner-result", HTMLElement).hidden = true;
      this.fault.textContent = "";
    } catch (error) {
      this.fault.textContent = error instanceof Refused && error.status ? error.message : say("not_reached");
    }
  }
}

/** @param {string} text */
function item(text) {
  const found = document.createElement("li");
  found.textContent = text;
  return found;
}
