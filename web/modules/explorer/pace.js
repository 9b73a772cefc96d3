// Where a device draws slowly, the map is drawn coarser while it moves, and sharp again as soon as it rests.
/** @import {Map} from "/assets/maplibre/maplibre-gl.mjs" */

const SLOW_MS = 30; // between two frames
const LOOKED_AT = 5; // frames
const COARSE = 0.5; // of the screen's density
const REST_MS = 120;

/** @param {Map} map */
export function keepPace(map) {
  let isSlow = false; // known of this device
  let isCoarse = false;
  let before = 0;
  /** @type {number[]} */ let times = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;

  const coarsen = (/** @type {boolean} */ is) => {
    if (is === isCoarse) return;
    isCoarse = is;
    map.setPixelRatio(devicePixelRatio * (is ? COARSE : 1));
  };
  map.on("movestart", ({ originalEvent }) => {
    clearTimeout(timer);
    [before, times] = [0, []];
    if (originalEvent && isSlow) requestAnimationFrame(() => map.isMoving() && coarsen(true));
  });
  map.on("render", () => {
    if (!map.isMoving() || isCoarse) return;
    const now = performance.now();
    if (before) times.push(now - before);
    before = now;
    if (times.length < LOOKED_AT) return;
    const middle = times.toSorted((a, b) => a - b)[Math.floor(LOOKED_AT / 2)];
    times = [];
    if (middle <= SLOW_MS) return;
    isSlow = true;
    requestAnimationFrame(() => map.isMoving() && coarsen(true));
  });
  map.on("moveend", () => {
    clearTimeout(timer);
    timer = setTimeout(() => !map.isMoving() && coarsen(false), REST_MS);
  });
}
