// From a file to the outline: its layers and features, one of them on the map beside the one in force, taken or not.
/** @import {Change, FileAnswer, FileFeature, FileLayer} from "./types.d.ts" */
import { readFile } from "./answers.js";
import { Refused, propose } from "./service.js";
import { listIssues } from "./issues.js";
import { element, fixed, say } from "./texts.js";
/** @import {Chart} from "./map.js" */

export class FilePanel {
  /** @param {Chart} chart @param {Change} change
   * @param {(path: string, body: FormData) => Promise<void>} adopt takes the answer as the draft */
  constructor(chart, change, adopt) {
    this.chart = chart;
    this.change = change;
    this.adopt = adopt;
    this.file = element("file-file", HTMLInputElement);
    this.layer = element("file-layer", HTMLSelectElement);
    this.feature = element("file-feature", HTMLSelectElement);
    this.crs = element("file-crs", HTMLSelectElement);
    this.use = element("file-use", HTMLButtonElement);
    this.fault = element("file-fault", HTMLElement);
    /** @type {FileAnswer | null} */ this.answer = null;
    element("file", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
    this.file.addEventListener("change", () => void this.ask(false));
    this.crs.addEventListener("change", () => void this.ask(true));
    this.layer.addEventListener("change", () => {
      if (this.answer) this.answer = { ...this.answer, outline: null }; // it was the other layer's
      this.showLayer();
      void this.ask(true);
    });
    this.feature.addEventListener("change", () => void this.ask(true));
    this.use.addEventListener("click", () => void this.take());
  }

  /** @param {boolean} chosen whether layer and feature have been chosen */
  body(chosen) {
    const form = new FormData();
    const file = this.file.files?.[0];
    if (file) form.set("file", file);
    if (this.crs.value) form.set("crs", this.crs.value);
    if (chosen && this.layer.value) form.set("layer", this.layer.value);
    if (chosen && this.feature.value) form.set("feature", this.feature.value);
    return form;
  }

  /** @param {boolean} chosen */
  async ask(chosen) {
    if (!this.file.files?.length) return;
    try {
      const answer = readFile(await propose("/boundaries/from-file", this.body(chosen)));
      this.fault.textContent = "";
      this.show(answer, chosen);
    } catch (error) {
      this.answer = null;
      this.use.disabled = true;
      this.fault.textContent = error instanceof Refused && error.status ? error.message : say("not_reached");
    }
  }

  /** @param {FileAnswer} answer @param {boolean} chosen */
  show(answer, chosen) {
    this.answer = answer;
    element("file-result", HTMLElement).hidden = false;
    if (!chosen) this.layer.replaceChildren(...answer.layers.map((one) => new Option(one.name, one.name)));
    this.showLayer();
    const waits = !chosen && !answer.outline && this.feature.value && !this.use.disabled;
    if (waits) void this.ask(true); // the first feature as exactly as it will be taken
  }

  /** @returns {FileLayer | undefined} */
  current() {
    return this.answer?.layers.find((one) => one.name === this.layer.value) ?? this.answer?.layers[0];
  }

  showLayer() {
    const layer = this.current();
    const before = this.feature.value;
    this.feature.replaceChildren(...(layer?.features ?? []).map((one) => new Option(nameOf(one), String(one.number))));
    if ([...this.feature.options].some((one) => one.value === before)) this.feature.value = before;
    const needsCrs = Boolean(layer?.needsCrs) && !this.crs.value;
    element("file-crs-field", HTMLElement).hidden = !layer?.needsCrs && !this.crs.value;
    element("file-crs-said", HTMLElement).textContent = needsCrs ? say("crs_needed") : layer?.crs ? say("crs_read", { crs: layer.crs }) : "";
    const feature = layer?.features.find((one) => String(one.number) === this.feature.value);
    const outline = this.answer?.outline ?? feature?.outline ?? null;
    this.chart.propose(outline);
    if (outline) this.chart.zoomTo(outline);
    const issues = [...(this.answer?.issues ?? []), ...(layer?.issues ?? []), ...(feature?.issues ?? [])];
    element("file-issues", HTMLElement).replaceChildren(
      ...listIssues(issues, (issue) => issue.place && this.chart.point([issue.place.lon, issue.place.lat])),
    );
    this.use.disabled = !outline || needsCrs;
  }

  async take() {
    try {
      await this.adopt(`/changes/${this.change.id}/file`, this.body(true));
      this.chart.propose(null);
      this.use.disabled = true;
    } catch (error) {
      this.fault.textContent = error instanceof Refused && error.status ? error.message : say("not_reached");
    }
  }
}

/** @param {FileFeature} feature */
const nameOf = ({ number, name, areaHa }) =>
  [`${number}`, name, areaHa === null ? "" : `${fixed(areaHa, 2)} ha`].filter(Boolean).join(" · ");
