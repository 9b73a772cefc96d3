"""/map: the investor's explorer. Its state is in the address; the list works without scripts, the map is theirs."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import attribution
from api.errors import BadChoice, BadLength
from api.language import N_, Gettext, Language, gettext
from api.routes.explorer_texts import map_texts
from api.routes.ogc.links import format_title
from api.routes.pages import environment, page
from api.routes.qgis import STEPS
from api.routes.render import html_answer, json_answer, map_policy
from api.routes.requests import DOCUMENT, FILES, Wish
from api.routes.states import LONGEST, PARAMETERS, REPEATED, address, read_state
from api.schemas.words import CODES
from api.settings import Settings
from api.store.collections import CHOICES, COLLECTIONS, ZONE_KINDS
from api.store.features import select_extent
from api.store.places import select_places
from api.workflows.explorer import Found, State, Suggestion, find, items_params, suggest, without
from api.workflows.explorer.state import LISTS, RANGES, SORTS, UNKNOWN, Near, Range, number
from gis import wording

router = APIRouter()
Row = dict[str, Any]
TITLES = {
    "kind": N_("Kind"), "status": N_("Status"), "province": N_("Province, new or former"),
    "free": N_("Free land"), "rate": N_("Fill rate"), "area": N_("Declared area"),
    "outline": N_("Quality of the outline"), "wastewater": N_("Wastewater plant"), "cleared": N_("Cleared land"),
    "near": N_("Distance"), "q": N_("Words"),
}  # fmt: skip
UNITS_OF = {"free": "ha", "rate": "%", "area": "ha"}
SORT_TITLES = {
    "name": N_("Name"), "area": N_("Declared area"), "free": N_("Free land"), "rate": N_("Fill rate"),
    "status": N_("Status"), "distance": N_("Distance"),
}  # fmt: skip
COLOUR_TITLES = {"rate": N_("Fill rate"), "status": N_("Status"), "kind": N_("Kind")}
UNIT_TITLES = {"new": N_("Of today"), "former": N_("Before 1 July 2025"), "none": N_("Not shown")}


@router.get("/map", summary=N_("The map and the list of zones, with filters"), tags=["Maps"])
async def explore(request: Request) -> Response:
    """The page; with `part=list` its list alone, for its scripts; the same as JSON."""
    wish = Wish(request, known=(*PARAMETERS, "part"), media=DOCUMENT_OF_PAGE, repeated=REPEATED)
    part = wish.params.pop("part", None)
    if part not in (None, "list"):
        raise BadChoice("part", value=part, known="list")
    state = await read_state(wish.params, request.app.state.reader)
    if wish.format == "json":
        found = await find(request.app.state.reader, state, wish.language)
        return json_answer(document(wish, state, found))
    if part == "list":
        found = await find(request.app.state.reader, state, wish.language)
        values = list_content(wish, state, found)
        return html_answer(environment(wish.language).get_template("explorer_list.html").render(**values), NOT_LISTED)
    policy = {"Content-Security-Policy": map_policy(request.app.state.settings.basemap_tiles)}
    return html_answer(page("explorer.html", request, wish.language, **await content(wish, state)), policy)


@router.get("/map/suggest", summary=N_("What a few letters may mean: zones, units, places"), tags=["Maps"])
async def get_suggestions(request: Request) -> Response:
    """At most eight, zones first; each with the address of the explorer that it means."""
    wish = Wish(request, known=("q",), media={"json": DOCUMENT["json"]})
    words = wish.params.get("q", "").strip()
    if len(words) > LONGEST:
        raise BadLength("q", most=LONGEST)
    found = await suggest(request.app.state.reader, words, wish.language)
    return json_answer({"suggestions": [told(one, wish) for one in found]})


def told(one: Suggestion, wish: Wish) -> Row:
    _ = gettext(wish.language)
    return {
        "kind": one.kind, "name": one.name, KEYS.get(one.kind, "uid"): one.key,
        "note": " · ".join(_(CODES[part]) if part in CODES else part for part in one.note),
        "address": address("/map", one.state.params(), lang=wish.language), "lon": one.lon, "lat": one.lat,
        "bbox": one.bbox,
    }  # fmt: skip


KEYS = {"zone": "slug", "place": "id"}  # what the key of a suggestion is called; of units it is their uid
NOT_LISTED = {"X-Robots-Tag": "noindex"}  # a part is no page, and wears no band
DOCUMENT_OF_PAGE = {"html": DOCUMENT["html"], "json": ("application/json",)}


async def content(wish: Wish, state: State) -> Row:
    """What `explorer_body.html` shows: the filters, the list and what the scripts need."""
    reader = wish.request.app.state.reader
    found = await find(reader, state, wish.language)
    places = await select_places(reader)
    return {
        **list_content(wish, state, found), "facets": facets(wish, state, found), "ranges": ranges(wish, state, found),
        "places": places, "near_name": name_of(state.near, wish.language) if state.near else "",
        "colours": COLOUR_TITLES, "unit_titles": UNIT_TITLES, "setup": await setup(wish, state),
    }  # fmt: skip


def list_content(wish: Wish, state: State, found: Found) -> Row:
    """What `explorer_list.html` shows."""

    def at(other: State, **more: str) -> str:
        return address("/map", other.params(leave_out=("bbox",)), **more, lang=wish.language)

    return {
        "state": state, "found": found, "chips": chips(wish, state), "clear": at(State(sort="name")),
        "sorts": sorts(wish, state),
        "loosen": [(label(wish, state, name), at(one), n) for name, one, n in found.loosen],
        "widen": [(label(wish, state, name), at(one), n) for name, one, n in found.widen],
        "turning": turning(wish, state, found), "taking": taking(wish, state),
        "folium": address("/maps/fill-rate", state.filters(), lang=wish.language), "language": wish.language,
        "compare": address("/compare", [("zones", ",".join(state.pick))], lang=wish.language),
        "shown": {zone["slug"] for zone in found.zones}, "numbers": numbers(wish, state, found),
    }  # fmt: skip


def numbers(wish: Wish, state: State, found: Found) -> Row:
    """What the scripts read behind the list."""
    near = state.near
    return {
        "matched": found.matched, "inView": found.in_view, "total": found.total, "fids": found.fids,
        "extent": found.extent, "counts": found.counts,
        "near": {"lon": near.lon, "lat": near.lat, "name": name_of(near, wish.language)} if near else None,
    }  # fmt: skip


def document(wish: Wish, state: State, found: Found) -> Row:
    """The answer for programs."""
    synthetic = {"synthetic": True} if wish.request.app.state.reader.synthetic else {}
    return {
        **synthetic, "state": dict(state.params()), **numbers(wish, state, found), "stated": found.stated,
        "zones": found.zones,
        "links": [{"href": wish.base + href, "rel": "item" if name == "geojson" else "alternate", "title": title}
                  for name, title, href in taking(wish, state)],
    }  # fmt: skip


async def setup(wish: Wish, state: State) -> Row:
    """What the scripts of the map need to begin; `texts` are theirs."""
    _ = gettext(wish.language)
    reader, settings = wish.request.app.state.reader, wish.request.app.state.settings
    codes = (*ZONE_KINDS, *CHOICES["status"], *CHOICES["boundary_quality"], *CHOICES["land_use"], "available",
             "reserved", "leased", "not_cleared")  # fmt: skip
    return {
        "language": wish.language, "tiles": "/tiles/WebMercatorQuad/{z}/{y}/{x}",
        "bounds": await select_extent(reader, COLLECTIONS["zone-points"]),
        "attribution": attribution.whole(_, synthetic=reader.synthetic), "basemap": basemap(settings),
        "codes": {code: _(CODES[code]) for code in codes}, "statuses": list(CHOICES["status"]), "steps": list(STEPS),
        "texts": map_texts(wish.language),
        "state": {"colour": state.colour, "units": state.units, "view": state.view, "zone": state.zone,
                  "pick": list(state.pick)},
    }  # fmt: skip


def basemap(settings: Settings) -> Row | None:
    """What an operator has set below the map."""
    tiles = settings.basemap_tiles
    return {"tiles": tiles, "attribution": settings.basemap_attribution} if tiles else None


def facets(wish: Wish, state: State, found: Found) -> list[Row]:
    """The filters that are lists, each with its options and how many zones each would give."""
    _ = gettext(wish.language)
    made = []
    for name in LISTS:
        chosen = getattr(state, name)
        if name == "province":
            options = [
                (one.key, one.full_name + (f" ({_('former')})" if one.is_former else "")) for one, _n in found.provinces
            ]
            options += [(one.key, one.full_name) for one in state.provinces if one.key not in dict(options)]
            options.append((UNKNOWN, _(CODES[UNKNOWN])))
        else:
            options = [(code, _(CODES[label_of(code)])) for code in LISTS[name]]
        made.append({
            "name": name, "title": _(TITLES[name]), "is_open": bool(chosen),
            "options": [{"value": value, "label": text, "key": f"{name}:{value}", "checked": value in chosen,
                         "count": found.counts.get(f"{name}:{value}", 0)} for value, text in options],
        })  # fmt: skip
    return made


def label_of(code: str) -> str:
    return "outline.none" if code == "none" else code


def ranges(wish: Wish, state: State, found: Found) -> list[Row]:
    """The filters that are figures."""
    _ = gettext(wish.language)
    return [
        {
            "name": name, "title": _(TITLES[name]), "unit": UNITS_OF[name], "is_open": bool(getattr(state, name)),
            "low": number(getattr(state, name).low), "high": number(getattr(state, name).high),
            "has_high": name != "free", "or_unknown": getattr(state, name).or_unknown,
            "unknown": found.counts.get(f"{name}:{UNKNOWN}", 0), "known": found.counts.get(f"{name}:known", 0),
        }
        for name in RANGES
    ]  # fmt: skip


def chips(wish: Wish, state: State) -> list[tuple[str, str]]:
    """The active filters in words, each with the address without it."""
    _ = gettext(wish.language)
    made: list[tuple[str, State]] = []
    if state.q:
        made.append((f"“{state.q}”", without(state, "q")))
    for name in LISTS:
        names = {one.key: one.full_name for one in state.provinces}
        for code in getattr(state, name):
            text = names[code] if code in names else _(CODES[label_of(code)])
            if name in ("wastewater", "cleared") or code == UNKNOWN:
                text = f"{_(TITLES[name])}: {text.lower()}"
            made.append((text, without(state, name, code)))
    made += [
        (of_range(wish, name, getattr(state, name)), without(state, name)) for name in RANGES if getattr(state, name)
    ]
    if state.near:
        made.append((of_distance(wish, state, _), without(state, "near")))
    return [(text, address("/map", one.params(("bbox",)), lang=wish.language)) for text, one in made]


def of_range(wish: Wish, name: str, limits: Range) -> str:
    """Limits in words: Free land: at least 20 ha or not stated."""
    _, unit = gettext(wish.language), UNITS_OF[name]

    def figure(value: Any) -> str:
        return f"{wording.number(value, wish.language, 6)}{'%' if unit == '%' else chr(160) + unit}"

    parts = []
    if limits.low is not None and limits.high is not None:
        parts.append(_("{low} to {high}").format(low=figure(limits.low), high=figure(limits.high)))
    elif limits.low is not None:
        parts.append(_("at least {amount}").format(amount=figure(limits.low)))
    elif limits.high is not None:
        parts.append(_("at most {amount}").format(amount=figure(limits.high)))
    if limits.or_unknown:
        parts.append(_(CODES[UNKNOWN]).lower())
    return f"{_(TITLES[name])}: " + _(" or ").join(parts)


def name_of(near: Near, language: Language) -> str:
    """A point to measure from: the name of the place that it is, else where it lies."""
    lat, lon = (wording.number(value, language, 5) for value in (near.lat, near.lon))
    name = near.name_vi if language == "vi" else near.name_en
    _ = gettext(language)
    return name or _("latitude {lat}, longitude {lon}").format(lat=lat, lon=lon)


def of_distance(wish: Wish, state: State, _: Gettext) -> str:
    assert state.near
    place = name_of(state.near, wish.language)
    if state.within is None:
        return _("Measured from {place}").format(place=place)
    distance = wording.number(float(state.within), wish.language, 3) + f"{chr(160)}km"
    return _("Within {distance} of {place}").format(distance=distance, place=place)


def label(wish: Wish, state: State, name: str) -> str:
    """A filter as a whole, in words."""
    _ = gettext(wish.language)
    if name in RANGES:
        return of_range(wish, name, getattr(state, name))
    if name == "near":
        return of_distance(wish, state, _)
    if name == "q":
        return state.q
    names = {one.key: one.full_name for one in state.provinces}
    values = [names[code] if code in names else _(CODES[label_of(code)]) for code in getattr(state, name)]
    return f"{_(TITLES[name])}: {', '.join(values)}"


def sorts(wish: Wish, state: State) -> list[Row]:
    """The orders that there are; the one in use leads to itself turned round."""
    made = []
    for name in SORTS:
        if name == "distance" and state.near is None:
            continue
        is_used = state.sort.lstrip("-") == name
        first = name if name in ("name", "distance") else f"-{name}"
        sort = (name if state.sort.startswith("-") else f"-{name}") if is_used else first
        other = replace(state, sort=sort, page=1)
        made.append({"title": gettext(wish.language)(SORT_TITLES[name]), "is_used": is_used,
                     "is_falling": state.sort.startswith("-"),
                     "address": address("/map", other.params(("bbox",)), lang=wish.language)})  # fmt: skip
    return made


def turning(wish: Wish, state: State, found: Found) -> dict[str, str]:
    """The pages beside this one; the last where this one lies beyond."""
    beside = {}
    if state.page > 1:
        beside["prev"] = min(state.page - 1, found.pages)
    if state.page < found.pages:
        beside["next"] = state.page + 1
    return {rel: address("/map", replace(state, page=n).params(), lang=wish.language) for rel, n in beside.items()}


def taking(wish: Wish, state: State) -> list[tuple[str, str, str]]:
    """What the selection can be taken away as: name, title, address."""
    _ = gettext(wish.language)
    params, lang = items_params(state), wish.language
    made = [("geojson", "GeoJSON", address("/collections/zones/items", params, f="json", limit="10000"))]
    made += [(name, format_title(name, _), address("/collections/zones/items", params, f=name, lang=lang))
             for name in FILES]  # fmt: skip
    made.append(("qlr", _("Open in QGIS"), address("/qgis/zones.qlr", state.filters(), lang=lang)))
    made.append(("map", _("Map of fill rates"), address("/maps/fill-rate", state.filters(), lang=lang)))
    made.append(("offline", _("Map as one file, without network"),
                 address("/maps/fill-rate", [*state.filters(), ("offline", "1")], lang=lang)))  # fmt: skip
    return made
