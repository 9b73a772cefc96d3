// One history of everything: each state is a whole, never changed in place, so that undo is taking the one before.

const BURST_MS = 1500; // changes of one field that follow within this are one step

/** @template S */
export class History {
  /** @param {S} first */
  constructor(first) {
    /** @type {S[]} */ this.past = [];
    /** @type {S[]} */ this.future = [];
    this.now = first;
    /** @type {((now: S) => void)[]} */ this.hearers = [];
    /** @type {string | null} */ this.burst = null;
    this.last = 0;
  }

  /** @param {(now: S) => void} hear called after every change */
  subscribe(hear) {
    this.hearers.push(hear);
  }

  /** A next state. Commits with the same `burst` in quick succession are one step back.
   * @param {S} next @param {string | null} burst */
  commit(next, burst = null) {
    if (next === this.now) return;
    const follows = burst !== null && burst === this.burst && Date.now() - this.last < BURST_MS;
    if (!follows) this.past.push(this.now);
    this.future = [];
    this.burst = burst;
    this.last = Date.now();
    this.tell(next);
  }

  undo() {
    const before = this.past.pop();
    if (before === undefined) return;
    this.future.push(this.now);
    this.burst = null;
    this.tell(before);
  }

  redo() {
    const after = this.future.pop();
    if (after === undefined) return;
    this.past.push(this.now);
    this.burst = null;
    this.tell(after);
  }

  /** @param {S} next */
  tell(next) {
    this.now = next;
    for (const hear of this.hearers) hear(next);
  }
}
