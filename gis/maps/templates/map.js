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
  const size = coarse ? 36 : 28;
  const spacing = coarse ? 26 : 22;
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", data.words.map);

  for (const [name, order] of [["units", 350], ["rings", 380], ["names", 390]]) {
    map.createPane(name).style.zIndex = order;
    map.getPane(name).style.pointerEvents = "none";
  }

  // ---- the view: all zones, until the reader moves the map

  let moved = false;
  for (const event of ["pointerdown", "wheel", "keydown"]) {
    container.addEventListener(event, () => { moved = true; }, { passive: true });
  }
  function showAll() {
    const room = [Math.min(56, map.getSize().x / 8), Math.min(56, map.getSize().y / 8)];
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
    const marker = L.marker([unit.at[1], unit.at[0]], { icon, pane: "names", interactive: false, keyboard: false });
    names.push({ marker, text, level: unit.level, radius: unit.at[2] });
    marker.addTo(groups[unit.level]);
  }
  names.sort((a, b) => (a.level === b.level ? b.radius - a.radius : a.level === "province" ? -1 : 1));

  // ---- zones: ring or outline, and a symbol that is always there

  const rings = new Map();
  const zones = data.zones.map((zone, index) => drawZone(zone, index));

  function drawZone(zone, index) {
    const group = groups[zone.kind];
    const lines = [];
    if (zone.ring) {
      const key = [zone.kind, zone.at, zone.ring].join();
      if (!rings.has(key)) {
        const ring = L.circle(zone.at, { radius: zone.ring, pane: "rings", interactive: false, className: "ring" });
        rings.set(key, ring.addTo(group));
      }
      lines.push(rings.get(key));
    }
    if (zone.outline) {
      const casing = { interactive: false, className: `casing ${zone.css}` };
      const line = { className: `outline ${zone.css}` };
      lines.push(L.geoJSON(zone.outline, { ...casing, style: () => casing }).addTo(group));
      const outline = L.geoJSON(zone.outline, { ...line, style: () => line }).addTo(group);
      lines.push(outline);
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
    const marker = L.marker(zone.at, { icon, riseOnHover: true, keyboard: true });
    marker.on("add", () => marker.getElement().setAttribute("aria-label", zone.name));
    marker.addTo(group);
    lines.push(marker);
    explain(marker, index, lines, { offset: [0, 0] });
    return { zone, marker, group, lines };
  }

  /** Tooltip for pointer and keyboard focus, popup for a click, a tap and Enter; both say the same. */
  function explain(layer, index, lines, options) {
    layer.bindTooltip(() => cards[index].cloneNode(true), {
      className: "tip", direction: "auto", opacity: 1, ...options,
    });
    layer.bindPopup(() => cards[index].cloneNode(true), {
      className: "sheet", minWidth: 280, maxWidth: 320, autoPanPadding: [12, 12],
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

  function spread() {
    const shown = zones.filter(({ marker }) => map.hasLayer(marker));
    const homes = shown.map(({ marker }) => map.latLngToLayerPoint(marker.getLatLng()));
    const spots = shown.map(({ zone }, i) => homes[i].add(zone.fan));
    const rounds = shown.length > 400 ? 0 : 60;
    for (let round = 0; round < rounds; round += 1) {
      let calm = true;
      for (let i = 0; i < spots.length; i += 1) {
        for (let j = i + 1; j < spots.length; j += 1) {
          let away = spots[j].subtract(spots[i]);
          const distance = Math.hypot(away.x, away.y);
          if (distance >= spacing) continue;
          calm = false;
          away = distance > 0.01 ? away.divideBy(distance) : L.point(Math.cos(i + j), Math.sin(i + j));
          const push = away.multiplyBy((spacing - distance) / 2 + 0.1);
          spots[i] = spots[i].subtract(push);
          spots[j] = spots[j].add(push);
        }
      }
      if (calm) break;
    }
    shown.forEach(({ marker, zone }, i) => {
      const offset = spots[i].subtract(homes[i]).round();
      const element = marker.getElement();
      element.style.marginLeft = `${offset.x - size / 2}px`;
      element.style.marginTop = `${offset.y - size / 2}px`;
      marker.options.icon.options.popupAnchor = [offset.x, offset.y - 8];
      marker.options.icon.options.tooltipAnchor = [offset.x, offset.y];
      const far = Math.hypot(offset.x, offset.y) > 4;
      element.querySelector(".stem").setAttribute("d", far ? `M0 0L${-offset.x} ${-offset.y}` : "");
      const rate = element.querySelector(".rate");
      if (rate) rate.dataset.side = freeSide(i, rate);
    });

    /** The side of symbol i at which its figure meets the fewest other symbols. */
    function freeSide(i, rate) {
      const width = rate.offsetWidth + 8;
      const reach = { right: [12, 12 + width, -10, 10], left: [-12 - width, -12, -10, 10],
        top: [-width / 2, width / 2, -30, -10], bottom: [-width / 2, width / 2, 10, 30] };
      let best = ["right", Infinity];
      for (const [side, [x0, x1, y0, y1]] of Object.entries(reach)) {
        const met = spots.filter((spot, j) => {
          const { x, y } = spot.subtract(spots[i]);
          return j !== i && x > x0 - 8 && x < x1 + 8 && y > y0 - 8 && y < y1 + 8;
        }).length;
        if (met < best[1]) best = [side, met];
      }
      return best[0];
    }
    return spots;
  }

  /** Shows the names of units that have room inside their unit and meet neither symbols nor other names. */
  function placeNames(spots) {
    const taken = spots.map(({ x, y }) => [x - 14, x + 14, y - 14, y + 14]);
    const scale = map.project([0, 1]).x - map.project([0, 0]).x;
    for (const { marker, text, radius } of names) {
      if (!map.hasLayer(marker)) continue;
      const { x, y } = map.latLngToLayerPoint(marker.getLatLng());
      const half = text.offsetWidth / 2 + 2;
      const box = [x - half, x + half, y - 9, y + 9];
      const fits = half < radius * scale * 1.1;
      const free = taken.every(([x0, x1, y0, y1]) => box[1] < x0 || box[0] > x1 || box[3] < y0 || box[2] > y1);
      text.classList.toggle("is-shown", fits && free);
      if (fits && free) taken.push(box);
    }
  }

  function arrange() {
    placeNames(spread());
  }
  map.on("zoomend viewreset", arrange);

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
  const narrow = matchMedia("(max-width: 760px)");
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
