"use strict";

// Everything that differs from map to map stands in the JSON block; this text is always the same.

/** Options of the Leaflet map; its motion follows the reader's wish. */
function mapOptions() {
  const moving = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    minZoom: 5,
    maxZoom: 17,
    zoomAnimation: moving,
    fadeAnimation: moving,
    markerZoomAnimation: moving,
    inertia: moving,
  };
}

/** Draws zones and units of the JSON block into the groups, and connects map, legend and keyboard. */
function drawFillRates(map, groups) {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const cards = document.querySelectorAll("#cards > .card");
  const container = map.getContainer();
  const coarse = matchMedia("(pointer: coarse)").matches;
  const narrow = matchMedia("(max-width: 760px)");
  const size = coarse ? 36 : 28;
  container.setAttribute("role", "region");
  container.classList.toggle("is-brief", data.brief);
  container.setAttribute("aria-label", data.words.map);

  for (const [name, order] of [["units", 350], ["rings", 380], ["names", 390], ["stems", 590]]) {
    map.createPane(name).style.zIndex = order;
    map.getPane(name).style.pointerEvents = "none";
  }

  // ---- the view: all zones, until the reader moves the map

  let moved = false;
  for (const event of ["pointerdown", "wheel", "keydown"]) {
    container.addEventListener(event, () => { moved = true; }, { passive: true });
  }
  function showAll() {
    const room = [Math.min(56, map.getSize().x / 14), Math.min(56, map.getSize().y / 14)];
    if (data.bounds) map.fitBounds(data.bounds, { padding: room, maxZoom: 13, animate: false });
    else map.setView([16, 106], 6, { animate: false });
  }
  showAll();
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    container.style.setProperty("--map-height", `${map.getSize().y}px`);
    if (!moved) showAll();
  }).observe(container);

  // ---- units: pale lines, and names where there is room

  const names = [];
  for (const unit of data.units) {
    const style = { pane: "units", interactive: false, className: `unit ${unit.level}` };
    L.geoJSON(unit.shape, { ...style, style: () => style }).addTo(groups[unit.level]);
    const text = document.createElement("span");
    text.textContent = unit.name;
    const icon = L.divIcon({ html: text, className: `unit-name ${unit.level}`, iconSize: [0, 0] });
    const marker = L.marker([0, 0], { icon, pane: "names", interactive: false, keyboard: false });
    names.push({ marker, text, level: unit.level, spots: unit.spots });
    marker.addTo(groups[unit.level]);
  }
  const rank = ({ level, spots }) => (level === "province" ? 100 : 0) + spots[0][2];
  names.sort((a, b) => rank(b) - rank(a));

  // ---- zones: ring or outline, and a symbol that is always there

  const rings = new Map();
  const outlines = [];
  const zones = data.zones.map((zone, index) => drawZone(zone, index));

  function drawZone(zone, index) {
    const group = groups[zone.kind];
    const lines = [];
    if (zone.ring) {
      const key = [zone.at, zone.ring].join();
      const style = { radius: zone.ring, pane: "rings", interactive: false, className: "ring" };
      if (!rings.has(key)) rings.set(key, { ring: L.circle(zone.at, style), owners: [] });
      rings.get(key).owners.push(index);
      lines.push(rings.get(key).ring);
    }
    if (zone.outline) {
      const casing = { interactive: false, smoothFactor: 0, className: `casing ${zone.css}` };
      const line = { smoothFactor: 0, className: `outline ${zone.css}` };
      lines.push(L.geoJSON(zone.outline, { ...casing, style: () => casing }).addTo(group));
      const outline = L.geoJSON(zone.outline, { ...line, style: () => line }).addTo(group);
      lines.push(outline);
      outlines.push({ outline, parts: lines.slice(-2) });
      explain(outline, index, lines, { sticky: true });
    }
    const symbol = document.getElementById("symbol").content.firstElementChild.cloneNode(true);
    for (const use of symbol.querySelectorAll("use")) use.setAttribute("href", `#mark-${zone.kind}`);
    const html = document.createElement("div");
    html.append(symbol);
    if (zone.rate) {
      const rate = document.createElement("span");
      rate.className = "rate";
      rate.textContent = zone.rate;
      html.append(rate);
    }
    const icon = L.divIcon({
      html,
      className: `zone ${zone.css}`,
      iconSize: [size, size],
      iconAnchor: [size / 2 - zone.fan[0], size / 2 - zone.fan[1]],
    });
    const marker = L.marker(zone.at, { icon, riseOnHover: true, keyboard: true, zIndexOffset: zone.css.includes("unknown") ? 0 : 2000 });
    const stem = L.polyline([zone.at, zone.at], { pane: "stems", interactive: false, className: "stem" });
    if (!data.brief) stem.addTo(group);
    marker.on("add", () => marker.getElement().setAttribute("aria-label", zone.name));
    marker.addTo(group);
    lines.push(marker);
    explain(marker, index, lines, { offset: [14, 0] });
    return { zone, marker, stem };
  }

  /** Tooltip for pointer and keyboard focus, popup for a click, a tap and Enter; both say the same. */
  function explain(layer, index, lines, options) {
    layer.bindTooltip(() => cards[index].cloneNode(true), {
      className: "tip", direction: "auto", opacity: 1, ...options,
    });
    layer.bindPopup(() => cards[index].cloneNode(true), {
      className: "sheet", minWidth: 280, maxWidth: 320,
      autoPanPaddingTopLeft: [12, 12], autoPanPaddingBottomRight: [narrow.matches ? 12 : 64, 12],
    });
    layer.on("tooltipopen", ({ tooltip }) => {
      if (layer.isPopupOpen()) layer.closeTooltip();
      else keepInside(tooltip.getElement());
    });
    layer.on("mouseover focus", () => mark(lines, "is-active", true));
    layer.on("mouseout", () => mark(lines, "is-active", false));
    layer.on("popupopen", ({ popup }) => {
      layer.closeTooltip();
      mark(lines, "is-selected", true);
      const sheet = popup.getElement();
      sheet.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", data.words.close);
      const symbol = layer.getElement?.();
      if (symbol && symbol === document.activeElement) {
        const card = sheet.querySelector(".card");
        card.tabIndex = -1;
        card.focus({ preventScroll: true });
        popup.once("remove", () => symbol.focus({ preventScroll: true }));
      }
    });
    layer.on("popupclose", () => mark(lines, "is-selected", false));
  }

  function mark(lines, name, on) {
    for (const line of lines) {
      const parts = line.getLayers ? line.getLayers() : [line];
      for (const part of parts) part.getElement()?.classList.toggle(name, on);
    }
  }

  /** Moves a tooltip up or down so that the map's edge does not cut it. */
  function keepInside(element) {
    element.style.marginTop = "";
    const box = element.getBoundingClientRect();
    const room = container.getBoundingClientRect();
    const shift = Math.max(0, room.top + 8 - box.top) - Math.max(0, box.bottom - room.bottom + 8);
    if (shift) element.style.marginTop = `${shift}px`;
  }

  // ---- symbols stand apart at every zoom, each with a stem to its true point

  /** Places the shown symbols and figures; returns what they cover, as boxes [left, right, top, bottom]. */
  function spread() {
    const shown = data.brief ? [] : zones.filter(({ marker }) => map.hasLayer(marker));
    const homes = shown.map(({ marker }) => map.latLngToLayerPoint(marker.getLatLng()));
    const spots = shown.map(({ zone }, i) => homes[i].add(zone.fan));
    const figures = new Map();
    const far = map.getZoom() < 8.5;
    const spacing = (far ? 18 : 22) + (coarse ? 2 : 0);
    container.classList.toggle("is-far", far);
    shown.forEach(({ marker }, i) => {
      const rate = marker.getElement().querySelector(".rate");
      if (rate) figures.set(i, { rate, box: null });
    });
    pushApart();
    for (const [i, figure] of figures) {
      const { side, box } = freeSide(i, figure.rate.offsetWidth);
      figure.rate.dataset.side = side;
      figure.box = box;
    }
    if (figures.size) pushApart();

    shown.forEach(({ marker, stem }, i) => {
      const offset = spots[i].subtract(homes[i]).round();
      const element = marker.getElement();
      element.style.marginLeft = `${offset.x - size / 2}px`;
      element.style.marginTop = `${offset.y - size / 2}px`;
      marker.options.icon.options.popupAnchor = [offset.x, offset.y - 8];
      marker.options.icon.options.tooltipAnchor = [Math.abs(offset.x), offset.y];
      stem.setLatLngs([marker.getLatLng(), map.layerPointToLatLng(homes[i].add(offset))]);
    });
    return [
      ...spots.map(({ x, y }) => [x - 12, x + 12, y - 12, y + 12]),
      ...[...figures].map(([i, { box }]) => around(spots[i], box)),
    ];

    /** Moves symbols until none is nearer than the spacing to another one or covered by a figure. */
    function pushApart() {
      for (let round = 0; round < 80; round += 1) {
        let calm = true;
        for (let i = 0; i < spots.length; i += 1) {
          for (let j = i + 1; j < spots.length; j += 1) {
            let away = spots[j].subtract(spots[i]);
            const distance = Math.hypot(away.x, away.y);
            if (distance >= spacing) continue;
            calm = false;
            away = distance > 0.01 ? away.divideBy(distance) : L.point(Math.cos(i + j), Math.sin(i + j));
            const push = away.multiplyBy(spacing - distance + 0.2);
            const share = 0.5 + (figures.has(i) ? -0.4 : 0) + (figures.has(j) ? 0.4 : 0);
            spots[i] = spots[i].subtract(push.multiplyBy(share));
            spots[j] = spots[j].add(push.multiplyBy(1 - share));
          }
        }
        for (const [i, { box }] of figures) {
          if (!box) continue;
          const [left, right, top, bottom] = around(spots[i], box);
          spots.forEach(({ x, y }, j) => {
            if (j === i || x < left - 8 || x > right + 8 || y < top - 8 || y > bottom + 8) return;
            calm = false;
            spots[j] = L.point(x, y < (top + bottom) / 2 ? top - 8.5 : bottom + 8.5);
          });
        }
        if (calm) break;
      }
    }

    /** The side of symbol i at which a figure of that width meets the fewest other symbols, and its box there. */
    function freeSide(i, width) {
      const sides = { right: [12, 12 + width, -9, 9], left: [-12 - width, -12, -9, 9],
        top: [-width / 2, width / 2, -28, -10], bottom: [-width / 2, width / 2, 10, 28] };
      let best = { met: Infinity };
      for (const [side, box] of Object.entries(sides)) {
        const [left, right, top, bottom] = around(spots[i], box);
        const met = spots.filter(({ x, y }, j) => (
          j !== i && x > left - 8 && x < right + 8 && y > top - 8 && y < bottom + 8
        )).length;
        if (met < best.met) best = { met, side, box };
      }
      return best;
    }
  }

  function around({ x, y }, [left, right, top, bottom]) {
    return [x + left, x + right, y + top, y + bottom];
  }

  /** Shows the names of units that have room inside their unit, in view, beside symbols and other names. */
  function placeNames(boxes) {
    const { min, max } = map.getPixelBounds();
    const origin = map.getPixelOrigin();
    const view = [min.x - origin.x + 4, max.x - origin.x - 4, min.y - origin.y + 4, max.y - origin.y - 4];
    const taken = [...boxes, [view[1] - 56, view[1], view[2], view[2] + 156]];
    const scale = map.project([0, 1]).x - map.project([0, 0]).x;
    for (const { marker, text, spots } of names) {
      if (!map.hasLayer(marker)) continue;
      const half = text.offsetWidth / 2 + 2;
      const spot = spots.find(([lon, lat, radius]) => {
        const [left, right, top, bottom] = around(map.latLngToLayerPoint([lat, lon]), [-half, half, -9, 9]);
        return half < radius * scale * 1.15
          && left > view[0] && right < view[1] && top > view[2] && bottom < view[3]
          && taken.every(([x0, x1, y0, y1]) => right < x0 || left > x1 || bottom < y0 || top > y1);
      });
      text.classList.toggle("is-shown", Boolean(spot));
      if (!spot) continue;
      marker.setLatLng([spot[1], spot[0]]);
      taken.push(around(map.latLngToLayerPoint(marker.getLatLng()), [-half, half, -9, 9]));
    }
  }

  /** Rings follow their zones' layers; outlines too small to be read leave the place to their symbols. */
  function showShapes() {
    for (const { ring, owners } of rings.values()) {
      if (owners.some((index) => map.hasLayer(zones[index].marker))) ring.addTo(map);
      else ring.remove();
    }
    for (const { outline, parts } of outlines) {
      const box = outline.getBounds();
      const [a, b] = [map.latLngToLayerPoint(box.getSouthWest()), map.latLngToLayerPoint(box.getNorthEast())];
      for (const part of parts) mark([part], "is-tiny", Math.max(b.x - a.x, a.y - b.y) < 14);
    }
  }

  let covered = [];
  function arrange() {
    showShapes();
    covered = spread();
    placeNames(covered);
  }
  map.on("zoomend viewreset", arrange);
  map.on("moveend", () => placeNames(covered));
  map.on("popupopen", () => container.classList.add("has-popup"));
  map.on("popupclose", () => container.classList.remove("has-popup"));

  // ---- controls: layers stand in the legend, the others on the map

  const layers = L.control.layers(null, null, { collapsed: false });
  for (const { key, html } of data.layers) layers.addOverlay(groups[key], html);
  layers.addTo(map);
  document.getElementById("layers").replaceChildren(layers.getContainer());
  map.on("overlayadd overlayremove", arrange);

  L.control.zoom({ position: "topright", zoomInTitle: data.words.zoomIn, zoomOutTitle: data.words.zoomOut }).addTo(map);
  const all = L.control({ position: "topright" });
  all.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar show-all");
    const button = L.DomUtil.create("button", "", bar);
    button.type = "button";
    button.title = data.words.showAll;
    button.setAttribute("aria-label", data.words.showAll);
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.on(button, "click", () => { moved = false; showAll(); });
    return bar;
  };
  all.addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape") map.closePopup();
  });

  // ---- the legend is folded on phones; the page prints as one sheet

  const legend = document.getElementById("legend");
  const fold = () => { legend.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();
  function layOutForPrint(printing) {
    document.documentElement.classList.toggle("printing", printing);
    if (printing) legend.open = true;
    else fold();
    map.invalidateSize({ animate: false });
    showAll();
  }
  addEventListener("beforeprint", () => layOutForPrint(true));
  addEventListener("afterprint", () => layOutForPrint(false));

  arrange();
  document.fonts?.ready.then(arrange);
}
