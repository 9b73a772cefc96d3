// Nothing is lost: each change is kept in this browser at once and on the server a second later. A save that somebody
// else's is newer than stops, until a person has chosen.
/** @import {Change, Draft, State, Sketch} from "./types.d.ts" */
import { draftOf, fingerprint, stateOf, stateOfChange } from "./model.js";
import { Refused, readChange, saveAtLast, saveDraft } from "./service.js";

const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** What this browser keeps of a draft. @typedef {{at: number, edit: number, draft: Draft, sketch: Sketch | null}} Copy */

/** Where the draft stands: `word` is a key of the texts.
 * @typedef {{word: "saved" | "unsaved" | "saving" | "retrying" | "offline" | "conflict" | "refused" | "signed_out" | "closed",
 *   at?: number | string, detail?: string}} Standing */

export class Saving {
  /** @param {Change} change @param {() => State} now @param {(standing: Standing) => void} tell
   * @param {(change: Change) => void} answered what the server says after a save
   * @param {(theirs: Change) => void} conflicting somebody else saved in between */
  constructor(change, now, tell, answered, conflicting) {
    this.id = change.id;
    this.edit = change.edit;
    this.now = now;
    this.tell = tell;
    this.answered = answered;
    this.conflicting = conflicting;
    this.saved = fingerprint(draftOf(stateOf(change)));
    this.stopped = !change.may.includes("edit");
    this.failures = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
    /** @type {Promise<void> | null} */ this.running = null;
    tell(this.stopped ? { word: "closed" } : { word: "saved", at: change.updated_at });
    addEventListener("online", () => void this.save());
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else void this.save(); // perhaps somebody has signed in again meanwhile
    });
  }

  get key() {
    return `desk/${this.id}/${this.edit}`;
  }

  isDirty() {
    return fingerprint(draftOf(this.now())) !== this.saved;
  }

  /** Something changed: keep it here at once, there soon. */
  note() {
    if (this.stopped) return;
    this.keep();
    if (!this.isDirty()) return;
    this.tell({ word: "unsaved" });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), PAUSE_MS);
  }

  /** Save now, after a save that is under way. @returns {Promise<void>} */
  async save() {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.stopped || !this.isDirty()) return;
    this.running = this.send().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  /** Until everything is on the server. @returns {Promise<boolean>} whether it is */
  async settle() {
    await this.save();
    return !this.isDirty();
  }

  async send() {
    const draft = draftOf(this.now());
    this.tell({ word: "saving" });
    try {
      this.confirm(await saveDraft(this.id, this.edit, draft), fingerprint(draft));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await this.fail(error);
    }
  }

  /** @param {Change} change @param {string} saved */
  confirm(change, saved) {
    const before = this.key;
    this.failures = 0;
    this.edit = change.edit;
    this.saved = saved;
    this.keep();
    if (before !== this.key) drop(before);
    this.answered(change);
    if (this.isDirty()) this.note();
    else this.tell({ word: "saved", at: Date.now() });
  }

  /** @param {Refused} error */
  async fail(error) {
    if (error.status === 412) {
      await this.compare();
    } else if (error.status === 0 || error.status >= 500 || error.status === 429) {
      this.retry(navigator.onLine ? "retrying" : "offline");
    } else {
      this.tell({ word: error.status === 401 ? "signed_out" : "refused", detail: error.message });
    }
  }

  /** @param {"retrying" | "offline"} word */
  retry(word) {
    const pause = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** ++this.failures);
    this.tell({ word });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), pause);
  }

  /** The server has a newer draft: the same as ours (a save whose answer was lost), or somebody else's. */
  async compare() {
    let theirs;
    try {
      theirs = await readChange(this.id);
    } catch {
      this.retry("retrying");
      return;
    }
    if (fingerprint(draftOf(stateOf(theirs))) === fingerprint(draftOf(this.now()))) {
      this.confirm(theirs, fingerprint(draftOf(this.now())));
      return;
    }
    this.stopped = true;
    this.tell({ word: "conflict" });
    this.conflicting(theirs);
  }

  /** A person has seen the other draft, and what follows replaces it, or it is taken.
   * @param {Change} theirs @param {boolean} isTaken */
  resume(theirs, isTaken) {
    drop(this.key);
    this.stopped = false;
    this.edit = theirs.edit;
    this.saved = fingerprint(draftOf(stateOf(theirs)));
    this.answered(theirs);
    if (!isTaken && this.isDirty()) void this.save();
    else this.tell({ word: "saved", at: theirs.updated_at });
  }

  leave() {
    if (this.stopped || this.running || !this.isDirty()) return;
    saveAtLast(this.id, this.edit, draftOf(this.now()));
  }

  /** The browser's own copy, until the server has confirmed it. */
  keep() {
    const { sketch } = this.now();
    if (!this.isDirty() && !sketch) {
      drop(this.key);
      return;
    }
    /** @type {Copy} */
    const copy = { at: Date.now(), edit: this.edit, draft: draftOf(this.now()), sketch };
    try {
      localStorage.setItem(this.key, JSON.stringify(copy));
    } catch {
      // A full or forbidden storage: the server's copy is the one that counts.
    }
  }
}

/** @param {string} key */
function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // as in keep
  }
}

/** The last copy of a draft that the server does not have, if there is one. What it has is forgotten; whether the rest
 * is older than the server's is not asked of two clocks: a person decides.
 * @param {Change} change @returns {{copy: Copy, state: State, forget: () => void} | null} */
export function leftBehind(change) {
  const there = fingerprint(draftOf(stateOf(change)));
  /** @type {{key: string, copy: Copy}[]} */
  const found = [];
  for (const { key, copy } of copiesOf(change.id)) {
    if (fingerprint(copy.draft) === there && !copy.sketch) drop(key);
    else found.push({ key, copy });
  }
  found.sort((a, b) => b.copy.edit - a.copy.edit || b.copy.at - a.copy.at);
  const last = found[0];
  if (!last) return null;
  const { draft: kept, sketch } = last.copy;
  const draft = stateOf(kept);
  const outline = kept.has_boundary ? draft.outline : stateOfChange(change).outline;
  return { copy: last.copy, state: { ...draft, outline, sketch }, forget: () => drop(last.key) };
}

/** @param {number} id @returns {{key: string, copy: Copy}[]} */
function copiesOf(id) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`desk/${id}/`)).map((key) => (
      { key, copy: JSON.parse(localStorage.getItem(key) ?? "") }
    ));
  } catch {
    return [];
  }
}
