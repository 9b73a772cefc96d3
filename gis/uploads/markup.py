"""KML, looked through before GDAL reads it: no declarations, no depth without end; links only counted."""

from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from gis.errors import TooManyVertices, UnreadableFile
from gis.issues import N_
from gis.uploads.limits import Limits

PIECE = 1 << 20
MOST_ELEMENTS = 1_000_000
ENCODINGS = ("utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1")
ENCODING = N_("its letters are not in UTF-8; save it in UTF-8")
LINK = "NetworkLink"


def check(path: Path, name: str, limits: Limits) -> int:
    """How many links to other files a KML has. Raises UnreadableFile, TooManyVertices."""
    reading = Reading(limits)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = reading.declare
    parser.XmlDeclHandler = reading.begin
    parser.StartElementHandler = reading.open
    parser.EndElementHandler = reading.close
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableFile(file=name, reason=N_("its XML is damaged or incomplete")) from error
    except LookupError as error:
        raise UnreadableFile(file=name, reason=ENCODING) from error
    except Refused as error:
        raise UnreadableFile(file=name, reason=error.args[0]) from error
    return reading.links


class Refused(Exception):
    """Why a KML is not read further."""


@dataclass
class Reading:
    """Where a parser stands."""

    limits: Limits
    links: int = 0
    depth: int = 0
    elements: int = 0

    def begin(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise Refused(ENCODING)

    def declare(self, *_: object) -> None:
        raise Refused(N_("it declares a document type or entities, which KML has no use for"))

    def open(self, tag: str, _attributes: dict[str, str]) -> None:
        plain = tag.rpartition(":")[2]
        if not self.depth and plain.lower() != "kml":
            raise Refused(N_("this is XML, but not KML"))
        self.depth += 1
        self.elements += 1
        if self.depth > self.limits.nesting:
            raise Refused(N_("its elements are nested too deeply"))
        if self.elements > MOST_ELEMENTS:
            raise TooManyVertices(most=self.limits.vertices)
        self.links += plain == LINK

    def close(self, _tag: str) -> None:
        self.depth -= 1
