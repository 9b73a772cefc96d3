// Drawing a ring and cutting with it, by Geoman. The points are the model's; Geoman draws them and takes the clicks.
/** @import {Outline, Position, Ring, Sketch} from "./types.d.ts" */
import { Known, readOutline, same, vertices } from "./geometry.js";
import { latLng, positionOf } from "./map.js";
/** @import {Chart} from "./map.js" */

const SNAP_PX = 12;

export class Sketching {
  /** @param {Chart} chart @param {{add: (position: Position) => void, finish: () => void}} on */
  constructor(chart, on) {
    this.map = chart.map;
    this.on = on;
    /** @type {any} Geoman's drawing of a polygon */
    this.tool = /** @type {any} */ (this.map.pm).Draw.Polygon;
    /** @type {Position[] | null} what Geoman shows now */
    this.drawn = null;
    this.quiet = false;
    this.map.on("pm:drawstart", (/** @type {any} */ event) => {
      event.workingLayer.on("pm:vertexadded", (/** @type {any} */ added) => {
        if (this.quiet) return;
        this.drawn = [...(this.drawn ?? []), positionOf(added.latlng)];
        this.on.add(positionOf(added.latlng));
      });
    });
    this.map.on("pm:create", (/** @type {any} */ event) => {
      event.layer.remove();
      queueMicrotask(() => this.on.finish());
    });
  }

  /** Bring the drawing in line with the model. @param {Sketch | null} sketch */
  show(sketch) {
    if (!sketch) {
      if (this.drawn) this.tool.disable();
      this.drawn = null;
      return;
    }
    if (this.drawn && this.tool.enabled() && isLike(this.drawn, sketch.points)) return;
    this.quiet = true;
    this.tool.disable();
    this.tool.enable({
      snappable: true, snapDistance: SNAP_PX, allowSelfIntersection: true, tooltips: false, cursorMarker: true,
      templineStyle: { color: "#b3261e", weight: 2.5, pmIgnore: false, snapIgnore: true },
      hintlineStyle: { color: "#b3261e", weight: 2, dashArray: "5 5", snapIgnore: true },
      pathOptions: { pmIgnore: false },
    });
    for (const point of sketch.points) {
      this.tool._hintMarker.setLatLng(latLng(point));
      this.tool._createVertex({ latlng: latLng(point) });
    }
    this.quiet = false;
    this.drawn = [...sketch.points];
  }
}

/** Whether two lines are the same to 1e-8 degree. @param {Position[]} a @param {Position[]} b */
const isLike = (a, b) =>
  a.length === b.length && a.every((one, i) => same(one, b[i]) || Math.hypot(one[0] - b[i][0], one[1] - b[i][1]) < 1e-8);

/** An outline without what a ring covers; null where nothing is left. Vertices that stay keep their bits.
 * @param {Chart} chart @param {Outline} outline @param {Ring} ring @returns {Outline | null} */
export function cutBy(chart, outline, ring) {
  const mine = L.polygon(outline.map((part) => part.map((one) => one.map(latLng))));
  const cutter = L.polygon(ring.map(latLng));
  const left = /** @type {any} */ (chart.map.pm).Draw.Cut._cutLayer(cutter, mine);
  const found = readOutline(left?.geometry);
  const known = new Known([...vertices(outline), ...ring]);
  return found?.map((part) => part.map((one) => one.map((position) => known.exact(position)))) ?? null;
}
