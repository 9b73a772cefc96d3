// Handles of the vertices in view, few enough to be quick: a pool of markers that Geoman drags and snaps.
/** @import {Outline, Path, Position} from "./types.d.ts" */
import { latLng, positionOf } from "./map.js";
/** @import {Chart} from "./map.js" */

const MOST = 90; // handles at a time; those nearest to the pointer where more are in view
const ROOM_PX = 44; // between two vertices, so that the middle gets a handle too
const SNAP_PX = 12;

/** @typedef {{path: Path, position: Position, isMiddle: boolean, x: number, y: number}} Place */
/** @typedef {L.Marker & {place?: Place, pm: any}} Handle */

export class Handles {
  /** @param {Chart} chart
   * @param {{select: (path: Path) => void, bend: (path: Path, to: Position, isNew: boolean) => void,
   *   drop: (path: Path, to: Position, isNew: boolean) => void, remove: (path: Path) => void}} on */
  constructor(chart, on) {
    this.chart = chart;
    this.on = on;
    /** @type {Handle[]} */ this.pool = [];
    /** @type {Outline | null} */ this.outline = null;
    /** @type {Path | null} */ this.selected = null;
    this.hidden = false;
    this.dragging = false;
    /** @type {L.Point | null} */ this.pointer = null;
    this.crowded = false;
    const { map } = chart;
    map.on("moveend zoomend resize", () => this.arrange());
    map.on("mousemove", (event) => this.follow(event.containerPoint));
  }

  /** @param {Outline | null} outline @param {Path | null} selected @param {boolean} hidden */
  show(outline, selected, hidden) {
    [this.outline, this.selected, this.hidden] = [outline, selected, hidden];
    this.arrange();
  }

  /** @param {L.Point} point */
  follow(point) {
    const far = !this.pointer || this.pointer.distanceTo(point) > 60;
    if (!this.crowded || this.dragging || !far) return;
    this.pointer = point;
    this.arrange();
  }

  /** Give the markers of the pool to the vertices that may be wanted. */
  arrange() {
    if (this.dragging) return;
    const places = this.hidden ? [] : this.choose();
    places.forEach((place, i) => this.put(this.pool[i] ?? this.make(), place));
    for (const handle of this.pool.slice(places.length)) {
      handle.place = undefined;
      handle.getElement()?.classList.add("away");
    }
  }

  /** @returns {Place[]} */
  choose() {
    const { map } = this.chart;
    const size = map.getSize();
    const view = map.getBounds().pad(0.05);
    const [west, south, east, north] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
    /** @type {Place[]} */ let places = [];
    this.outline?.forEach((part, p) => part.forEach((ring, r) => ring.forEach((position, index) => {
      const [lon, lat] = position;
      if (lon < west || lon > east || lat < south || lat > north) return;
      const { x, y } = map.latLngToContainerPoint(latLng(position));
      places.push({ path: { part: p, ring: r, index }, position, isMiddle: false, x, y });
    })));
    this.crowded = places.length > MOST;
    if (this.crowded) {
      const { x, y } = this.pointer ?? size.divideBy(2);
      const away = (/** @type {Place} */ one) => (isAt(one.path, this.selected) ? -1 : Math.hypot(one.x - x, one.y - y));
      places = places.map((one) => ({ one, d: away(one) })).sort((a, b) => a.d - b.d).slice(0, MOST).map(({ one }) => one);
    }
    return [...places, ...this.middles(places)];
  }

  /** @param {Place[]} places @returns {Place[]} between neighbouring vertices that leave room */
  middles(places) {
    const { map } = this.chart;
    /** @type {Place[]} */ const found = [];
    for (const one of places) {
      const ring = this.outline?.[one.path.part][one.path.ring] ?? [];
      const next = ring[(one.path.index + 1) % ring.length];
      const end = map.latLngToContainerPoint(latLng(next));
      if (Math.hypot(end.x - one.x, end.y - one.y) < ROOM_PX) continue;
      const [x, y] = [(end.x + one.x) / 2, (end.y + one.y) / 2];
      const position = positionOf(map.containerPointToLatLng([x, y]));
      found.push({ path: { ...one.path, index: one.path.index + 1 }, position, isMiddle: true, x, y });
    }
    return found;
  }

  /** @param {Handle} handle @param {Place} place */
  put(handle, place) {
    handle.place = place;
    handle.setLatLng(latLng(place.position));
    const dot = handle.getElement();
    if (!dot) return;
    dot.classList.remove("away");
    dot.classList.toggle("middle", place.isMiddle);
    dot.classList.toggle("selected", !place.isMiddle && isAt(place.path, this.selected));
    dot.dataset.vertex = place.isMiddle ? "" : `${place.path.part}.${place.path.ring}.${place.path.index}`;
  }

  /** @returns {Handle} */
  make() {
    const handle = /** @type {Handle} */ (
      L.marker([0, 0], {
        icon: L.divIcon({ className: "desk-handle", iconSize: [0, 0] }),
        keyboard: false, pmIgnore: false, snapIgnore: true, bubblingMouseEvents: false,
      }).addTo(this.chart.map)
    );
    handle.pm.enable({
      draggable: true, snappable: true, snapDistance: SNAP_PX, snapVertex: true, snapSegment: true, preventMarkerRemoval: true,
    });
    handle.on("click", () => handle.place && !handle.place.isMiddle && this.on.select(handle.place.path));
    handle.on("contextmenu", (event) => {
      const isFinger = /** @type {PointerEvent} */ (event.originalEvent).pointerType === "touch"; // a long press is a grip
      if (handle.place && !handle.place.isMiddle && !isFinger) this.on.remove(handle.place.path);
    });
    handle.on("pm:dragstart", () => this.start(handle));
    handle.on("move", () => this.dragging && this.moving === handle && this.move(handle));
    handle.on("pm:dragend", () => this.stop(handle));
    this.pool.push(handle);
    return handle;
  }

  /** @param {Handle} handle */
  start(handle) {
    const { place } = handle;
    if (!place) return;
    this.dragging = true;
    this.moving = handle;
    this.isNew = place.isMiddle;
    if (place.isMiddle) this.chart.bend(place.path, handle.getLatLng(), true);
    else this.on.select(place.path);
    /** @type {number} */ this.frame = 0;
  }

  /** Once a frame, however often the pointer moves. @param {Handle} handle */
  move(handle) {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (!handle.place || this.moving !== handle) return;
      this.chart.bend(handle.place.path, handle.getLatLng(), false);
      this.on.bend(handle.place.path, positionOf(handle.getLatLng()), this.isNew ?? false);
    });
  }

  /** @param {Handle} handle */
  stop(handle) {
    if (this.moving !== handle || !handle.place) return;
    cancelAnimationFrame(this.frame ?? 0);
    this.frame = 0;
    this.dragging = false;
    this.moving = undefined;
    this.on.drop(handle.place.path, positionOf(handle.getLatLng()), this.isNew ?? false);
  }
}

/** @param {Path} path @param {Path | null} other */
const isAt = (path, other) =>
  other !== null && path.part === other.part && path.ring === other.ring && path.index === other.index;
