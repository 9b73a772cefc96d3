"""KML 2.3, always WGS 84 longitude, latitude: the format knows nothing else.

Each feature is a Placemark with its properties as typed data; nothing is shown as HTML, so a text stays a text.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gis.formats.delimited import worded
from gis.formats.layers import Batches, Layer

TYPES = {"number": "double", "integer": "int", "boolean": "bool"}
NAMES = ("name_vi", "full_name", "name", "code")
# Characters that XML 1.0 has no way to write.
UNSPEAKABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "\ufffd")


def write(path: Path, layer: Layer, batches: Batches) -> None:
    """One Document, one Folder named like the collection."""
    known = [column.name for column in layer.columns]
    named = next((known.index(name) for name in NAMES if name in known), 0)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(head(layer))
        for row in chain.from_iterable(batches):
            file.writelines(placemark(layer, row, named))
        file.write("</Folder>\n</Document>\n</kml>\n")


def head(layer: Layer) -> Iterator[str]:
    about = layer.about
    told = "\n".join(
        part for part in (about.description, about.attribution, about.query, about.day.isoformat()) if part
    )
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:atom="http://www.w3.org/2005/Atom">\n<Document>\n'
    yield f"<name>{said(about.title)}</name>\n"
    if about.register:
        yield f"<atom:link href={quoteattr(said_plainly(about.register))}/>\n"
    yield f"<description>{said(told)}</description>\n"
    yield '<Style id="outline"><PolyStyle><color>4d9e6b1f</color></PolyStyle></Style>\n'
    yield f'<Schema name={quoteattr(layer.name)} id="properties">\n'
    for column in layer.columns:
        kind = TYPES.get(column.kind, "string")
        yield f'<SimpleField type="{kind}" name="{column.name}">'
        yield f"<displayName>{said(column.label)}</displayName></SimpleField>\n"
    yield f"</Schema>\n<Folder>\n<name>{said(layer.name)}</name>\n"


def placemark(layer: Layer, row: tuple[Any, ...], named: int) -> Iterator[str]:
    yield "<Placemark>"
    if row[named] is not None:
        yield f"<name>{said(str(row[named]))}</name>"
    yield '<styleUrl>#outline</styleUrl><ExtendedData><SchemaData schemaUrl="#properties">'
    for column, value in zip(layer.columns, row[:-1], strict=True):
        if value is not None:
            yield f'<SimpleData name="{column.name}">{said(worded(column, value))}</SimpleData>'
    yield "</SchemaData></ExtendedData>"
    if row[-1] is not None:
        yield shape(row[-1])
    yield "</Placemark>\n"


def shape(geometry: bytes) -> str:
    """A Point or a MultiPolygon; every digit that the numbers have."""
    import shapely

    found = shapely.from_wkb(geometry)
    if found.geom_type == "Point":
        return f"<Point><coordinates>{found.x!r},{found.y!r}</coordinates></Point>"
    polygons = "".join(
        f"<Polygon><outerBoundaryIs>{ring(part.exterior)}</outerBoundaryIs>"
        + "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in part.interiors)
        + "</Polygon>"
        for part in found.geoms
    )
    return f"<MultiGeometry>{polygons}</MultiGeometry>"


def ring(line: Any) -> str:
    places = " ".join(f"{x!r},{y!r}" for x, y in line.coords)
    return f"<LinearRing><coordinates>{places}</coordinates></LinearRing>"


def said(text: str) -> str:
    return escape(said_plainly(text))


def said_plainly(text: str) -> str:
    return text.translate(UNSPEAKABLE)
