// The map: draws a look, tells what is pointed at, chosen and in view. It keeps no state of the page.
/** @import {Box, Colour, Marks, Position, Units, Zone} from "./types.d.ts" */
/** @import {Look} from "./style.js" */
/** @import {MapGeoJSONFeature, GeoJSONSource} from "/assets/maplibre/maplibre-gl.mjs" */
import { AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from "/assets/maplibre/maplibre-gl.mjs";
import { circle, fanOut, labelsOf } from "./geometry.js";
import { keepPace } from "./pace.js";
import { colours, isDark, layersOf, styleOf, theme } from "./style.js";
import { SHAPES, PIXEL_RATIO, frameImage, hatchImage, symbolImage } from "./symbols.js";
import { reducesMotion, say, setup } from "./texts.js";

setWorkerUrl("/assets/maplibre/maplibre-gl-worker.mjs");
const REACH_PX = { mouse: 5, touch: 16 };
const CLOSE_ZOOM = 11; // that a chosen zone is looked at from, at least
const ZONES = ["points", "zones-area"];

/** @typedef {{moved: () => void, hovered: (zone: Zone | null) => void, clicked: (zones: Zone[], at: Position) => void,
 *   ready: () => void}} Hearers */

export class Chart {
  /** @param {HTMLElement} place @param {{colour: Colour, units: Units, fids: number[] | null, isDense: boolean}} sight
   * @param {{zoom: number, lon: number, lat: number} | Box} view @param {number} covered px at the lower edge
   * @param {boolean} isEmbedded @param {Hearers} hear */
  constructor(place, sight, view, covered, isEmbedded, hear) {
    this.hear = hear;
    /** @type {Look} */ this.look = { ...sight, theme: theme(), cosine: 1, fan: new Map() };
    /** @type {Marks} */ this.marks = { hovered: null, chosen: null, near: null, within: null };
    /** @type {Zone | null} */ this.under = null;
    /** @type {Map<string, string> | null} what each layer was given last */ this.drawn = null;
    /** @type {Record<string, Set<number>>} */ this.standing = { hovered: new Set(), chosen: new Set() };
    this.isPlacing = false;
    this.map = new MapLibre({
      container: place, style: styleOf(this.look), attributionControl: false, dragRotate: false, pitchWithRotate: false, maxPitch: 0,
      touchPitch: false, fadeDuration: 0, maxZoom: 19, minZoom: 3, cooperativeGestures: isEmbedded, renderWorldCopies: false,
      ...(Array.isArray(view) ? { bounds: view, fitBoundsOptions: { padding: paddingOf(place, covered), maxZoom: 13 } } : { center: [view.lon, view.lat], zoom: view.zoom }),
      locale: {
        "NavigationControl.ZoomIn": say("zoom_in"), "NavigationControl.ZoomOut": say("zoom_out"), "AttributionControl.ToggleAttribution": say("attribution"),
        "Map.Title": say("map"), "Marker.Title": say("marker"), "CooperativeGesturesHandler.WindowsHelpText": say("scroll_windows"),
        "CooperativeGesturesHandler.MacHelpText": say("scroll_mac"), "CooperativeGesturesHandler.MobileHelpText": say("scroll_touch"),
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 100 }), "bottom-right");
    this.map.addControl(new AttributionControl({ compact: true }), "bottom-right");
    keepPace(this.map);
    this.drawImages();
    this.listen();
  }

  listen() {
    const { map, hear } = this;
    map.on("moveend", () => {
      this.keepRingsTrue();
      hear.moved();
    });
    map.once("idle", () => {
      const sources = map.getContainer().querySelector(".maplibregl-ctrl-attrib"); // folded from the start
      sources?.classList.remove("maplibregl-compact-show");
      sources?.removeAttribute("open");
      hear.ready();
    });
    let isNew = true;
    map.on("sourcedata", (event) => (isNew ||= event.sourceId === "register" && Boolean(event.tile)));
    map.on("idle", () => {
      if (isNew) this.readTiles();
      isNew = false;
    });
    map.on("mousemove", (event) => this.point(event.point.x, event.point.y));
    map.on("mouseout", () => this.tellHovered(null));
    map.on("click", (event) => {
      const { lng, lat } = event.lngLat;
      const isTouch = /** @type {PointerEvent} */ (event.originalEvent).pointerType === "touch";
      hear.clicked(this.isPlacing ? [] : this.zonesAt(event.point.x, event.point.y, isTouch ? REACH_PX.touch : REACH_PX.mouse), [lng, lat]);
    });
    isDark.addEventListener("change", () => {
      this.look = { ...this.look, theme: theme() };
      this.drawImages();
      this.redraw();
    });
  }

  /** @param {number} x @param {number} y */
  point(x, y) {
    if (this.isPlacing || this.map.isMoving()) return;
    this.tellHovered(this.zonesAt(x, y, REACH_PX.mouse)[0] ?? null);
  }

  /** @param {Zone | null} zone */
  tellHovered(zone) {
    this.map.getCanvas().style.cursor = this.isPlacing ? "crosshair" : zone ? "pointer" : "";
    if (zone?.fid === this.under?.fid) return;
    this.under = zone;
    this.hear.hovered(zone);
  }

  /** The zones at a place of the screen, points before outlines, the smaller before the larger.
   * @param {number} x @param {number} y @param {number} reach px @returns {Zone[]} */
  zonesAt(x, y, reach) {
    if (!this.map.getLayer("points")) return [];
    const found = this.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: ZONES });
    const zones = new Map();
    for (const one of found) {
      const zone = this.zoneOf(one);
      if (!zones.has(zone.fid)) zones.set(zone.fid, zone);
    }
    return [...zones.values()];
  }

  /** @param {MapGeoJSONFeature} feature @returns {Zone} */
  zoneOf({ id, geometry, properties }) {
    const place = geometry.type === "Point" ? geometry.coordinates : null;
    const name = (setup.language === "en" && properties.name_en) || properties.name_vi || properties.slug;
    return {
      fid: Number(id), slug: properties.slug, kind: properties.kind, name, accuracy: properties.location_accuracy_m ?? null, isOutlined: Boolean(properties.boundary_quality),
      place: /** @type {Position} */ (place ?? this.placeOf(Number(id))),
    };
  }

  /** @param {string} slug @returns {Zone | null} if a tile in view has it */
  find(slug) {
    if (!this.map.getSource("register")) return null;
    const [point] = this.map.querySourceFeatures("register", { sourceLayer: "zone-points", filter: ["==", ["get", "slug"], slug] });
    return point ? this.zoneOf(/** @type {MapGeoJSONFeature} */ (point)) : null;
  }

  /** Where the point of a zone lies whose outline was hit. @param {number} fid @returns {Position} */
  placeOf(fid) {
    const [point] = this.map.querySourceFeatures("register", { sourceLayer: "zone-points", filter: ["==", ["id"], fid] });
    if (point?.geometry.type === "Point") return /** @type {Position} */ (point.geometry.coordinates);
    return this.map.getCenter().toArray();
  }

  /** Fan out what lies on one spot, and name the units in view. */
  readTiles() {
    const points = this.map.querySourceFeatures("register", { sourceLayer: "zone-points" });
    const fan = fanOut(points, this.look.fan);
    if (fan !== this.look.fan) {
      this.look = { ...this.look, fan };
      this.redraw();
      this.showMarks();
    }
    this.nameUnits();
  }

  nameUnits() {
    const { units } = this.look;
    const zoom = this.map.getZoom();
    /** @type {any} */ const inForce = units === "former" ? ["has", "valid_to"] : ["!", ["has", "valid_to"]];
    const large = /** @type {const} */ (["==", ["get", "level"], "province"]);
    const found = units === "none" || zoom < 5.5 ? []
      : this.map.querySourceFeatures("register", { sourceLayer: "admin-units", filter: zoom < 9.5 ? ["all", inForce, large] : inForce });
    this.put("unit-names", labelsOf(found, setup.language));
  }

  /** @param {string} name of a source @param {GeoJSON.Feature[]} features */
  put(name, features) {
    /** @type {GeoJSONSource | undefined} */ (this.map.getSource(name))?.setData({ type: "FeatureCollection", features });
  }

  drawImages() {
    const { theme } = this.look;
    const all = Object.assign({}, ...(/** @type {Colour[]} */ (["rate", "status", "kind"])).map(colours));
    const images = Object.fromEntries(Object.keys(SHAPES).flatMap((kind) => [
      [`${kind} frame chosen`, frameImage(kind, theme.ink)], [`${kind} frame hovered`, frameImage(kind, theme.accent)],
      ...["unknown", "hollow"].map((fill) => [`${kind} ${fill}`, symbolImage(kind, fill, theme)]),
      ...Object.entries(all).map(([name, fill]) => [`${kind} ${name}`, symbolImage(kind, fill, theme)]),
    ]));
    for (const [name, image] of Object.entries({ ...images, hatch: hatchImage(theme) })) {
      if (this.map.hasImage(name)) this.map.updateImage(name, image);
      else this.map.addImage(name, image, PIXEL_RATIO);
    }
  }

  /** @param {Partial<Pick<Look, "colour" | "units" | "fids">>} sight what has changed */
  show(sight) {
    const before = this.look;
    this.look = { ...before, ...sight };
    this.redraw();
    if (before.units !== this.look.units) this.nameUnits();
  }

  /** Give every layer what the look says, where that is something else than before. */
  redraw() {
    if (!this.map.style) return;
    const drawn = this.drawn ?? new Map();
    for (const layer of layersOf(this.look)) {
      const { id, paint = {}, layout = {}, filter } = /** @type {any} */ (layer);
      /** @param {string} name @param {unknown} value @param {() => void} set */
      const give = (name, value, set) => {
        const said = JSON.stringify(value) ?? "";
        if (drawn.get(`${id} ${name}`) === said) return;
        drawn.set(`${id} ${name}`, said);
        if (this.drawn) set();
      };
      give("filter", filter, () => this.map.setFilter(id, filter));
      for (const [name, value] of Object.entries(layout)) give(name, value, () => this.map.setLayoutProperty(id, /** @type {any} */ (name), value));
      for (const [name, value] of Object.entries({ ...(id === "units-large" && { "line-dasharray": undefined }), ...paint })) {
        give(name, value, () => this.map.setPaintProperty(id, /** @type {any} */ (name), value));
      }
    }
    this.drawn = drawn;
  }

  /** A ring of metres has its size by the latitude. */
  keepRingsTrue() {
    const cosine = Math.cos((this.map.getCenter().lat * Math.PI) / 180);
    if (Math.abs(cosine - this.look.cosine) < 0.004) return;
    this.look = { ...this.look, cosine };
    this.redraw();
  }

  /** @param {Partial<Marks>} marks */
  mark(marks) {
    this.marks = { ...this.marks, ...marks };
    this.showMarks();
  }

  showMarks() {
    const { hovered, chosen, near, within } = this.marks;
    this.stand("hovered", hovered);
    this.stand("chosen", chosen);
    /** @type {GeoJSON.Feature[]} */ const features = [];
    for (const [name, zone] of /** @type {[string, Zone | null][]} */ ([["hovered", hovered], ["chosen", chosen]])) {
      if (!zone || (name === "hovered" && zone.fid === chosen?.fid)) continue;
      const properties = { frame: `${zone.kind} frame ${name}`, offset: this.look.fan.get(zone.fid) ?? [0, 0], outlined: zone.isOutlined };
      features.push({ type: "Feature", properties, geometry: { type: "Point", coordinates: zone.place } });
      if (zone.accuracy) features.push(circle(zone.place, zone.accuracy));
    }
    if (near && within) features.push(circle(near, within * 1000));
    this.put("marks", features);
  }

  /** @param {"hovered" | "chosen"} name @param {Zone | null} zone */
  stand(name, zone) {
    const now = new Set(zone ? [zone.fid] : []);
    const before = this.standing[name];
    const one = (/** @type {number} */ id) => ({ source: "register", sourceLayer: "zones", id });
    if (!this.map.getSource("register")) return;
    for (const fid of before) if (!now.has(fid)) this.map.removeFeatureState(one(fid), name);
    for (const fid of now) if (!before.has(fid)) this.map.setFeatureState(one(fid), { [name]: true });
    this.standing[name] = now;
  }

  /** What is seen of the map where `covered` px at its lower edge are not. @param {number} covered @returns {Box} */
  box(covered) {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const upper = this.map.unproject([0, 0]);
    const lower = this.map.unproject([clientWidth, Math.max(clientHeight - covered, 40)]);
    const round = (/** @type {number} */ value) => Number(value.toFixed(5));
    return [round(upper.lng), round(lower.lat), round(lower.lng), round(upper.lat)];
  }

  /** Whether all of a box is seen. @param {Box} box @param {number} covered */
  shows([west, south, east, north], covered) {
    const [left, lower, right, upper] = this.box(covered);
    return left <= west && right >= east && lower <= south && upper >= north;
  }

  /** @param {Box} box @param {number} covered */
  fit(box, covered) {
    this.map.fitBounds(box, { padding: paddingOf(this.map.getContainer(), covered), maxZoom: 13, duration: 600, animate: !reducesMotion() });
  }

  /** @param {Position} place @param {number} covered @param {number} [zoom] at least */
  fly(place, covered, zoom = CLOSE_ZOOM) {
    const to = { center: place, zoom: Math.max(this.map.getZoom(), zoom), offset: /** @type {Position} */ ([0, -covered / 2]) };
    if (reducesMotion()) this.map.jumpTo(to);
    else this.map.flyTo({ ...to, duration: 900 });
  }
}

/** Room about what is fitted into the map, for what lies on it. @param {HTMLElement} place @param {number} covered px */
function paddingOf({ clientWidth }, covered) {
  if (covered) return { top: 112, left: 24, right: 64, bottom: covered + 24 };
  return { top: 64, left: clientWidth > 900 ? 316 : 40, right: 64, bottom: 32 };
}
