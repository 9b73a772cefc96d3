// Areas and lengths on the WGS 84 ellipsoid (GeographicLib), edges being geodesics.
/** @import {Position, Ring, Outline} from "./types.d.ts" */

/** @type {WeakMap<Ring, {area: number, perimeter: number}>} rings are never changed in place */
const measured = new WeakMap();

/** @param {Position} a @param {Position} b @returns {number} metres */
export const distance = (a, b) => geodesic.Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0]).s12 ?? NaN;

/** Signed area in m² (counter-clockwise is positive) and perimeter in metres.
 * @param {Ring} ring @returns {{area: number, perimeter: number}} */
export function measureRing(ring) {
  let found = measured.get(ring);
  if (!found) {
    const polygon = geodesic.Geodesic.WGS84.Polygon(false);
    for (const [lon, lat] of ring) polygon.AddPoint(lat, lon);
    const { area = 0, perimeter } = polygon.Compute(false, true);
    found = { area, perimeter };
    measured.set(ring, found);
  }
  return found;
}

/** Holes taken off. @param {Outline | null} outline @returns {{area: number, perimeter: number}} m², metres */
export function measureOutline(outline) {
  let [area, perimeter] = [0, 0];
  for (const part of outline ?? []) {
    part.forEach((ring, i) => {
      const found = measureRing(ring);
      area += Math.abs(found.area) * (i ? -1 : 1);
      perimeter += found.perimeter;
    });
  }
  return { area, perimeter };
}

/** What moving one vertex adds to area and perimeter, without measuring the whole ring again.
 * @param {Ring} ring @param {number} index @param {Position} to @param {boolean} isHole
 * @returns {{area: number, perimeter: number, before: number, after: number}} m², metres; the lengths of both sides */
export function measureMove(ring, index, to, isHole) {
  const [previous, old, next] = [ring.at(index - 1), ring[index], ring[(index + 1) % ring.length]];
  if (!previous) throw new RangeError("a ring without vertices");
  const turn = Math.sign(measureRing(ring).area) * (isHole ? -1 : 1);
  const area = (measureRing([previous, to, next]).area - measureRing([previous, old, next]).area) * turn;
  const [before, after] = [distance(previous, to), distance(to, next)];
  return { area, perimeter: before + after - distance(previous, old) - distance(old, next), before, after };
}
