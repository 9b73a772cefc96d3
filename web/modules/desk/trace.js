// Following the edge of a neighbour: its vertices are taken bit for bit.
/** @import {Position, Ring} from "./types.d.ts" */

/** A place on a ring: at vertex `index`, or (`t` > 0) on the edge that begins there.
 * @typedef {{index: number, t: number, position: Position}} Spot */

/** The place of a ring nearest to a position. `near` is the distance in degrees of longitude and latitude within which
 * a vertex is preferred to the edge.
 * @param {Ring} ring @param {Position} position @param {number} near @returns {Spot & {distance: number}} */
export function nearest(ring, [x, y], near) {
  const squeeze = Math.cos((y * Math.PI) / 180);
  /** @type {Spot & {distance: number}} */
  let best = { index: 0, t: 0, position: ring[0], distance: Infinity };
  ring.forEach((a, index) => {
    const b = ring[(index + 1) % ring.length];
    const [dx, dy] = [(b[0] - a[0]) * squeeze, b[1] - a[1]];
    const [px, py] = [(x - a[0]) * squeeze, y - a[1]];
    const length = dx * dx + dy * dy;
    const t = length ? Math.max(0, Math.min(1, (px * dx + py * dy) / length)) : 0;
    const distance = Math.hypot(px - t * dx, py - t * dy);
    if (distance < best.distance) {
      best = { index, t, position: [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])], distance };
    }
  });
  const { index } = best;
  for (const end of [index, (index + 1) % ring.length]) {
    const [dx, dy] = [(x - ring[end][0]) * squeeze, y - ring[end][1]];
    if (Math.hypot(dx, dy) < near) return { index: end, t: 0, position: ring[end], distance: Math.hypot(dx, dy) };
  }
  return best;
}

/** The vertices of a ring from one place to another, both included; the shorter way round, or the other one.
 * @param {Ring} ring @param {Spot} from @param {Spot} to @param {boolean} longer @returns {Position[]} */
export function stretch(ring, from, to, longer = false) {
  const ahead = between(ring, from, to);
  const back = between(ring, to, from).reverse();
  return long(ahead) <= long(back) !== longer ? ahead : back;
}

/** Along the ring's own direction. @param {Ring} ring @param {Spot} from @param {Spot} to @returns {Position[]} */
function between(ring, from, to) {
  const found = [from.position];
  let steps = to.index - from.index;
  if (steps < 0 || (steps === 0 && to.t < from.t)) steps += ring.length;
  for (let i = 1; i <= steps; i++) found.push(ring[(from.index + i) % ring.length]);
  if (to.t > 0) found.push(to.position);
  return found;
}

/** @param {Position[]} line in degrees, to compare lengths only */
function long(line) {
  let sum = 0;
  for (let i = 1; i < line.length; i++) sum += Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]);
  return sum;
}

/** A ring whose stretch between the vertices nearest to both ends of a line is that line instead.
 * @param {Ring} ring @param {Position[]} line @returns {Ring} */
export function spliced(ring, line) {
  const start = nearestVertex(ring, line[0]);
  const end = nearestVertex(ring, line[line.length - 1]);
  if (start === end) return [...ring.slice(0, start), ...line, ...ring.slice(start + 1)];
  const spot = (/** @type {number} */ index) => ({ index, t: 0, position: ring[index] });
  const ahead = between(ring, spot(start), spot(end));
  const back = between(ring, spot(end), spot(start));
  // The shorter of the two stretches gives way; the other one stays as it is.
  return long(ahead) <= long(back)
    ? [...line, ...back.slice(1, -1)]
    : [...line.toReversed(), ...ahead.slice(1, -1)];
}

/** @param {Ring} ring @param {Position} position */
function nearestVertex(ring, [x, y]) {
  let [best, least] = [0, Infinity];
  ring.forEach((vertex, index) => {
    const distance = Math.hypot(vertex[0] - x, vertex[1] - y);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
