"""/collections: what is here, in which systems of coordinates, in which formats, under which terms."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import attribution
from api.errors import UnknownCollection
from api.language import N_, Gettext, gettext
from api.routes.ogc.links import HTML, JSON, SCHEMA, format_title, link, relation, self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import Wish, fitting
from api.schemas.licences import TERMS, summary_of, terms_of
from api.schemas.words import COLLECTIONS as TEXTS
from api.schemas.words import KEYWORDS
from api.store.collections import COLLECTIONS, Collection
from api.store.features import select_extent, select_interval
from gis import crs

router = APIRouter()
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def find_collection(name: str) -> Collection:
    """The collection of that name. Raises UnknownCollection."""
    if name not in COLLECTIONS:
        raise UnknownCollection(name=name, known=", ".join(COLLECTIONS))
    return COLLECTIONS[name]


@router.get("/collections", summary=N_("The collections"), tags=["OGC API"])
async def collections(request: Request) -> Response:
    wish = Wish(request)
    described = [await describe(wish, one) for one in COLLECTIONS.values()]
    if wish.format == "html":
        return html_answer(page("collections.html", request, wish.language, collections=described))
    uris = [one.uri for one in crs.ALL]
    return json_answer({"links": self_and_alternate(wish), "crs": uris, "collections": described})


@router.get("/collections/{name}", summary=N_("One collection"), tags=["OGC API"])
async def collection(request: Request, name: str) -> Response:
    found = find_collection(name)
    wish = Wish(request)
    described = await describe(wish, found)
    if wish.format == "html":
        body = page(
            "collection.html", request, wish.language, collection=described, properties=found.properties,
            terms=terms_of(name, synthetic=request.app.state.reader.synthetic),
            formats=[one for one in described["links"] if one["rel"] == "items"],
        )  # fmt: skip
        return html_answer(body)
    return json_answer(described)


@router.get("/licence", summary=N_("Under which terms the data may be used"), tags=["OGC API"])
async def licence(request: Request) -> Response:
    """Data set by data set, as far as their makers say so."""
    wish = Wish(request)
    _ = gettext(wish.language)
    synthetic = request.app.state.reader.synthetic
    known = {name: terms_of(name, synthetic=synthetic) for name in TERMS}
    if wish.format == "html":
        groups = {name: (TEXTS[name][0], terms) for name, terms in known.items()}
        return html_answer(page("licence.html", request, wish.language, groups=groups))
    said = {
        name: [
            {"data": _(one.what), "origin": _(one.origin), "licence": _(one.licence), "address": one.address or None}
            for one in terms
        ]
        for name, terms in known.items()
    }
    return json_answer({"title": _("Terms of use"), "terms": said, "links": self_and_alternate(wish)})


async def describe(wish: Wish, found: Collection) -> dict[str, Any]:
    """A collection as OGC API Features Part 1 and 2 describe it. No one licence covers any of them: `license` is
    `other`, and the link says what is known.
    """
    _ = gettext(wish.language)
    title, description = TEXTS[found.name]
    described: dict[str, Any] = {
        "id": found.name, "title": _(title), "description": _(description), "itemType": "feature",
        "keywords": [_(word) for word in KEYWORDS[found.name]],
        "attribution": _(attribution.of_collection(found.name, synthetic=wish.request.app.state.reader.synthetic)),
        "license": "other", "links": collection_links(wish, found, _),
    }  # fmt: skip
    reader = wish.request.app.state.reader
    interval = await select_interval(reader, found)
    described["extent"] = {"temporal": {"interval": [interval], "trs": GREGORIAN}}
    box = await select_extent(reader, found)
    if box:
        described["extent"]["spatial"] = {"bbox": [box], "crs": crs.CRS84.uri}
    if found.geometry:
        described["crs"] = [one.uri for one in crs.ALL]
        described["storageCrs"] = crs.CRS84.uri
    return described


def collection_links(wish: Wish, found: Collection, _: Gettext) -> list[dict[str, str]]:
    """Itself, its features in every format, what they hold, and what may be done with them."""
    path = f"/collections/{found.name}"
    media = fitting(has_geometry=found.geometry is not None)
    schemas = {"schema": _("What features hold"), "queryables": _("What can be asked for"),
               "sortables": _("What features can be sorted by")}  # fmt: skip
    terms = _(summary_of(found.name, synthetic=wish.request.app.state.reader.synthetic))
    page_wished = wish.format == "html" and wish.request.url.path == path
    tiles = [link(wish.url(f"{path}/tiles", f="json"), relation("tilesets-vector"), JSON, _("Vector tiles"))]
    return [
        link(wish.url(path, f="json"), "alternate" if page_wished else "self", JSON, _("This document as data")),
        link(wish.url(path, f="html"), "self" if page_wished else "alternate", HTML, _("This document as a page")),
        *(link(wish.url(f"{path}/items", f=name), "items", names[0], format_title(name, _))
          for name, names in media.items()),
        *(link(wish.url(f"{path}/{name}"), relation(name), SCHEMA, text) for name, text in schemas.items()),
        *(link(wish.url(f"{path}/{name}", f="html"), relation(name), HTML, text) for name, text in schemas.items()),
        # GDAL before 3.8 knows the relation by the capital letter only.
        *(link(wish.url(f"{path}/schema/geojson"), name, SCHEMA, _("How features are written as GeoJSON"))
          for name in ("describedby", "describedBy")),
        *(tiles if found.geometry else ()),
        link(wish.url("/licence", f="html"), "license", HTML, terms),
        link(wish.url("/licence", f="json"), "license", JSON, terms),
        link(wish.url("/", f="json"), "root", JSON, _("The landing page")),
        link(wish.url("/collections", f="json"), "parent", JSON, _("The collections")),
    ]  # fmt: skip
