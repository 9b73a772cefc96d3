"""Links of OGC answers."""

from typing import Any

from api.language import gettext
from api.routes.requests import FEATURES, Wish

JSON, HTML = "application/json", "text/html"
GEOJSON = FEATURES["json"][0]
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"
VECTOR_TILESETS, TILING_SCHEME, TILING_SCHEMES, GEODATA = (
    RELATION + name for name in ("tilesets-vector", "tiling-scheme", "tiling-schemes", "geodata")
)


def link(href: str, rel: str, media: str, title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media, **({"title": title} if title else {})}


def self_and_alternate(wish: Wish, media: str = JSON) -> list[dict[str, Any]]:
    """This answer, and the same as a page (or as data, on a page)."""
    _ = gettext(wish.language)
    return [
        link(wish.same(f="json"), "self" if wish.format == "json" else "alternate", media, _("This document as data")),
        link(wish.same(f="html"), "self" if wish.format == "html" else "alternate", HTML, _("This document as a page")),
    ]
