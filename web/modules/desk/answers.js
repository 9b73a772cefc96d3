// What /boundaries/from-corners and /boundaries/from-file answer, read tolerantly: the one place that knows their names.
/** @import {CornersAnswer, FileAnswer, FileLayer, FileFeature, Proposal, CornerRow, Outline, Position} from "./types.d.ts" */
import { readOutline } from "./geometry.js";

/** @param {any} answer @returns {CornersAnswer} */
export function readCorners(answer) {
  return {
    outline: outlineOf(answer.outline),
    chosen: answer.chosen ? readProposal(answer.chosen) : null,
    runnersUp: list(answer.runners_up).map(readProposal),
    needsConfirmation: Boolean(answer.needs_confirmation),
    rings: list(answer.table?.rings).map((ring) => list(ring.corners ?? ring).map(readRow)),
    receipt: answer.receipt ?? null,
    stated: answer.stated ?? null,
    issues: list(answer.issues),
  };
}

/** @param {any} answer @returns {FileAnswer} */
export const readFile = (answer) => ({
  layers: list(answer.layers).map(readLayer),
  outline: outlineOf(answer.outline),
  issues: list(answer.issues),
});

/** @param {any} layer @returns {FileLayer} */
const readLayer = (layer) => ({
  name: String(layer.name ?? ""),
  crs: crsOf(layer.crs),
  needsCrs: Boolean(layer.needs_crs),
  candidates: list(layer.candidates).map(readProposal),
  features: list(layer.features).map(readFeature),
  issues: list(layer.issues),
});

/** @param {any} feature @param {number} place @returns {FileFeature} */
const readFeature = (feature, place) => ({
  number: feature.number ?? place + 1,
  name: String(feature.name ?? ""),
  areaHa: feature.area_ha ?? null,
  outline: outlineOf(feature.outline ?? feature.preview ?? feature.geometry),
  issues: list(feature.issues),
});

/** @param {any} one @returns {Proposal} */
const readProposal = (one) => ({
  crs: crsOf(one.crs) ?? "",
  outline: outlineOf(one.outline),
  centre: positionOf(one.centroid),
  why: list(one.why).map((why) => (typeof why === "string" ? why : String(why.message ?? ""))),
});

/** @param {any} row @returns {CornerRow} */
const readRow = (row) => ({
  row: row.row ?? null, label: String(row.label ?? ""), x: row.x ?? null, y: row.y ?? null,
  side: row.computed_side ?? row.side_m ?? null, stated: row.stated_side ?? row.stated_side_m ?? null,
});

/** @param {any} crs a code, or an object that has one @returns {string | null} */
const crsOf = (crs) => (crs ? String(typeof crs === "object" ? (crs.crs ?? crs.code ?? crs.epsg ?? "") : crs) : null);

/** @param {any} shape a Feature or a geometry @returns {Outline | null} */
const outlineOf = (shape) => readOutline(shape?.type === "Feature" ? shape.geometry : shape);

/** @param {any} place [lon, lat], a Point or {lon, lat} @returns {Position | null} */
function positionOf(place) {
  if (Array.isArray(place)) return [place[0], place[1]];
  if (place?.coordinates) return [place.coordinates[0], place.coordinates[1]];
  return place && "lon" in place ? [place.lon, place.lat] : null;
}

/** @param {any} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);
