"""Links of OGC answers."""

from typing import Any

from api.language import N_, Gettext, gettext
from api.routes.requests import FEATURES, Wish

JSON, HTML = "application/json", "text/html"
GEOJSON = FEATURES["json"][0]
SCHEMA = "application/schema+json"
FORMATS = {
    "json": "GeoJSON", "html": N_("As a table"), "geojsonseq": N_("GeoJSON, a feature a line"), "jsonfg": "JSON-FG",
    "csv": "CSV", "xlsx": "Excel (XLSX)", "gpkg": "GeoPackage", "fgb": "FlatGeobuf", "parquet": "GeoParquet",
    "kml": "KML", "shp": N_("Shapefile, zipped"),
}  # fmt: skip


def relation(name: str) -> str:
    """A relation that OGC has registered."""
    return f"http://www.opengis.net/def/rel/ogc/1.0/{name}"


def format_title(name: str, _: Gettext) -> str:
    """What a reader calls a format of features."""
    return _(FORMATS.get(name, name))


def link(href: str, rel: str, media: str, title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media, **({"title": title} if title else {})}


def self_and_alternate(wish: Wish, media: str = JSON) -> list[dict[str, Any]]:
    """This answer, and the same as a page (or as data, on a page)."""
    _ = gettext(wish.language)
    return [
        link(wish.same(f="json"), "self" if wish.format == "json" else "alternate", media, _("This document as data")),
        link(wish.same(f="html"), "self" if wish.format == "html" else "alternate", HTML, _("This document as a page")),
    ]
