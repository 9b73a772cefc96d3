// The map's style as a function of what is to be seen. Layers are always the same; paint, filters and visibility differ.
/** @import {Colour, Units} from "./types.d.ts" */
/** @import {ExpressionSpecification as Expression, LayerSpecification as Layer, StyleSpecification} from "/assets/maplibre/maplibre-gl.mjs" */
import { setup } from "./texts.js";

/** @typedef {{paper: string, ink: string, soft: string, sea: string, land: string, border: string, district: string,
 *   place: string, halo: string, hatch: string, accent: string}} Theme */
/** @typedef {{colour: Colour, units: Units, fids: number[] | null, theme: Theme, cosine: number,
 *   isDense: boolean, fan: Map<number, [number, number]>}} Look what decides the style; `cosine` of the latitude in the middle of the map */

/** @type {Theme} */
const LIGHT = { paper: "#fcfcfa", ink: "#1b2127", soft: "#56606a", sea: "#e9edef", land: "#f8f8f4", border: "#b3bbc1", district: "#d6dadc",
  place: "#68727a", halo: "#fcfcfa", hatch: "#8b959d", accent: "#0b5b7f" };
/** @type {Theme} */
const DARK = { paper: "#1a1f23", ink: "#e9ecee", soft: "#a7b0b8", sea: "#111518", land: "#1f2428", border: "#57616a", district: "#363e45",
  place: "#98a2ab", halo: "#14181b", hatch: "#8b959d", accent: "#7cc4e6" };
export const isDark = matchMedia("(prefers-color-scheme: dark)");
export const theme = () => (isDark.matches ? DARK : LIGHT);

/** Of a zone's status: the further on the darker. Those without a colour here are hollow. @type {Record<string, string>} */
export const STATUS_COLOURS = {
  planned: "#f6e3c5", investment_policy_granted: "#f5c48b", established: "#ee9a62", site_clearance_in_progress: "#de6f57",
  site_clearance_done: "#bc4a61", under_construction: "#8a3069", operating: "#4d1d62", withdrawn: "#8a8f94",
};
/** @type {Record<string, string>} */
export const KIND_COLOURS = { industrial_park: "#2a78b8", industrial_cluster: "#e69f00", economic_zone: "#1b9e77" };
/** @type {Record<string, string>} */
export const LOT_COLOURS = { available: "#59b7bf", reserved: "#b4dcae", leased: "#22347c", not_cleared: "#ffffff" };
export const QUALITIES = /** @type {const} */ ({ surveyed: [], digitised: [8, 4], indicative: [2.5, 2.5] });
export const LOTS_FROM = 13;
const OUTLINES_FROM = 8, POINTS_UNTIL = 12, RINGS_FROM = 9.5, NAMES_FROM = 9;
const STEP_PCT = 100 / setup.steps.length;
const METRES_PER_PX = 78_271.517; // on the equator at zoom 0
/** Of symbols, smaller where there are many. @param {boolean} isDense @returns {any} */
const sizeOf = (isDense) => (isDense ? ["interpolate", ["linear"], ["zoom"], 4, 0.25, 6, 0.4, 9, 0.85, 11, 1.1] : ["interpolate", ["linear"], ["zoom"], 5, 0.5, 8, 0.85, 11, 1.1]);
const FONT = ["Inter Variable"];

/** The colours of what is switched on, by the name that `keyOf` gives. @param {Colour} colour @returns {Record<string, string>} */
export const colours = (colour) =>
  colour === "rate" ? Object.fromEntries(setup.steps.map((step, at) => [`step${at}`, step])) : colour === "status" ? STATUS_COLOURS : KIND_COLOURS;

/** The name of a zone's colour, where its value is stated. @param {Colour} colour @returns {Expression} */
function keyOf(colour) {
  if (colour !== "rate") return ["get", colour];
  const rest = setup.steps.slice(1).flatMap((_, at) => [(at + 1) * STEP_PCT, `step${at + 1}`]);
  return /** @type {Expression} */ (/** @type {unknown} */ (["step", ["get", "fill_rate_pct"], "step0", ...rest]));
}
/** @type {Record<Colour, string>} */
const PROPERTY = { rate: "fill_rate_pct", status: "status", kind: "kind" };
/** @type {Expression} */
const IS_PROPOSED = ["==", ["get", "status"], "proposed"];

/** @param {Colour} colour @returns {Expression} "hollow", "unknown" or the name of a colour */
const fillOf = (colour) => ["case", IS_PROPOSED, "hollow", ["has", PROPERTY[colour]], keyOf(colour), "unknown"];

/** @param {Record<string, string>} table @param {Expression} key @param {string} other @returns {Expression} */
const matched = (table, key, other) =>
  /** @type {Expression} */ (/** @type {unknown} */ (["match", key, ...Object.entries(table).flat(), other]));

/** @param {...(Expression | null)} all @returns {any} */
const every = (...all) => ["all", ...all.filter((one) => one !== null)];

/** @param {Record<string, unknown>} properties by name @returns {any} */
const source = (properties) => ({ source: "register", ...properties });

/** @param {Look} look @returns {Layer[]} from the ground up */
export function layersOf(look) {
  const { theme, colour, units, cosine } = look;
  const found = look.fids && /** @type {Expression} */ (["match", ["id"], look.fids.length ? look.fids : [-1], true, false]);
  const has = (/** @type {string} */ name) => /** @type {Expression} */ (["has", name]);
  const without = (/** @type {string} */ name) => /** @type {Expression} */ (["!", ["has", name]]);
  const isFormer = units === "former";
  const inForce = isFormer ? has("valid_to") : without("valid_to");
  const shown = { visibility: units === "none" ? "none" : "visible" };
  const zones = { "source-layer": "zones", minzoom: OUTLINES_FROM };
  const stated = every(found, has(PROPERTY[colour]), ["!", IS_PROPOSED]);
  /** @type {any} */ const opacity = ["interpolate", ["linear"], ["zoom"], 12.5, ["match", ["get", "boundary_quality"], "indicative", 0.45, 0.8], 14, 0.3];
  /** @type {any} */ const standing = ["case", ["boolean", ["feature-state", "chosen"], false], 2, ["boolean", ["feature-state", "hovered"], false], 1, 0];
  const halo = { "text-color": theme.ink, "text-halo-color": theme.halo, "text-halo-width": 1.5 };
  /** @type {any} */ const ring = (/** @type {number} */ zoom) => ["*", ["get", "location_accuracy_m"], 2 ** zoom / METRES_PER_PX / cosine];
  const points = { "source-layer": "zone-points", filter: every(found) };
  /** @type {any} */ const fan = look.fan.size
    ? ["match", ["id"], ...[...look.fan].flatMap(([fid, offset]) => [fid, ["literal", offset]]), ["literal", [0, 0]]] : [0, 0];
  /** @type {any} */ const names = { "text-field": setup.language === "en" ? ["coalesce", ["get", "name_en"], ["get", "name_vi"]] : ["get", "name_vi"],
    "text-font": FONT, "text-size": 12, "text-max-width": 11, "symbol-sort-key": ["-", ["coalesce", ["get", "fill_rate_pct"], -1]] };
  const layers = [
    { id: "ground", type: "background", paint: { "background-color": theme.sea } },
    source({ id: "land", type: "fill", "source-layer": "admin-units", filter: every(without("valid_to"), ["==", ["get", "level"], "province"]),
      paint: { "fill-color": theme.land, "fill-antialias": false, "fill-opacity": setup.basemap ? 0 : 1 } }),
    source({ id: "units-small", type: "line", "source-layer": "admin-units", minzoom: 8.5, layout: shown,
      filter: every(inForce, ["!=", ["get", "level"], "province"]), paint: { "line-color": theme.district, "line-width": 1 } }),
    source({ id: "units-large", type: "line", "source-layer": "admin-units", layout: { ...shown, "line-join": "round" },
      filter: every(inForce, ["==", ["get", "level"], "province"]),
      paint: { "line-color": theme.border, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.6, 9, 1.4],
        ...(isFormer && { "line-dasharray": [6, 2] }) } }),
    source({ id: "rings", type: "circle", minzoom: RINGS_FROM, "source-layer": "zone-points",
      filter: every(found, without("boundary_quality"), has("location_accuracy_m")),
      paint: { "circle-radius": ["interpolate", ["exponential", 2], ["zoom"], 0, ring(0), 22, ring(22)], "circle-color": theme.hatch,
        "circle-opacity": 0.03, "circle-stroke-color": theme.hatch, "circle-stroke-width": 1, "circle-stroke-opacity": 0.3 } }),
    source({ ...zones, id: "zones-unknown", type: "fill", filter: every(found, without(PROPERTY[colour]), ["!", IS_PROPOSED]),
      paint: { "fill-pattern": "hatch", "fill-opacity": 0.7 } }),
    source({ ...zones, id: "zones-fill", type: "fill", filter: stated,
      paint: { "fill-color": matched(colours(colour), keyOf(colour), theme.land), "fill-opacity": opacity } }),
    source({ ...zones, id: "zones-area", type: "fill", filter: every(found), paint: { "fill-color": theme.ink, "fill-opacity": 0 } }),
    source({ id: "lots", type: "fill", "source-layer": "lots", minzoom: LOTS_FROM, filter: has("status"),
      paint: { "fill-color": matched(LOT_COLOURS, ["get", "status"], theme.land), "fill-opacity": 0.85 } }),
    source({ id: "lots-unknown", type: "fill", "source-layer": "lots", minzoom: LOTS_FROM, filter: without("status"),
      paint: { "fill-pattern": "hatch" } }),
    source({ id: "lots-line", type: "line", "source-layer": "lots", minzoom: LOTS_FROM, paint: { "line-color": theme.soft, "line-width": 0.5 } }),
    source({ ...zones, id: "zones-frame", type: "line", filter: every(found), layout: { "line-join": "round" },
      paint: { "line-color": theme.ink, "line-width": ["*", standing, 3.5], "line-opacity": ["min", 1, standing] } }),
    source({ ...zones, id: "zones-gap", type: "line", filter: every(found), layout: { "line-join": "round" },
      paint: { "line-color": theme.halo, "line-width": ["*", standing, 2], "line-opacity": ["min", 1, standing] } }),
    ...Object.entries(QUALITIES).map(([quality, dash]) => source({
      ...zones, id: `zones-${quality}`, type: "line", filter: every(found, ["==", ["get", "boundary_quality"], quality]),
      paint: { "line-color": ["case", IS_PROPOSED, theme.accent, theme.ink], "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 12, 1.5],
        ...(dash.length && { "line-dasharray": dash }) },
    })),
    { id: "mark-ring", type: "line", source: "marks", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": theme.ink, "line-width": 1.25, "line-opacity": 0.75, "line-dasharray": [3, 3] } },
    { id: "unit-names", type: "symbol", source: "unit-names", layout: { ...shown, "text-field": ["get", "name"], "text-font": FONT,
      "text-size": ["case", ["get", "large"], 13, 12], "text-max-width": 8, "text-letter-spacing": ["case", ["get", "large"], 0.06, 0], "text-padding": 6,
      "symbol-sort-key": ["case", ["get", "large"], 0, 1] },
      paint: { "text-color": theme.place, "text-halo-color": theme.land, "text-halo-width": 1.25 } },
    source({ ...points, id: "points", type: "symbol", maxzoom: 24, layout: {
      "icon-image": ["concat", ["get", "kind"], " ", fillOf(colour)], "icon-allow-overlap": true, "icon-ignore-placement": true,
      "icon-size": sizeOf(look.isDense), "icon-offset": fan,
      "symbol-sort-key": ["case", has(PROPERTY[colour]), 1, 0] },
      paint: { "icon-opacity": ["step", ["zoom"], 1, POINTS_UNTIL, ["case", has("boundary_quality"), 0, 1]] } }),
    { id: "mark-frames", type: "symbol", source: "marks", filter: ["has", "frame"], layout: { "icon-image": ["get", "frame"],
      "icon-size": sizeOf(look.isDense), "icon-allow-overlap": true, "icon-ignore-placement": true,
      "icon-offset": ["get", "offset"] }, paint: { "icon-opacity": ["step", ["zoom"], 1, POINTS_UNTIL, ["case", ["get", "outlined"], 0, 1]] } },
    source({ ...points, id: "names", type: "symbol", minzoom: NAMES_FROM,
      filter: every(found, ["any", ["<", ["zoom"], POINTS_UNTIL], without("boundary_quality")]), layout: { ...names,
      "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.2, "text-justify": "auto" }, paint: halo }),
    source({ ...points, id: "names-inside", type: "symbol", minzoom: POINTS_UNTIL, filter: every(found, has("boundary_quality")), layout: names, paint: halo }),
    source({ id: "lot-codes", type: "symbol", "source-layer": "lots", minzoom: 16, layout: { "text-field": ["get", "code"], "text-font": FONT, "text-size": 11 },
      paint: { "text-color": LIGHT.ink, "text-halo-color": LIGHT.halo, "text-halo-width": 1.25 } }),
  ];
  if (setup.basemap) layers.splice(1, 0, { id: "basemap", type: "raster", source: "basemap", paint: { "raster-saturation": -0.4 } });
  return /** @type {Layer[]} */ (layers);
}

/** @param {Look} look @returns {StyleSpecification} */
export function styleOf(look) {
  const nothing = /** @type {any} */ ({ type: "geojson", data: { type: "FeatureCollection", features: [] } });
  /** @type {StyleSpecification["sources"]} */
  const sources = {
    register: { type: "vector", tiles: [location.origin + setup.tiles], minzoom: 0, maxzoom: 16, attribution: escaped(setup.attribution) },
    marks: nothing, "unit-names": nothing,
  };
  if (setup.basemap) {
    sources.basemap = { type: "raster", tiles: [setup.basemap.tiles], tileSize: 256, attribution: escaped(setup.basemap.attribution) };
  }
  return { version: 8, sources, layers: layersOf(look) };
}

/** MapLibre takes attributions as HTML. @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
