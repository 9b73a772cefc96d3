// Shapes that the map draws beside the tiles': rings of metres, fans of what lies on one spot, places of names.
/** @import {Position} from "./types.d.ts" */

const EARTH_M = 6_371_008.8;
const FAN_PX = 10;

/** A ring on the ground. @param {Position} middle @param {number} radius metres @returns {GeoJSON.Feature} */
export function circle([lon, lat], radius) {
  const [phi, angle] = [(lat * Math.PI) / 180, radius / EARTH_M];
  const ring = Array.from({ length: 97 }, (_, at) => {
    const turn = (at / 96) * 2 * Math.PI;
    const north = Math.asin(Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(turn));
    const east = Math.atan2(Math.sin(turn) * Math.sin(angle) * Math.cos(phi), Math.cos(angle) - Math.sin(phi) * Math.sin(north));
    return [lon + (east * 180) / Math.PI, (north * 180) / Math.PI];
  });
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
}

/** Zones of one spot stand beside each other: offsets of their symbols in px. The same map where nothing is new.
 * @param {{id?: number | string, geometry: GeoJSON.Geometry}[]} points @param {Map<number, [number, number]>} known */
export function fanOut(points, known) {
  /** @type {Map<string, Set<number>>} */ const spots = new Map();
  for (const { id, geometry } of points) {
    if (geometry.type !== "Point") continue;
    const spot = geometry.coordinates.map((one) => one.toFixed(3)).join();
    const there = spots.get(spot) ?? new Set();
    spots.set(spot, there.add(Number(id)));
  }
  const fan = new Map(known);
  for (const there of spots.values()) {
    if (there.size < 2 || [...there].every((fid) => known.has(fid))) continue;
    const fids = [...there].sort((a, b) => a - b);
    const radius = fids.length === 2 ? FAN_PX : FAN_PX * Math.max(1.2, fids.length / 3);
    fids.forEach((fid, at) => {
      const turn = (at / fids.length) * 2 * Math.PI - (fids.length === 2 ? Math.PI : Math.PI / 2);
      fan.set(fid, [Math.round(radius * Math.cos(turn)), Math.round(radius * Math.sin(turn))]);
    });
  }
  return fan.size === known.size ? known : fan;
}

/** One name for each unit, in the middle of its largest piece: tiles cut units up, and each piece would have one.
 * @param {{geometry: GeoJSON.Geometry, properties: Record<string, any>}[]} pieces @param {string} language @returns {GeoJSON.Feature[]} */
export function labelsOf(pieces, language) {
  /** @type {Map<string, {area: number, place: Position, properties: Record<string, any>}>} */ const largest = new Map();
  for (const { geometry, properties } of pieces) {
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    for (const [outer] of parts) {
      const [area, place] = middleOf(/** @type {Position[]} */ (outer));
      if (area > (largest.get(properties.uid)?.area ?? 0)) largest.set(properties.uid, { area, place, properties });
    }
  }
  return [...largest.values()].map(({ place, properties }) => ({
    type: "Feature", geometry: { type: "Point", coordinates: place },
    properties: { name: (language === "en" && properties.name_en) || properties.full_name, large: properties.level === "province" },
  }));
}

/** @param {Position[]} ring @returns {[number, Position]} its area in square degrees, and its centre of gravity */
function middleOf(ring) {
  let [twice, x, y] = [0, 0, 0];
  for (let at = 0; at < ring.length - 1; at++) {
    const [[x1, y1], [x2, y2]] = [ring[at], ring[at + 1]];
    const cross = (x1 - ring[0][0]) * (y2 - ring[0][1]) - (x2 - ring[0][0]) * (y1 - ring[0][1]);
    twice += cross;
    x += (x1 + x2 - 2 * ring[0][0]) * cross;
    y += (y1 + y2 - 2 * ring[0][1]) * cross;
  }
  return [Math.abs(twice / 2), twice ? [ring[0][0] + x / (3 * twice), ring[0][1] + y / (3 * twice)] : ring[0]];
}
