"""Which kind of file it is: by what it begins with, and by an ending that agrees."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import is_zipfile

from gis.errors import UnknownFileKind, UnreadableFile, WrongEnding
from gis.issues import N_
from gis.uploads.archives import names_in

HEAD = 65_536
GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
KML_ROOT = re.compile(rb"<(?:[A-Za-z0-9_.-]+:)?kml[\s>/]", re.IGNORECASE)
DXF_START = re.compile(rb"\s*(?:999[^\n]*\n[^\n]*\n\s*)*0[ \t]*\r?\n[ \t]*SECTION[ \t]*\r?\n")


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is called, its endings in small letters, the GDAL driver that reads it if one does."""

    name: str
    title: str
    endings: tuple[str, ...]
    driver: str = ""


KINDS = {
    one.name: one
    for one in (
        Kind("geojson", "GeoJSON", (".geojson", ".json", ".geojsons", ".geojsonl", ".geojsonseq", ".jsonfg")),
        Kind("gpkg", "GeoPackage", (".gpkg",)),
        Kind("shp", "Shapefile (zip)", (".zip",), "ESRI Shapefile"),
        Kind("kml", "KML", (".kml",), "LIBKML"),
        Kind("kmz", "KMZ", (".kmz",), "LIBKML"),
        Kind("dxf", "DXF", (".dxf",), "DXF"),
        Kind("fgb", "FlatGeobuf", (".fgb",), "FlatGeobuf"),
        Kind("csv", "CSV", (".csv", ".tsv", ".txt")),
    )
}
KNOWN = ", ".join(f"{one.title} ({', '.join(one.endings)})" for one in KINDS.values())
LOOSE = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def detect(path: Path, name: str) -> Kind:
    """The kind of a file that was called `name`, which is never opened as such.

    Raises UnknownFileKind; WrongEnding: it holds another kind than its ending says; UnreadableFile: a part of a
    shapefile alone, an empty file, an archive that cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    lowered = name.lower()
    if not head.strip():
        raise UnreadableFile(file=name, reason=N_("it is empty"))
    if lowered.endswith(LOOSE):
        raise UnreadableFile(
            file=name, reason=N_("a shapefile is several files (.shp, .shx, .dbf, .prj): send them in one zip")
        )
    found = next((kind for kind, fits in LOOKS.items() if fits(head)), "")
    if found == "zip":
        found = kind_of_archive(path, name)
    elif not found and lowered.endswith(KINDS["csv"].endings) and (b"\0" not in head or head.startswith(UTF16)):
        found = "csv"
    if not found:
        raise UnknownFileKind(file=name, known=KNOWN)
    kind = KINDS[found]
    if not lowered.endswith(kind.endings) and not (found == "kmz" and lowered.endswith(".zip")):
        raise WrongEnding(file=name, found=kind.title, right=", ".join(kind.endings))
    return kind


def kind_of_archive(path: Path, name: str) -> str:
    """By the files in it; an archive of anything else is no kind of ours."""
    if not is_zipfile(path):
        raise UnreadableFile(file=name, reason=N_("the archive is damaged or incomplete"))
    endings = {Path(one).suffix.lower() for one in names_in(path, name)}
    if ".shp" in endings:
        return "shp"
    if ".kml" in endings:
        return "kmz"
    if endings & {".dbf", ".shx"}:
        raise UnreadableFile(file=name, reason=N_("there is no .shp file in the archive"))
    return ""


def is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e")[:1] in (b"{", b"[")


def is_geopackage(head: bytes) -> bool:
    """By the header of SQLite and the id of the application, or none, as some programs write it."""
    return head.startswith(b"SQLite format 3\0") and (head[68:72] in GPKG_IDS or head[68:72] == bytes(4))


def is_kml(head: bytes) -> bool:
    """An XML whose root is kml: in its first letters, since the rest is read with more care."""
    if head.startswith(UTF16):
        head = head.decode("utf-16", "replace").encode()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") and KML_ROOT.search(start) is not None


LOOKS: dict[str, Callable[[bytes], bool]] = {
    "zip": lambda head: head.startswith((b"PK\3\4", b"PK\5\6")),
    "gpkg": is_geopackage,
    "fgb": lambda head: head.startswith(b"fgb\3fgb"),
    "geojson": is_json,
    "kml": is_kml,
    "dxf": lambda head: DXF_START.match(head) is not None,
}
