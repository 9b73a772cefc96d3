// The draft as the page holds it, and the bodies that carry it.
/** @import {Change, Draft, State, List, Row} from "./types.d.ts" */
import { readOutline, writeOutline } from "./geometry.js";

/** @param {Draft} draft @returns {State} */
export function stateOf(draft) {
  return {
    title: draft.title ?? "",
    document: draft.document ?? "",
    values: draft.values ?? {},
    outline: draft.has_boundary ? readOutline(draft.boundary) : null,
    hasBoundary: draft.has_boundary ?? false,
    observations: draft.observations ?? [],
    milestones: draft.milestones ?? [],
    documents: draft.documents ?? [],
    reasons: draft.reasons ?? {},
    sketch: null,
  };
}

/** The state of a change: a draft that says nothing of the outline begins with the one in force.
 * @param {Change} change @returns {State} */
export function stateOfChange(change) {
  const state = stateOf(change);
  return change.has_boundary ? state : { ...state, outline: readOutline(change.base?.boundary) };
}

/** @param {State} state @returns {Draft} the body of a save */
export function draftOf(state) {
  return {
    title: state.title,
    document: state.document,
    values: state.values,
    boundary: state.hasBoundary ? writeOutline(state.outline) : null,
    has_boundary: state.hasBoundary,
    observations: state.observations,
    milestones: state.milestones,
    documents: state.documents,
    reasons: state.reasons,
  };
}

/** @param {unknown} value a text by which two values are the same, whatever the order of their names */
export function fingerprint(value) {
  return JSON.stringify(value, (_, one) =>
    one && typeof one === "object" && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** The state with one value set, or no longer set where it is the one in force.
 * @param {State} state @param {Change} change @param {string} name @param {unknown} value @returns {State} */
export function withValue(state, change, name, value) {
  const base = change.base?.values ?? {};
  const { [name]: _, ...values } = state.values;
  const isBase = fingerprint(base[name] ?? null) === fingerprint(value);
  return { ...state, values: isBase ? values : { ...values, [name]: value } };
}

/** @param {State} state @param {Change} change @param {string} name */
export const valueOf = (state, change, name) =>
  name in state.values ? state.values[name] : (change.base?.values?.[name] ?? null);

/** @param {State} state @param {List} list @param {number} place @param {string} name @param {unknown} value @returns {State} */
export const withCell = (state, list, place, name, value) => ({
  ...state,
  [list]: state[list].with(place, { ...state[list][place], [name]: value }),
});

/** @param {State} state @param {List} list @param {Row} row @returns {State} */
export const withRow = (state, list, row) => ({ ...state, [list]: [...state[list], row] });

/** @param {State} state @param {List} list @param {number} place @returns {State} */
export const withoutRow = (state, list, place) => ({ ...state, [list]: state[list].toSpliced(place, 1) });
