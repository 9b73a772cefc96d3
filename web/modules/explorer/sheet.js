// The sheet of a phone: the list at three heights, dragged by its handle or stepped with buttons and arrow keys.
/** @import {Height} from "./types.d.ts" */
import { button, element, line, make, onPhone, say } from "./texts.js";

/** @type {Height[]} */
const HEIGHTS = ["peek", "half", "full"];
const PEEK_PX = 104;
const ABOVE_PX = 68; // for the search, at the sheet's fullest
const TAP_PX = 6;

export class Sheet {
  /** @param {() => void} changed the part of the map that is seen has changed */
  constructor(changed) {
    this.changed = changed;
    this.place = element("sheet", HTMLElement);
    this.handle = make("button", { type: "button", class: "handle", role: "slider", "aria-label": say("list_height"),
      "aria-valuemin": "0", "aria-valuemax": "2", "aria-orientation": "vertical" });
    this.less = button("", () => this.step(-1), "step");
    this.more = button("", () => this.step(1), "step");
    this.less.setAttribute("aria-label", say("list_smaller"));
    this.more.setAttribute("aria-label", say("list_larger"));
    this.less.append(line("M5 8l5 5 5-5"));
    this.more.append(line("M5 12l5-5 5 5"));
    this.place.prepend(make("div", { class: "grip" }, this.handle, this.less, this.more));
    /** @type {Height} */ this.height = "half";
    this.handle.addEventListener("pointerdown", (event) => this.drag(event));
    this.handle.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1, Home: -2, End: 2 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.step(by);
    });
    this.set("half", false);
    onPhone.addEventListener("change", () => this.set(this.height));
  }

  /** px that the sheet covers of the map; all but the whole map where it stands at its fullest. */
  get covered() {
    if (!onPhone.matches || this.place.closest(".embedded")) return 0;
    return this.height === "peek" ? PEEK_PX : this.room / 2;
  }

  get room() {
    return this.place.parentElement?.clientHeight ?? 0;
  }

  /** @param {number} by */
  step(by) {
    const at = HEIGHTS.indexOf(this.height) + by;
    this.set(HEIGHTS[Math.max(0, Math.min(2, at))]);
  }

  /** @param {Height} height @param {boolean} [tell] */
  set(height, tell = true) {
    this.height = height;
    const at = HEIGHTS.indexOf(height);
    this.place.dataset.height = height;
    this.place.style.removeProperty("--pulled");
    this.handle.setAttribute("aria-valuenow", String(at));
    this.handle.setAttribute("aria-valuetext", say(/** @type {string} */ (height)));
    this.less.disabled = at === 0;
    this.more.disabled = at === 2;
    this.place.parentElement?.style.setProperty("--covered", `${this.covered}px`);
    if (tell) this.changed();
  }

  /** @param {PointerEvent} down */
  drag(down) {
    if (down.button) return;
    const { handle, place, room } = this;
    const before = place.getBoundingClientRect().height;
    let height = before;
    handle.setPointerCapture(down.pointerId);
    place.classList.add("is-dragged");
    const move = (/** @type {PointerEvent} */ event) => {
      height = Math.max(PEEK_PX, Math.min(room - ABOVE_PX, before + down.clientY - event.clientY));
      place.style.setProperty("--pulled", `${height}px`);
    };
    const end = (/** @type {PointerEvent} */ event) => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", end);
      handle.removeEventListener("pointercancel", end);
      place.classList.remove("is-dragged");
      if (event.type === "pointerup" && Math.abs(event.clientY - down.clientY) < TAP_PX) {
        this.set(this.height === "peek" ? "half" : this.height === "half" ? "full" : "half");
        return;
      }
      const stops = [PEEK_PX, room / 2, room - ABOVE_PX];
      const pull = Math.sign(height - before) * 40; // a short pull is enough
      const nearest = stops.map((stop) => Math.abs(stop - height - pull));
      this.set(HEIGHTS[nearest.indexOf(Math.min(...nearest))]);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  }
}
