"""KML, looked through before GDAL reads it: no declarations, no depth without end, links only counted."""

from pathlib import Path
from typing import Any
from xml.parsers import expat

from gis.errors import TooManyVertices, UnreadableFile
from gis.uploads.limits import Limits
from gis.uploads.words import N_

PIECE = 1 << 20
MOST_ELEMENTS = 1_000_000
LINK = "NetworkLink"


def check(path: Path, name: str, limits: Limits) -> int:
    """How many links to other files a KML has. Raises UnreadableFile, TooManyVertices."""
    depth = elements = links = 0

    def refuse(*_: Any) -> None:
        raise UnreadableFile(file=name, reason=N_("it declares a document type or entities, which KML has no use for"))

    def opened(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements, links
        depth += 1
        elements += 1
        plain = tag.rpartition(":")[2]
        if depth == 1 and plain.lower() != "kml":
            raise UnreadableFile(file=name, reason=N_("this is XML, but not KML"))
        if depth > limits.nesting:
            raise UnreadableFile(file=name, reason=N_("its elements are nested too deeply"))
        if elements > MOST_ELEMENTS:
            raise TooManyVertices(most=limits.vertices)
        links += plain == LINK

    def closed(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableFile(file=name, reason=N_("its XML is damaged or incomplete")) from error
    return links
