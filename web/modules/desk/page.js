// Puts the desk's page together: reads the change, connects the model with map, table, fields, panels and saving.
/** @import {Change, Issue, Options, Path, Position} from "./types.d.ts" */
import { Attributes } from "./attributes.js";
import { Chart } from "./map.js";
import { Corners } from "./corners.js";
import { Editor } from "./editor.js";
import { FilePanel } from "./file.js";
import { Figures, VertexTable } from "./vertices.js";
import { Handles } from "./handles.js";
import { History } from "./history.js";
import { Refused, propose, readChange, submitChange } from "./service.js";
import { Review } from "./issues.js";
import { Saving, leftBehind } from "./saving.js";
import { Sketching } from "./sketch.js";
import { Surroundings } from "./context.js";
import { Tracing, connectTools, showTools } from "./tools.js";
import { block, clock, element, say } from "./texts.js";
import { connectTabs } from "./tabs.js";
import { measureMove } from "./measure.js";
import { readOutline } from "./geometry.js";
import { stateOfChange } from "./model.js";
/** @import {Standing} from "./saving.js" */

/** @type {Options} */
const options = block("options");
const said = element("said", HTMLElement);
const announce = (/** @type {string} */ text) => {
  said.textContent = text;
};

try {
  await open(await readChange(options.change));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  element("standing", HTMLElement).textContent = error.status ? error.message : say("not_reached");
}

/** @param {Change} change */
async function open(change) {
  const mayEdit = change.may.includes("edit");
  const history = new History(stateOfChange(change));
  const chart = new Chart(element("map", HTMLElement), options.attribution);
  const around = new Surroundings(chart, change.zone, () => tracing.list());
  const editor = new Editor(history, chart, around, announce, mayEdit);
  const tracing = new Tracing(editor);
  const table = new VertexTable(editor, options);
  const figures = new Figures(editor);
  const attributes = new Attributes(history, change, options, mayEdit);
  const openTab = connectTabs(element("tabs", HTMLElement), (id) => chart.showProposals(id === "panel-corners" || id === "panel-file"));
  const sketching = new Sketching(chart, { add: (position) => editor.addPoint(position), finish: () => editor.finish() });
  const review = new Review(history, mayEdit, change.may.includes("submit"), go, submit);
  const handles = new Handles(chart, {
    select: (path) => editor.selectPath(path),
    bend: (path, to, isNew) => showMove(path, to, isNew),
    drop: (path, to, isNew) => editor.drop(path, to, isNew),
    remove: (path) => {
      editor.selectPath(path);
      editor.remove(path.index);
    },
  });
  const saving = new Saving(change, () => history.now, showStanding, (answer) => review.show(answer.issues ?? []), conflict);
  const adopt = adopting(saving, history, review);
  new Corners(chart, change, adopt);
  new FilePanel(chart, change, adopt);
  connectTools(editor, tracing);

  history.subscribe(() => {
    show();
    saving.note();
  });
  editor.whenSelected(() => {
    showSelection();
    const position = editor.ring()[editor.index()];
    if (position) chart.reveal(position);
  });
  chart.showInForce(readOutline(change.base?.boundary));
  if (history.now.outline) chart.zoomTo(history.now.outline);
  else if (options.view) chart.map.setView([options.view.lat, options.view.lon], 13);
  review.show(change.issues ?? []);
  show();
  restore();
  void around.look();
  document.documentElement.dataset.desk = "ready";

  function show() {
    const { outline, sketch } = history.now;
    chart.showDraft(outline);
    around.own = sketch ? outline : null;
    around.offerEdges();
    sketching.show(sketch);
    attributes.show();
    review.refresh();
    showSelection();
  }

  function showSelection() {
    const { outline, sketch } = history.now;
    handles.show(outline, editor.selected, sketch !== null || !mayEdit);
    table.show();
    figures.show();
    showTools(editor);
    const [ring, index] = [editor.ring(), editor.index()];
    chart.showSide(ring.length > 1 && index >= 0 && !sketch ? [ring[index], ring[(index + 1) % ring.length]] : []);
  }

  /** @param {Path} path @param {Position} to @param {boolean} isNew */
  function showMove(path, to, isNew) {
    const ring = history.now.outline?.[path.part][path.ring];
    if (!ring) return;
    const bent = isNew ? ring.toSpliced(path.index, 0, ring[(path.index || ring.length) - 1]) : ring;
    figures.show(measureMove(bent, path.index, to, path.ring > 0));
    chart.showSide([to, bent[(path.index + 1) % bent.length]]);
  }

  /** @param {Issue} issue */
  function go(issue) {
    if (issue.place) chart.point([issue.place.lon, issue.place.lat]);
    if (!issue.field) return;
    if (issue.field === "boundary") {
      openTab("panel-outline");
      return;
    }
    openTab("panel-attributes");
    attributes.find(issue.field);
  }

  async function submit() {
    announce(say("submitting"));
    if (!(await saving.settle())) return;
    try {
      await submitChange(change.id);
      location.assign(`/desk/changes/${change.id}?lang=${options.language}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.problem.issues) review.show(error.problem.issues);
      announce(error.status ? error.message : say("not_reached"));
    }
  }

  /** Offer what a closed tab has left in this browser. */
  function restore() {
    const left = mayEdit ? leftBehind(change) : null;
    if (!left) return;
    const dialog = element("restore", HTMLDialogElement);
    element("restore-when", HTMLElement).textContent = say("left_behind", { time: clock(left.copy.at) });
    dialog.addEventListener("close", () => {
      left.forget();
      if (dialog.returnValue === "restore") history.commit(left.state);
    }, { once: true });
    dialog.showModal();
  }

  /** Somebody else saved this draft: nothing goes on until a person has chosen. @param {Change} theirs */
  function conflict(theirs) {
    const dialog = element("conflict", HTMLDialogElement);
    element("conflict-when", HTMLElement).textContent = say("saved_elsewhere", { time: clock(theirs.updated_at) });
    dialog.addEventListener("close", () => {
      const takesTheirs = dialog.returnValue === "theirs";
      if (dialog.returnValue === "mine" || takesTheirs) saving.resume(theirs, takesTheirs);
      if (takesTheirs) history.commit(stateOfChange(theirs));
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  }

  element("standing-choose", HTMLButtonElement).addEventListener("click", () => void saving.compare());
}

/** The server makes the outline of a table or a file; its draft then is ours, and undo goes back behind it.
 * @param {Saving} saving @param {History<import("./types.d.ts").State>} history @param {Review} review */
function adopting(saving, history, review) {
  return async (/** @type {string} */ path, /** @type {FormData | Record<string, unknown>} */ body) => {
    const desk = /** @type {HTMLElement | null} */ (document.querySelector(".desk-editor"));
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    if (desk) desk.inert = true; // what were typed meanwhile would be lost
    try {
      if (!(await saving.settle())) throw new Refused(0, { detail: say("not_saved_yet") });
      await propose(path, body);
      const change = await readChange(options.change);
      saving.resume(change, true);
      history.commit(stateOfChange(change));
      review.show(change.issues ?? []);
    } finally {
      if (desk) desk.inert = false;
      focused?.focus();
    }
    announce(say("outline_taken"));
  };
}

/** @param {Standing} standing */
function showStanding({ word, at, detail }) {
  const place = element("standing", HTMLElement);
  place.dataset.standing = word;
  place.textContent = say(`standing_${word}`, { time: at === undefined ? "" : clock(at), detail: detail ?? "" });
  element("standing-choose", HTMLButtonElement).hidden = word !== "conflict";
}
