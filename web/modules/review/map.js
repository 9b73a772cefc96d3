// Draws what the page compares: the outlines before and after, gained and lost land, corners that changed and places
// of what was noticed, over the outlines of other zones. What the map shows the page also says in figures and tables.
// @ts-check
import * as L from "/assets/leaflet/leaflet-src.esm.js";

const place = /** @type {HTMLElement} */ (document.getElementById("map"));
const told = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("outlines")).textContent || "{}");

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
place.hidden = false;
document.getElementById("no-map")?.remove();
const map = L.map(place, {
  attributionControl: false, zoomSnap: 0.25, maxZoom: 22, zoomAnimation: !still, fadeAnimation: !still,
});
L.control.scale({ imperial: false }).addTo(map);
for (const name of ["near", "land", "lines", "points"]) map.createPane(name);
["near", "land", "lines", "points"].forEach((name, at) => {
  const pane = map.getPane(name);
  if (pane) pane.style.zIndex = String(400 + 10 * at);
});

/**
 * An outline of GeoJSON, or nothing.
 * @param {any} shape
 * @param {string} pane
 * @param {string} name of its class
 * @param {any} more
 */
function draw(shape, pane, name, more = {}) {
  if (!shape) return null;
  const style = { pane, className: name, interactive: false, ...more };
  return L.geoJSON(shape, { style: () => style, pane, interactive: false }).addTo(map);
}

const drawn = [
  draw(told.shapes.gained, "land", "gained", { stroke: false, fillColor: "url(#hatch-gained)", fillOpacity: 1 }),
  draw(told.shapes.lost, "land", "lost", { stroke: false, fillColor: "url(#hatch-lost)", fillOpacity: 1 }),
  draw(told.shapes.before, "lines", "outline-before", { fill: false }),
  draw(told.now, "lines", "outline-now", { fill: false }),
  draw(told.shapes.after, "lines", "outline-after", { fill: false }),
].filter((one) => one !== null);

if (drawn.length === 0) {
  place.hidden = true;
} else {
  const bounds = L.latLngBounds([]);
  for (const one of drawn) bounds.extend(one.getBounds());
  map.fitBounds(bounds, { padding: [32, 32], animate: false });
  mark();
  neighbours(bounds.pad(0.5));
}

/** The corners that changed, each with its number, and the places of what was noticed. */
function mark() {
  for (const one of told.corners) {
    const [lon, lat] = one.after || one.before;
    const kind = one.after === null ? "gone" : one.before === null ? "new" : "moved";
    L.circleMarker([lat, lon], { pane: "points", radius: 4, className: `corner ${kind}` })
      .bindTooltip(`${place.dataset.corner} ${one.number_after || one.number_before}`)
      .addTo(map);
  }
  for (const one of told.places) {
    L.circleMarker([one.lat, one.lon], { pane: "points", radius: 12, className: "noticed", interactive: false }).addTo(map);
  }
}

/**
 * Other zones that lie around, with their names.
 * @param {any} around
 */
async function neighbours(around) {
  const language = document.documentElement.lang;
  const box = [around.getWest(), around.getSouth(), around.getEast(), around.getNorth()].join(",");
  const answer = await fetch(`/collections/zones/items?f=json&limit=100&bbox=${box}`);
  if (!answer.ok) return;
  const found = await answer.json();
  const others = found.features.filter((/** @type {any} */ one) => one.geometry && one.id !== place.dataset.zone);
  L.geoJSON(others, {
    pane: "near",
    style: () => ({ pane: "near", className: "outline-near" }),
    onEachFeature: (/** @type {any} */ feature, /** @type {any} */ layer) => {
      const label = document.createElement("span");
      label.textContent = feature.properties[`name_${language}`];
      layer.bindTooltip(label, { sticky: true });
    },
  }).addTo(map);
  place.dataset.ready = "true";
}

/** @type {any} */
let shown = null;
document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[data-lon]");
  if (!(link instanceof HTMLElement) || place.hidden) return;
  event.preventDefault();
  const at = L.latLng(Number(link.dataset.lat), Number(link.dataset.lon));
  if (shown) shown.remove();
  shown = L.circleMarker(at, { pane: "points", radius: 16, className: "shown", interactive: false }).addTo(map);
  map.setView(at, Math.max(map.getZoom(), 18), { animate: false });
  place.scrollIntoView({ block: "center" });
  place.focus({ preventScroll: true });
});
