// The map: what is in force, the draft, what a panel proposes. Layers are a view of the model and are never read back.
/** @import {Outline, Position, Ring, Path} from "./types.d.ts" */
import { vertices } from "./geometry.js";

/** @param {Position} position @returns {L.LatLng} */
export const latLng = ([lon, lat]) => L.latLng(lat, lon);
/** @param {{lat: number, lng: number}} latlng @returns {Position} */
export const positionOf = ({ lat, lng }) => [lng, lat];
/** @param {Outline | null} outline @returns {L.LatLng[][][]} */
const latLngs = (outline) => (outline ?? []).map((part) => part.map((ring) => ring.map(latLng)));

const colour = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Chart {
  /** @param {HTMLElement} place @param {string} attribution */
  constructor(place, attribution) {
    L.PM.setOptIn(true);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(place, {
      preferCanvas: true, pmIgnore: false, maxZoom: 22, zoomSnap: 0.5, doubleClickZoom: false,
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
      zoomControl: false, attributionControl: false,
    });
    this.map.setView([10, 106], 8);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(this.map);
    L.control.attribution({ prefix: false, position: "bottomright" }).addAttribution(attribution).addTo(this.map);
    this.map.createPane("context").style.zIndex = "390";
    const context = L.canvas({ pane: "context", padding: 0.3 });
    /** @type {L.PolylineOptions} */
    const quiet = { interactive: false, pane: "context", renderer: context };
    this.units = L.polygon([], { ...quiet, color: colour("--soft"), weight: 1, fill: false, opacity: 0.7 }).addTo(this.map);
    this.neighbours = L.polygon([], { ...quiet, color: colour("--neighbour"), weight: 1.5, fillOpacity: 0.1 }).addTo(this.map);
    this.inForce = L.polygon([], { ...quiet, color: colour("--ink"), weight: 1.5, dashArray: "6 5", fill: false }).addTo(this.map);
    this.draft = L.polygon([], { interactive: false, color: colour("--accent"), weight: 2.5, fillOpacity: 0.08 }).addTo(this.map);
    this.side = L.polyline([], { interactive: false, color: colour("--accent"), weight: 6, opacity: 0.5 }).addTo(this.map);
    this.others = L.polygon([], { interactive: false, color: colour("--soft"), weight: 2, dashArray: "2 5", fill: false }).addTo(this.map);
    this.proposed = L.polygon([], { interactive: false, color: colour("--proposed"), weight: 3, fillOpacity: 0.12 }).addTo(this.map);
    this.traced = L.polyline([], { interactive: false, color: colour("--proposed"), weight: 5 }).addTo(this.map);
    this.names = L.layerGroup().addTo(this.map);
    this.mark = L.circleMarker([0, 0], { interactive: false, radius: 14, color: colour("--bad"), weight: 3, fill: false });
    new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(place);
  }

  /** @param {Outline | null} outline */
  showInForce(outline) {
    this.inForce.setLatLngs(latLngs(outline));
  }

  /** @param {Outline | null} outline */
  showDraft(outline) {
    this.draft.setLatLngs(latLngs(outline));
  }

  /** The draft while one vertex is on its way. @param {Path} path @param {L.LatLng} latlng @param {boolean} isNew */
  bend(path, latlng, isNew) {
    const rings = /** @type {L.LatLng[][][]} */ (this.draft.getLatLngs());
    rings[path.part][path.ring].splice(path.index, isNew ? 0 : 1, latlng);
    this.draft.redraw();
  }

  /** @param {Outline | null} outline @param {Outline[]} others runners-up */
  propose(outline, others = []) {
    this.proposed.setLatLngs(latLngs(outline));
    this.others.setLatLngs(others.flatMap(latLngs));
  }

  /** Proposals are on the map while their panel is open. @param {boolean} is */
  showProposals(is) {
    for (const layer of [this.others, this.proposed]) {
      if (is) layer.addTo(this.map);
      else layer.remove();
    }
  }

  /** @param {Ring} line */
  showTrace(line) {
    this.traced.setLatLngs(line.map(latLng));
  }

  /** @param {Position[]} ends of the side that is looked at */
  showSide(ends) {
    this.side.setLatLngs(ends.map(latLng));
  }

  /** @param {{name: string, position: Position}[]} names */
  showNames(names) {
    this.names.clearLayers();
    for (const { name, position } of names) {
      const label = document.createElement("span");
      label.textContent = name;
      L.marker(latLng(position), {
        interactive: false, keyboard: false, snapIgnore: true,
        icon: L.divIcon({ className: "desk-name", html: label, iconSize: [0, 0] }),
      }).addTo(this.names);
    }
  }

  /** @param {Outline | null} outline */
  zoomTo(outline) {
    const all = vertices(outline);
    if (all.length) this.map.fitBounds(L.latLngBounds(all.map(latLng)), { padding: [40, 40], maxZoom: 19 });
  }

  /** Show a place that something is wrong at. @param {Position} position */
  point(position) {
    this.mark.setLatLng(latLng(position)).addTo(this.map);
    this.map.setView(latLng(position), Math.max(this.map.getZoom(), 16));
  }

  /** Bring a vertex into view where it is not. @param {Position} position */
  reveal(position) {
    if (!this.map.getBounds().contains(latLng(position))) this.map.panTo(latLng(position));
  }
}
