"""The map of fill rates as one HTML document.

folium assembles the map and its layers; the page around them and the drawing of the zones are our own
templates. Two traps decide how values travel. branca compiles what an element renders a second time as a
template, so no value may pass through a folium element: all of them go through the page's own template, which
escapes them for HTML, or into one block of JSON, in which no character can end its element. And every script is
the same for all data and languages, so that a policy can allow it by its hash.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from gis.maps.assets import Assets
from gis.maps.cards import Card, card_of
from gis.maps.context import LEVELS, context_of, rounded
from gis.maps.legend import legend_of
from gis.maps.wording import LANGUAGE_NAMES, Wording
from gis.maps.zone import KINDS, ZoneOnMap, fan_out, sharing

_TEMPLATES = Environment(
    loader=PackageLoader("gis.maps"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_OUTLINE_DECIMALS = 6
MOST_DRAWN = 400
"""Zones up to which each has its outline, ring, stem and figure; of more there are symbols with brief cards only."""
_JSON_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"}


class _Page(Figure):
    """The document around the map: its own head and body instead of folium's."""

    def __init__(self, **values: Any) -> None:
        """Take what the page template shows beside the map."""
        super().__init__()
        self.values = values

    def render(self, **kwargs: Any) -> str:
        """Return the document; the children write their parts of head, body and script first."""
        for child in self._children.values():
            child.render(**kwargs)
        return _TEMPLATES.get_template("page.html").render(
            links=Markup(self.header.render(**kwargs)),  # noqa: S704 (addresses only, checked and escaped)
            canvas=Markup(self.html.render(**kwargs)),  # noqa: S704 (the map's empty element)
            wiring=Markup(self.script.render(**kwargs)),  # noqa: S704 (no value of the data)
            **self.values,
        )


class _RegisterMap(folium.Map):
    """A folium map without tiles, without jQuery and Bootstrap, whose motion follows the reader's wish."""

    _template = _TEMPLATES.from_string(
        """
        {% macro html(this, kwargs) %}
        <div class="map" id="{{ this.get_name() }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map("{{ this.get_name() }}", mapOptions());
        {% endmacro %}
        """
    )

    def __init__(self, assets: Assets) -> None:
        """Take the addresses of script and styles; texts are written by the page."""
        self.default_js = [("leaflet", str(escape(assets.script)))] if assets.script else []
        self.default_css = [(f"style {n}", str(escape(url))) for n, url in enumerate(assets.stylesheets)]
        super().__init__(tiles=None, zoom_control=False)


class _Drawing(MacroElement):
    """Hands the map and its groups of layers to the page's script, which fills and connects them."""

    _template = _TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        drawFillRates({{ this.register.get_name() }}, {
            {% for key, group in this.groups.items() %}
            {{ key }}: {{ group.get_name() }},
            {% endfor %}
        });
        {% endmacro %}
        """
    )

    def __init__(self, register: folium.Map, groups: dict[str, folium.FeatureGroup]) -> None:
        """Take the map and its groups by kind of zone and level of unit."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Drawing"
        self.register = register
        self.groups = groups


def fill_rate_map(
    zones: Sequence[ZoneOnMap],
    units: dict[str, Any],
    *,
    language: str,
    _: Callable[[str], str],
    assets: Assets,
    attribution: str,
    synthetic: bool = False,
    link: Callable[[str], str] | None = None,
) -> str:
    """Return the map of zones by fill rate as a complete HTML document; the same input gives the same bytes.

    ``units`` is a GeoJSON FeatureCollection (WGS 84, longitude before latitude) of context outlines, already
    simplified, with properties ``name`` and ``level``. ``language`` (``vi`` or ``en``) decides how figures and
    dates are written, ``_`` translates English message ids into it. ``attribution`` is plain text. ``link``
    gives the address of a zone's page, None leaves the links out. ``synthetic`` says across the page that the
    data are made up. Of more than MOST_DRAWN zones only symbols are drawn. Every value is escaped. The document asks
    nothing of any other host, has no inline handlers and no style attributes.
    """
    say, brief = Wording(language, _), len(zones) > MOST_DRAWN
    shared = sharing(zones)
    cards = [card_of(zone, count, say, link) for zone, count in zip(zones, shared, strict=True)]
    context = context_of(units)
    counts = {kind: sum(zone.kind == kind for zone in zones) for kind in KINDS}
    counts |= {level: sum(unit["level"] == level for unit in context) for level in LEVELS}
    page = _Page(
        say=say,
        words=_page_words(_),
        assets=assets,
        attribution=attribution,
        synthetic=synthetic,
        legend=legend_of([replace(zone, outline=None, accuracy_m=None) for zone in zones] if brief else zones, say),
        cards=cards,
        brief=brief,
        style=Markup(_source("map.css")),  # noqa: S704 (our own file)
        program=Markup(_source("map.js")),  # noqa: S704 (our own file)
        style_text=Markup(assets.style_text),  # noqa: S704 (made safe by Assets)
        script_text=Markup(assets.script_text),  # noqa: S704 (made safe by Assets)
        data=_data_block(
            {
                "words": {
                    "zoomIn": _("Zoom in"),
                    "zoomOut": _("Zoom out"),
                    "showAll": _("Show all zones"),
                    "close": _("Close"),
                    "map": _("Map of fill rates"),
                },
                "layers": [
                    {"key": key, "html": _layer_name(key, counts[key], say), "zones": key in KINDS}
                    for key in (*KINDS, *LEVELS)
                    if counts[key]
                ],
                "brief": brief,
                "bounds": _bounds(zones),
                "zones": [
                    {
                        "kind": zone.kind,
                        "css": zone.styles,
                        "at": [round(zone.lat, _OUTLINE_DECIMALS), round(zone.lon, _OUTLINE_DECIMALS)],
                        "fan": list(offset),
                        "name": card.accessible_name,
                        **({} if brief else _shapes(zone, card)),
                    }
                    for zone, offset, card in zip(zones, fan_out(zones), cards, strict=True)
                ],
                "units": context,
            }
        ),
    )
    register = _RegisterMap(assets)
    page.add_child(register)
    groups = {key: folium.FeatureGroup(name=key) for key in (*KINDS, *LEVELS)}
    for group in groups.values():
        register.add_child(group)
    register.add_child(_Drawing(register, groups))
    _renumber(page)
    return page.render()


def _shapes(zone: ZoneOnMap, card: Card) -> dict[str, Any]:
    """Return what stands around a zone's symbol: its figure, and its outline or the ring of its accuracy."""
    return {
        "rate": card.rate,
        "ring": zone.accuracy_m if zone.outline is None else None,
        "outline": rounded(zone.outline, _OUTLINE_DECIMALS) if zone.outline else None,
    }


def _page_words(_: Callable[[str], str]) -> dict[str, str]:
    """Return the fixed words of the page template."""
    return {
        "title": _("Fill rates of industrial zones"),
        "coverage": _("A fill rate is stated for %(known)s of %(total)s zones."),
        "legend": _("Legend"),
        "fill_rate": _("Fill rate"),
        "ramp": _("Fill rate in five steps from light (empty) to dark (full)"),
        "targets": _("Targets of the provinces"),
        "no_targets": _("No target stated"),
        "target": _("Target"),
        "source": _("Source"),
        "layers": _("Layers"),
        "hollow": _("Hollow symbol: proposed"),
        "ring": _("Place known only to within this ring"),
        "brief": _("So many zones are drawn as points; their outlines are on the pages of the zones."),
        "open": _("Open the zone's record"),
        "synthetic": _("Synthetic data – not the real register"),
        "attribution": _("Data"),
        "without_script": _("The map needs JavaScript. The same figures as a list:"),
    }


def _layer_name(key: str, count: int, say: Wording) -> str:
    """Return a layer's label as escaped HTML: symbol, name in both languages, count."""
    return _TEMPLATES.get_template("layer.html").render(
        key=key,
        zones=key in KINDS,
        name=say.layer(key),
        other=LANGUAGE_NAMES[key][say.other_language],
        other_language=say.other_language,
        count=say.number(count),
    )


def _bounds(zones: Sequence[ZoneOnMap]) -> list[list[float]] | None:
    """Return the corners [[south, west], [north, east]] in degrees around all points, or None without zones."""
    if not zones:
        return None
    lons, lats = [zone.lon for zone in zones], [zone.lat for zone in zones]
    return [[min(lats), min(lons)], [max(lats), max(lons)]]


def _data_block(data: dict[str, Any]) -> Markup:
    """Return JSON that stands safely inside a script element: no character in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_JSON_ESCAPES))  # noqa: S704 (escaped one line above)


def _source(name: str) -> str:
    """Return a template file as it is."""
    environment = _TEMPLATES
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _renumber(root: Element) -> None:
    """Give every element of the tree a running number for an id, in place of folium's random one."""
    waiting, number = [root], 0
    while waiting:
        element = waiting.pop(0)
        element._id = str(number)
        number += 1
        waiting.extend(element._children.values())
