// What a planner does to the outline: each act is one step of the history. The ring at work is the drawing while one is
// under way, else the ring of the selected vertex.
/** @import {Outline, Path, Position, Purpose, Ring, State} from "./types.d.ts" */
import * as geometry from "./geometry.js";
import { cutBy } from "./sketch.js";
import { spliced } from "./trace.js";
import { say } from "./texts.js";
/** @import {History} from "./history.js" */
/** @import {Chart} from "./map.js" */
/** @import {Surroundings} from "./context.js" */

export class Editor {
  /** @param {History<State>} history @param {Chart} chart @param {Surroundings} around
   * @param {(text: string) => void} announce @param {boolean} mayEdit */
  constructor(history, chart, around, announce, mayEdit) {
    this.history = history;
    this.chart = chart;
    this.around = around;
    this.announce = announce;
    this.mayEdit = mayEdit;
    /** @type {Path | null} */ this.selected = geometry.kept(history.now.outline, null);
    /** @type {number} the selected point of the drawing */ this.at = -1;
    /** @type {(() => void)[]} */ this.hearers = [];
    history.subscribe((now) => {
      this.selected = geometry.kept(now.outline, this.selected);
      this.at = Math.min(this.at, (now.sketch?.points.length ?? 0) - 1);
    });
  }

  get state() {
    return this.history.now;
  }

  /** @param {() => void} hear called when another vertex is selected */
  whenSelected(hear) {
    this.hearers.push(hear);
  }

  /** The ring at work. @returns {Ring} */
  ring() {
    const { sketch, outline } = this.state;
    return sketch?.points ?? (this.selected && geometry.ringAt(outline, this.selected)) ?? [];
  }

  /** The place of the selected vertex in the ring at work; -1 where there is none. */
  index() {
    return this.state.sketch ? this.at : (this.selected?.index ?? -1);
  }

  /** @param {number} index */
  select(index) {
    if (this.state.sketch) this.at = index;
    else if (this.selected) this.selected = { ...this.selected, index };
    this.tell();
  }

  /** @param {Path} path */
  selectPath(path) {
    this.selected = path;
    this.tell();
  }

  tell() {
    for (const hear of this.hearers) hear();
  }

  /** @param {Outline | null} outline @param {Partial<State>} [rest] */
  commit(outline, rest = {}) {
    if (this.mayEdit) this.history.commit({ ...this.state, ...rest, outline, hasBoundary: true });
  }

  /** The ring at work as another one. @param {Ring} ring @param {number} index the vertex selected then */
  replace(ring, index) {
    const { sketch, outline } = this.state;
    if (!this.mayEdit) return;
    if (sketch) {
      this.at = index;
      this.history.commit({ ...this.state, sketch: { ...sketch, points: ring } });
    } else if (outline && this.selected) {
      const { part, ring: place } = this.selected;
      this.selected = { part, ring: place, index };
      this.commit(geometry.withRing(outline, { part, ring: place }, ring));
    }
  }

  /** @param {number} index @param {Position} position */
  move(index, position) {
    if (!geometry.same(this.ring()[index], position)) this.replace(this.ring().with(index, position), index);
  }

  /** A vertex dropped on the map. @param {Path} path @param {Position} position @param {boolean} isNew */
  drop(path, position, isNew) {
    const { outline } = this.state;
    if (!outline) return;
    const exact = this.around.exact(position);
    this.selected = path;
    this.commit(isNew ? geometry.inserted(outline, path, exact) : geometry.moved(outline, path, exact));
  }

  /** A vertex after the selected one: given, or in the middle of the side. @param {Position} [position] */
  insert(position) {
    const ring = this.ring();
    const index = this.index();
    if (!this.state.sketch && !ring.length && position) {
      this.start("part");
      this.insert(position);
      return;
    }
    const next = ring[(index + 1) % ring.length];
    if (!position && (index < 0 || ring.length < 2)) return;
    const [a, b] = [ring[index], next];
    this.replace(ring.toSpliced(index + 1, 0, position ?? geometry.rounded([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])), index + 1);
  }

  /** @param {number} index */
  remove(index) {
    const ring = this.ring();
    if (index < 0 || index >= ring.length) return;
    if (!this.state.sketch && ring.length <= 3) {
      this.announce(say("ring_too_short"));
      return;
    }
    this.replace(ring.toSpliced(index, 1), Math.max(0, Math.min(index, ring.length - 2)));
    this.announce(say("vertex_deleted", { number: index + 1 }));
  }

  removeRing() {
    const { outline } = this.state;
    if (!outline || !this.selected) return;
    const { part, ring } = this.selected;
    this.selected = { part, ring: 0, index: 0 };
    this.commit(geometry.withoutRing(outline, { part, ring }));
    this.announce(say("ring_deleted"));
  }

  /** @param {Purpose} purpose */
  start(purpose) {
    if (!this.mayEdit) return;
    this.at = -1;
    this.history.commit({ ...this.state, sketch: { purpose, points: [] } });
    this.announce(say(`drawing_${purpose}`));
  }

  /** A point more at the end of the drawing, as clicked. @param {Position} position */
  addPoint(position) {
    const { sketch } = this.state;
    if (!sketch) return;
    this.at = sketch.points.length;
    this.history.commit({ ...this.state, sketch: { ...sketch, points: [...sketch.points, this.around.exact(position)] } });
  }

  cancel() {
    if (this.state.sketch) this.history.commit({ ...this.state, sketch: null });
  }

  /** Make of the drawing what it was begun for. */
  finish() {
    const { sketch, outline } = this.state;
    if (!sketch) return;
    if (sketch.points.length < 3) {
      this.announce(say("drawing_too_short"));
      return;
    }
    const made = this.made(sketch.purpose, sketch.points, outline);
    if (typeof made === "string") {
      this.announce(say(made));
      return;
    }
    if (sketch.purpose === "part") this.selected = { part: made.length - 1, ring: 0, index: 0 };
    this.commit(made, { sketch: null });
    this.announce(say(`done_${sketch.purpose}`));
  }

  /** @param {Purpose} purpose @param {Ring} ring @param {Outline | null} outline
   * @returns {Outline | string} or the key of the text that says why not */
  made(purpose, ring, outline) {
    if (purpose === "part") return geometry.withPart(outline, ring);
    if (!outline) return "no_outline";
    if (purpose === "hole") return geometry.withHole(outline, ring) ?? "hole_outside";
    try {
      return cutBy(this.chart, outline, ring) ?? "cut_takes_all";
    } catch {
      return "cut_fails";
    }
  }

  /** A stretch of a neighbour's edge: goes on with the drawing, or takes the place of the ring's own stretch.
   * @param {Position[]} line */
  follow(line) {
    const { sketch } = this.state;
    const exact = line.map((position) => this.around.exact(position));
    if (sketch) {
      const last = sketch.points.at(-1);
      const more = last && geometry.same(last, exact[0]) ? exact.slice(1) : exact;
      this.replace([...sketch.points, ...more], sketch.points.length + more.length - 1);
    } else if (this.selected && this.state.outline) {
      this.replace(spliced(this.ring(), exact), 0);
    } else {
      this.start("part");
      this.follow(line);
      return;
    }
    this.announce(say("traced", { count: line.length }));
  }
}
