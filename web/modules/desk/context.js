// What lies around: the zones and units in view, read from the register's own collections, and their edges to snap to.
/** @import {Neighbour, Position, Ring, Outline} from "./types.d.ts" */
import { Known, readOutline, rounded } from "./geometry.js";
import { latLng } from "./map.js";
import { nearest } from "./trace.js";
import { readItems } from "./service.js";
/** @import {Chart} from "./map.js" */

const WIDEST = 1.5; // degrees of view within which units are asked for
const MOST_FEATURES = 100;
const ON_EDGE = 5e-8; // degrees, 5 mm: what snapping to an edge may be off by
const MOST_SEGMENTS = 1500; // that a moving vertex is compared with

export class Surroundings {
  /** @param {Chart} chart @param {string | null} zone the zone at work, which is not its own neighbour
   * @param {() => void} changed */
  constructor(chart, zone, changed) {
    this.chart = chart;
    this.zone = zone;
    this.changed = changed;
    /** @type {Map<string, Neighbour>} */ this.found = new Map();
    this.known = new Known([]);
    /** @type {Outline | null} its own edges, where they are wanted */ this.own = null;
    this.isSnapping = true;
    this.edges = L.polyline([], { interactive: false, opacity: 0, weight: 0, snapIgnore: false, pmIgnore: false }).addTo(chart.map);
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
    chart.map.on("moveend", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.look(), 200);
      this.offerEdges();
    });
  }

  /** Ask for what is in view. Features stay once they are known. */
  async look() {
    const view = this.chart.map.getBounds();
    const box = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
    const asked = [this.ask("zones", "zone", box, {})];
    if (box[2] - box[0] < WIDEST) {
      const today = new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10); // a day in Viet Nam
      asked.push(this.ask("admin-units", "unit", box, { level: "commune", datetime: `${today}T00:00:00Z` }));
    }
    const added = await Promise.all(asked);
    if (!added.some(Boolean)) return;
    const all = [...this.found.values()];
    this.known = new Known(all.flatMap((one) => one.outline.flat(2)));
    this.chart.units.setLatLngs(all.filter((one) => one.kind === "unit").flatMap(shape));
    this.chart.neighbours.setLatLngs(all.filter((one) => one.kind === "zone").flatMap(shape));
    this.chart.showNames(all.filter((one) => one.kind === "zone").map((one) => ({ name: one.name, position: middle(one.outline[0][0]) })));
    this.offerEdges();
    this.changed();
  }

  /** @param {string} collection @param {"zone" | "unit"} kind @param {number[]} box @param {Record<string, string>} parameters */
  async ask(collection, kind, box, parameters) {
    let answer;
    try {
      answer = await readItems(collection, box, { limit: String(MOST_FEATURES), ...parameters });
    } catch {
      return false; // the map does without; the next move asks again
    }
    let isNew = false;
    for (const feature of answer.features ?? []) {
      const id = String(feature.id ?? feature.properties?.slug);
      const outline = readOutline(feature.geometry);
      if (!outline || (kind === "zone" && id === this.zone)) continue;
      const { name_vi, full_name, name } = feature.properties ?? {};
      const key = `${kind}:${id}`;
      // The same rings stay the same objects: a trace under way holds on to them.
      if (JSON.stringify(this.found.get(key)?.outline) === JSON.stringify(outline)) continue;
      this.found.set(key, { id: key, name: name_vi ?? full_name ?? name ?? id, kind, outline });
      isNew = true;
    }
    return isNew;
  }

  /** Edges in view for Geoman to snap to: stretches of the rings, few enough to be quick. */
  offerEdges() {
    if (!this.isSnapping) {
      this.edges.setLatLngs([]);
      return;
    }
    const view = this.chart.map.getBounds().pad(0.1);
    const outlines = [...this.found.values()].map((one) => one.outline);
    if (this.own) outlines.push(this.own);
    /** @type {L.LatLng[][]} */ let runs = [];
    for (let box = view, tries = 0; tries < 6; tries++, box = box.pad(-0.2)) {
      runs = outlines.flatMap((outline) => outline.flatMap((part) => part.flatMap((ring) => within(ring, box))));
      if (runs.reduce((sum, run) => sum + run.length, 0) < MOST_SEGMENTS) break;
      runs = [];
    }
    this.edges.setLatLngs(runs);
  }

  /** A position as it is stored: a neighbour's vertex bit for bit; on a neighbour's edge where it was snapped to one
   * (Geoman's edges are straight on the screen, the register's in degrees); else rounded. @param {Position} position */
  exact(position) {
    for (const known of this.own ? [new Known(this.own.flat(2)), this.known] : [this.known]) {
      const found = known.find(position);
      if (found) return found;
    }
    const edge = this.isSnapping ? this.nearestRing(position, ON_EDGE) : null;
    return rounded(edge?.spot.position ?? position);
  }

  /** The neighbour's ring nearest to a position, within `reach` degrees.
   * @param {Position} position @param {number} reach */
  nearestRing(position, reach) {
    let best = null;
    for (const neighbour of this.found.values()) {
      for (const ring of neighbour.outline.flat()) {
        const spot = nearest(ring, position, reach);
        if (spot.distance < (best?.spot.distance ?? reach)) best = { neighbour, ring, spot };
      }
    }
    return best;
  }
}

/** @param {Neighbour} one @returns {L.LatLng[][][]} */
const shape = (one) => one.outline.map((part) => part.map((ring) => ring.map(latLng)));

/** @param {Ring} ring @param {L.LatLngBounds} box @returns {L.LatLng[][]} its stretches that touch a box */
function within(ring, box) {
  const [west, south, east, north] = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  /** @type {L.LatLng[][]} */ const runs = [];
  /** @type {L.LatLng[] | null} */ let run = null;
  ring.forEach((a, i) => {
    const b = ring[(i + 1) % ring.length];
    const meets =
      Math.max(a[0], b[0]) >= west && Math.min(a[0], b[0]) <= east && Math.max(a[1], b[1]) >= south && Math.min(a[1], b[1]) <= north;
    if (!meets) {
      run = null;
      return;
    }
    if (!run) runs.push((run = [latLng(a)]));
    run.push(latLng(b));
  });
  return runs;
}

/** @param {Ring} ring @returns {Position} */
function middle(ring) {
  const [lons, lats] = [ring.map((one) => one[0]), ring.map((one) => one[1])];
  return [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
}
