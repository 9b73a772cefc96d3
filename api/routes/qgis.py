"""/qgis: the register as QGIS opens it: a layer definition with our style, and the addresses that its layers read.

QGIS takes the type of a layer's geometry from the first ten features of its collection, and hands no conditions on to
the service. So its layers have an entrance of their own: an OGC API landing page whose collections lead, by redirects,
to ours with what each layer needs. Zones with an outline come first there. The entrance's `scope` says of which zones:
of all, of a province, or of a selection of the explorer.
"""

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import attribution, language
from api.errors import BadChoice, NotFound, UnknownProvince
from api.language import N_, Language, gettext
from api.routes.ogc.collections import find_collection
from api.routes.ogc.definition import OPENAPI
from api.routes.ogc.links import JSON, link
from api.routes.pages import environment
from api.routes.render import COMMON, json_answer
from api.routes.requests import DOCUMENT, Media, Wish
from api.routes.states import FILTERING, LISTED, read_state
from api.schemas import words
from api.schemas.licences import summary_of
from api.store.collections import CHOICES, Collection, Property
from api.store.features import select_province
from api.workflows.explorer import State, items_params, slugs_of
from gis.dates import LEGAL_ZONE

router = APIRouter(prefix="/qgis", include_in_schema=False)
LAYER_DEFINITION = "application/x-qgis-layer-definition"
QLR: Media = {"qlr": (LAYER_DEFINITION, "application/xml", "text/xml")}
EVERYWHERE = "all"  # the scope that is no province
SELECTION = "~"  # begins a scope that is a selection
MOST_NAMED = 100  # zones
STEPS = ("#fdf0b2", "#b4dcae", "#59b7bf", "#2d7fb4", "#22347c")  # of the fill rate, as on the map of fill rates
PAPER = "#fbfaf7"
STEP_WIDTH = 100 // len(STEPS)  # per cent
RATE = 'to_real("fill_rate_pct")'  # a number reaches QGIS as text where none of the first ten features has it
KINDS = {"industrial_park": "square", "industrial_cluster": "circle", "economic_zone": "diamond"}
CLOSE = 100_000  # the scale from which on a zone with an outline needs no point


@dataclass(frozen=True)
class View:
    """What a layer reads: a collection, with parameters of its items. `is_today` leaves out what was or will be."""

    collection: str
    params: tuple[tuple[str, str], ...] = ()
    is_today: bool = False


VIEWS = {
    "zones": View("zones", (("sortby", "boundary_quality"),)),  # what has none comes last
    "zone-points": View("zone-points"),
    "lots": View("lots"),
    "provinces": View("admin-units", (("level", "province"),), is_today=True),
    "communes": View("admin-units", (("level", "commune"),), is_today=True),
}
GROUP = N_("Register of industrial zones")
TILES = N_("Zones as vector tiles")
TITLES = {"provinces": N_("Provinces"), "communes": N_("Communes")}


@router.get("/zones.qlr")
async def get_layer_definition(request: Request) -> Response:
    """The layers for QGIS, connected to this service: of the zones that the filters of the explorer find."""
    wish = Wish(request, known=FILTERING, media=QLR, repeated=LISTED)
    state = await read_state(wish.params, request.app.state.reader)
    name = wish.params.get("province", "").strip()
    is_province = state.active == ("province",) and len(state.provinces) == len(state.province) and "," not in name
    scope = name if is_province else written(state)
    body = environment(wish.language).get_template("zones.qlr").render(**content(wish, scope)).strip()
    headers = {**COMMON, "Content-Disposition": 'attachment; filename="zones.qlr"'}
    return Response(body, 200, headers, LAYER_DEFINITION)


@router.get("/{scope}")
async def get_entrance(request: Request, scope: str) -> Response:
    """A landing page for the layers of a scope."""
    wish = Wish(request, media={"json": DOCUMENT["json"]})
    await read_scope(request, scope)
    links = [
        link(wish.same(), "self", JSON),
        link(wish.url("/api"), "service-desc", OPENAPI),
        link(wish.url("/conformance"), "conformance", JSON),
        link(wish.url(f"{entrance(scope)}/collections"), "data", JSON),
    ]
    return json_answer({"title": gettext(wish.language)(GROUP), "links": links})


@router.get("/{scope}/collections/{view}")
@router.get("/{scope}/collections/{view}/{rest:path}")
async def lead_on(request: Request, scope: str, view: str, rest: str = "") -> Response:
    """To the collection that a view shows; what QGIS asks for itself goes before what the view says."""
    if view not in VIEWS:
        raise NotFound
    shown = VIEWS[view]
    selected = await params_of(request, scope, find_collection(shown.collection))
    path, params = f"/collections/{shown.collection}", list[tuple[str, str]]()
    if rest:
        path += f"/{quote(rest)}"
    if rest == "items":
        params += shown.params
        if shown.is_today:
            params.append(("datetime", datetime.now(LEGAL_ZONE).date().isoformat()))
        params += selected
    given = parse_qsl(request.url.query, keep_blank_values=True)
    named = {name for name, _ in given}
    if "filter" in named and "filter" in dict(params):
        both = together(dict(params)["filter"], dict(given))
        given = [("filter", both) if one[0] == "filter" else one for one in given]
    query = urlencode([*given, *(one for one in params if one[0] not in named)])
    service = (request.app.state.settings.public_url or str(request.base_url)).rstrip("/")
    return RedirectResponse(f"{service}{path}{'?' if query else ''}{query}", 307)


def entrance(scope: str) -> str:
    return f"/qgis/{quote(scope, safe='')}"


def written(state: State) -> str:
    """A selection as a scope: its part of an address, in letters that QGIS leaves alone."""
    if not state.is_filtered:
        return EVERYWHERE
    return SELECTION + urlsafe_b64encode(urlencode(state.filters()).encode()).decode().rstrip("=")


async def read_scope(request: Request, scope: str) -> State | None:
    """The selection that a scope is, None for a province. Raises NotFound, and BadParameter's kinds."""
    if scope == EVERYWHERE:
        return State()
    if not scope.startswith(SELECTION):
        await check_province(request, scope)
        return None
    text = scope.removeprefix(SELECTION)
    try:
        query = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        given = parse_qsl(query, strict_parsing=True, errors="strict", max_num_fields=len(FILTERING))
    except ValueError:
        raise NotFound from None
    params = dict(given)
    is_ours = params.keys() <= set(FILTERING) and not any("\0" in value for value in params.values())
    if not params or len(params) < len(given) or not is_ours:
        raise NotFound
    return await read_state(params, request.app.state.reader)


async def params_of(request: Request, scope: str, collection: Collection) -> list[tuple[str, str]]:
    """The parameters of items that a scope stands for. Lots are those of the zones of a selection, if these are few
    enough to be named in an address; else all.
    """
    state = await read_scope(request, scope)
    if collection.part not in ("zones", "lots"):
        return []
    if state is None:
        return [("province", scope)]
    if collection.part == "zones":
        return items_params(state)
    if not state.is_filtered:
        return []
    slugs = await slugs_of(request.app.state.reader, state) or [""]
    if len(slugs) > MOST_NAMED:
        return []
    return [("filter", "zone IN ({})".format(", ".join(f"'{one}'" for one in slugs)))]


def together(ours: str, given: dict[str, str]) -> str:
    """Our filter and the one that QGIS sends, as one. Raises BadChoice where that is not text."""
    language = given.get("filter-lang", "cql2-text")
    if language != "cql2-text":
        raise BadChoice("filter-lang", value=language, known="cql2-text")
    return f"({ours}) AND ({given['filter']})"


async def check_province(request: Request, scope: str) -> None:
    """Raises UnknownProvince."""
    if "\0" in scope or await select_province(request.app.state.reader, scope) is None:
        raise UnknownProvince("province", value=scope.replace("\0", "\N{SYMBOL FOR NULL}"))


def content(wish: Wish, scope: str) -> dict[str, Any]:
    """What the template of the layer definition shows."""
    tiles = wish.url("/collections/zones/tiles/WebMercatorQuad")
    return {
        "group": GROUP, "layers": {name: layer(wish, scope, name) for name in VIEWS},
        "tiles": {
            "title": TILES, "source": f"type=xyz&url={quote(tiles, safe='')}/%7Bz%7D/%7By%7D/%7Bx%7D&zmin=0&zmax=18",
        },
        "steps": [step(number) for number in range(len(STEPS))], "kinds": KINDS, "close": CLOSE,
        "outlines": {"surveyed": "", "digitised": "10;5", "indicative": "3;4"}, "name_field": f"name_{wish.language}",
        "paper": PAPER, "expressions": expressions(wish.language),
        "lot_colors": {"available": "#59b7bf", "reserved": "#b4dcae", "leased": "#22347c", "not_cleared": "#ffffff"},
    }  # fmt: skip


def layer(wish: Wish, scope: str, name: str) -> dict[str, Any]:
    """A layer of features: where it reads, and what it tells of itself."""
    collection = find_collection(VIEWS[name].collection)
    _ = gettext(wish.language)
    title, description = words.COLLECTIONS[collection.name]
    address = wish.url(entrance(scope), lang=wish.language)
    return {
        "title": _(TITLES.get(name, title)), "description": _(description),
        "attribution": _(attribution.of_collection(collection.name, synthetic=wish.request.app.state.reader.synthetic)),
        "licence": _(summary_of(collection.name, synthetic=wish.request.app.state.reader.synthetic)),
        "about": wish.url(f"/collections/{collection.name}", f="html", lang=wish.language),
        "source": f"pagingEnabled='true' pageSize='1000' restrictToRequestBBOX='1' typename='{name}' url='{address}'",
        "geometry": collection.geometry_type,
        "fields": [field(collection, one, wish.language) for one in collection.properties],
    }  # fmt: skip


def field(collection: Collection, one: Property, wish: Language) -> dict[str, Any]:
    """A property as a field: its name in the reader's language before the other one, and its codes in words."""
    _ = gettext(wish)
    title, unit = words.PROPERTIES.get(one.name, one.name), words.UNITS.get(one.unit, one.unit)
    titles = [language.gettext(tongue)(title) for tongue in sorted(language.LANGUAGES, key=lambda it: it != wish)]
    return {
        "name": one.name,
        "alias": " / ".join(dict.fromkeys(titles)) + (f" ({_(unit)})" if unit else ""),
        "codes": {code: _(words.CODES.get(code, code)) for code in collection.choices(one.name)},
    }


def step(number: int) -> dict[str, str]:
    """A step of the ramp; the first takes all below it, the last all above."""
    low, high = number * STEP_WIDTH, (number + 1) * STEP_WIDTH
    parts = ['"fill_rate_pct" IS NOT NULL']
    parts += [f"{RATE} >= {low}"] if low else []
    parts += [f"{RATE} < {high}"] if high < 100 else []
    return {"color": STEPS[number], "label": f"{low}–{high} %", "filter": " AND ".join(parts)}


def expressions(wish: Language) -> dict[str, Any]:
    """What QGIS works out for each feature, in its own language of expressions."""
    _ = gettext(wish)
    steps = " ".join(f"WHEN {RATE} < {(n + 1) * STEP_WIDTH} THEN '{STEPS[n]}'" for n in range(len(STEPS) - 1))
    unknown = "'" + _("Not stated").replace("'", "''") + "'"

    def value(name: str, expression: str) -> str:
        return f"{_(words.PROPERTIES[name])}: [% coalesce({expression}, {unknown}) %]"

    return {
        "unknown": """"fill_rate_pct" IS NULL AND coalesce("status", '') <> 'proposed'""",
        "opacity": """if("boundary_quality" = 'surveyed', 100, 60)""",
        "outline": '"boundary_quality" IS NOT NULL', "no_outline": '"boundary_quality" IS NULL',
        "outlines": {one: f""""boundary_quality" = '{one}'""" for one in CHOICES["boundary_quality"]},
        "kinds": {kind: f""""kind" = '{kind}'""" for kind in KINDS},
        "color": f"CASE WHEN \"status\" = 'proposed' THEN '0,0,0,0' WHEN \"fill_rate_pct\" IS NULL THEN '{PAPER}' "
                 f"{steps} ELSE '{STEPS[-1]}' END",
        # Web Mercator draws everything larger than it is, by the cosine of the latitude.
        "ring": "transform(buffer(transform($geometry, 'EPSG:4326', 'EPSG:3857'), "
                "to_real(\"location_accuracy_m\") / cos(radians($y)), 24), 'EPSG:3857', 'EPSG:4326')",
        "tip": "<br>".join((
            f"<b>[% replace(\"name_{wish}\", '<', '&lt;') %]</b>",
            value("kind", 'represent_value("kind")'),
            value("status", 'represent_value("status")'),
            value("fill_rate_pct", "\"fill_rate_pct\" || ' %'"),
            value("boundary_quality", 'represent_value("boundary_quality")'),
            value("boundary_accuracy_m", "\"boundary_accuracy_m\" || ' m'"),
            value("location_accuracy_m", "\"location_accuracy_m\" || ' m'"),
        )),
    }  # fmt: skip
