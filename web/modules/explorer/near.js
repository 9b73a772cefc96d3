// The point of distances: put on the map by a click, or in its middle by the keyboard; a marker stands there.
/** @import {Position} from "./types.d.ts" */
/** @import {Chart} from "./map.js" */
import { Marker } from "/assets/maplibre/maplibre-gl.mjs";
import { button, line, make, say } from "./texts.js";

export class Near {
  /** @param {Chart} chart @param {(place: Position | null) => void} choose */
  constructor(chart, choose) {
    this.chart = chart;
    this.choose = choose;
    this.isSet = false;
    this.label = make("span", {}, say("near"));
    this.button = button("", () => (this.isSet ? this.choose(null) : this.begin(!chart.isPlacing)), "tool near");
    this.button.append(line("M10 1V6M10 14V19M1 10H6M14 10H19M15 10A5 5 0 1 1 5 10A5 5 0 1 1 15 10"), this.label);
    this.button.setAttribute("aria-pressed", "false");
    this.centre = button(say("near_centre"), () => this.put(chart.map.getCenter().toArray()));
    this.banner = make("div", { class: "banner", role: "status" });
    this.banner.hidden = true;
    const sign = make("div", { class: "pin" });
    this.marker = new Marker({ element: sign, anchor: "bottom" });
    sign.setAttribute("aria-label", say("near_here"));
    sign.setAttribute("role", "img");
    sign.removeAttribute("tabindex");
    this.banner.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.begin(false);
    });
  }

  /** @param {boolean} is */
  begin(is) {
    this.chart.isPlacing = is;
    this.chart.map.getCanvas().style.cursor = is ? "crosshair" : "";
    this.button.setAttribute("aria-pressed", String(is || this.isSet));
    this.banner.hidden = !is;
    if (!is) {
      if (this.banner.contains(document.activeElement)) this.button.focus();
      return;
    }
    this.banner.replaceChildren(make("p", {}, say("near_how")), this.centre, button(say("cancel"), () => this.begin(false), "quiet"));
    this.centre.focus({ preventScroll: true });
  }

  /** @param {Position} place */
  put(place) {
    this.begin(false);
    this.choose(place);
  }

  /** @param {Position | null} place where the point is */
  show(place) {
    this.isSet = place !== null;
    this.button.setAttribute("aria-pressed", String(this.isSet || this.chart.isPlacing));
    this.label.textContent = say(this.isSet ? "near_end" : "near");
    if (place) this.marker.setLngLat(place).addTo(this.chart.map);
    else this.marker.remove();
  }
}
