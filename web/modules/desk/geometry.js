// Outlines as arrays of [lon, lat] doubles. Nothing here changes what it is given, and a vertex that is not named keeps
// its exact numbers. Rings are open: the first vertex is not repeated.
/** @import {Position, Ring, Part, Outline, Path, Geometry} from "./types.d.ts" */

const GRID = 1e9; // parts of a degree that are kept: 1e-9, 0.1 mm

/** @param {Position} position @returns {Position} to 1e-9 degree, as the shortest decimals */
export const rounded = ([lon, lat]) => [Number(lon.toFixed(9)) + 0, Number(lat.toFixed(9)) + 0];

/** @param {Position} a @param {Position} b whether the bits are the same */
export const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** @param {Geometry | null | undefined} geometry a Polygon or MultiPolygon @returns {Outline | null} */
export function readOutline(geometry) {
  if (!geometry) return null;
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  const outline = parts.map((/** @type {number[][][]} */ part) => part.map(readRing).filter((ring) => ring.length > 2));
  const whole = outline.filter((/** @type {Part} */ part) => part.length > 0);
  return whole.length ? whole : null;
}

/** @param {number[][]} ring closed, perhaps with heights @returns {Ring} */
function readRing(ring) {
  const positions = ring.map(([lon, lat]) => /** @type {Position} */ ([lon, lat]));
  const last = positions.length - 1;
  return last > 0 && same(positions[0], positions[last]) ? positions.slice(0, last) : positions;
}

/** @param {Outline | null} outline @returns {Geometry | null} a MultiPolygon with closed rings */
export function writeOutline(outline) {
  if (!outline?.length) return null;
  return { type: "MultiPolygon", coordinates: outline.map((part) => part.map((ring) => [...ring, ring[0]])) };
}

/** @param {Outline | null} outline @param {{part: number, ring: number}} path @returns {Ring | undefined} */
export const ringAt = (outline, path) => outline?.[path.part]?.[path.ring];

/** @param {Outline | null} outline @param {Path | null} path @returns {Position | undefined} */
export const vertexAt = (outline, path) => (path ? ringAt(outline, path)?.[path.index] : undefined);

/** @param {Outline} outline @param {{part: number, ring: number}} path @param {Ring} ring @returns {Outline} */
export const withRing = (outline, path, ring) => outline.with(path.part, outline[path.part].with(path.ring, ring));

/** @param {Outline} outline @param {Path} path @param {Position} position @returns {Outline} */
export const moved = (outline, path, position) =>
  withRing(outline, path, outline[path.part][path.ring].with(path.index, position));

/** A vertex more, before the one at `path`. @param {Outline} outline @param {Path} path @param {Position} position */
export const inserted = (outline, path, position) =>
  withRing(outline, path, outline[path.part][path.ring].toSpliced(path.index, 0, position));

/** A vertex less; null where the ring would have fewer than three.
 * @param {Outline} outline @param {Path} path @returns {Outline | null} */
export function withoutVertex(outline, path) {
  const ring = outline[path.part][path.ring];
  return ring.length > 3 ? withRing(outline, path, ring.toSpliced(path.index, 1)) : null;
}

/** Without a hole, or without the whole part where the ring is its outer one; null where nothing is left.
 * @param {Outline} outline @param {{part: number, ring: number}} path @returns {Outline | null} */
export function withoutRing(outline, path) {
  if (path.ring > 0) return outline.with(path.part, outline[path.part].toSpliced(path.ring, 1));
  return outline.length > 1 ? outline.toSpliced(path.part, 1) : null;
}

/** @param {Outline | null} outline @param {Ring} ring @returns {Outline} */
export const withPart = (outline, ring) => [...(outline ?? []), [wound(ring, true)]];

/** With a hole in the part it lies in; null where it lies in none.
 * @param {Outline} outline @param {Ring} ring @returns {Outline | null} */
export function withHole(outline, ring) {
  const part = outline.findIndex((one) => ring.every((position) => holds(one[0], position) || one[0].some((v) => same(v, position))));
  return part < 0 ? null : outline.with(part, [...outline[part], wound(ring, false)]);
}

/** @param {Ring} ring @param {boolean} counterClockwise @returns {Ring} */
const wound = (ring, counterClockwise) => (twiceArea(ring) > 0 === counterClockwise ? ring : ring.toReversed());

/** In square degrees, for the direction only. @param {Ring} ring */
function twiceArea(ring) {
  const [x0, y0] = ring[0];
  let sum = 0;
  ring.forEach(([x, y], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length];
    sum += (x - x0) * (y2 - y0) - (x2 - x0) * (y - y0);
  });
  return sum;
}

/** Whether a ring holds a position inside it. @param {Ring} ring @param {Position} position */
export function holds(ring, [x, y]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Every vertex of an outline. @param {Outline | null} outline @returns {Position[]} */
export const vertices = (outline) => outline?.flat(2) ?? [];

/** Vertices by place, to find the one that another program has rounded a little. */
export class Known {
  /** @param {Iterable<Position>} positions */
  constructor(positions) {
    /** @type {Map<string, Position>} */
    this.byPlace = new Map();
    for (const position of positions) this.byPlace.set(this.key(position, 0, 0), position);
  }

  /** @param {Position} position @param {number} dx @param {number} dy */
  key([lon, lat], dx, dy) {
    return `${Math.round(lon * GRID) + dx},${Math.round(lat * GRID) + dy}`;
  }

  /** The known vertex at a position, bit for bit. @param {Position} position @returns {Position | undefined} */
  find(position) {
    for (const dx of [0, 1, -1]) {
      for (const dy of [0, 1, -1]) {
        const found = this.byPlace.get(this.key(position, dx, dy));
        if (found) return found;
      }
    }
    return undefined;
  }

  /** The same; else the position, rounded. @param {Position} position @returns {Position} */
  exact(position) {
    return this.find(position) ?? rounded(position);
  }
}

/** @param {Outline | null} outline @param {Path | null} path the same vertex, or the nearest that is still there @returns {Path | null} */
export function kept(outline, path) {
  if (!outline?.length) return null;
  const part = Math.min(path?.part ?? 0, outline.length - 1);
  const ring = Math.min(path?.ring ?? 0, outline[part].length - 1);
  return { part, ring, index: Math.min(path?.index ?? 0, outline[part][ring].length - 1) };
}
