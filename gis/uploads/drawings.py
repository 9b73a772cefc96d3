"""DXF, looked through before GDAL reads it: what the lines do not tell, arcs within them and blocks beside them."""

from dataclasses import dataclass
from pathlib import Path

from gis.errors import UnreadableFile
from gis.issues import N_

POLYLINES = (b"LWPOLYLINE", b"POLYLINE")
HANDLE, BULGE = b"5", b"42"
ENTITIES, END = b"ENTITIES", b"ENDSEC"


@dataclass(frozen=True)
class Seen:
    """blocks: how many are inserted; with_arcs: handles of the lines that have arcs."""

    blocks: int
    with_arcs: frozenset[str]


def scan(path: Path, name: str) -> Seen:
    """What the section of entities holds. A DXF is pairs of lines, a code and a value. Raises UnreadableFile."""
    blocks, arcs = 0, set[bytes]()
    within = is_line = False
    line_handle, previous = b"", b""
    entity = b""
    with path.open("rb") as file:
        for first in file:
            code, value = first.strip(), next(file, b"").strip()
            if code == b"2" and previous == b"SECTION":
                within = value == ENTITIES
            elif code == b"0":
                previous = entity = value
                blocks += within and value == b"INSERT"
                is_line = value in POLYLINES
                if is_line:
                    line_handle = b""
            elif within and code == HANDLE and is_line:
                line_handle = value
            elif within and code == BULGE and (is_line or entity == b"VERTEX") and value.strip(b"0.+-"):
                arcs.add(line_handle)
            if code != b"0":
                previous = b""
    if not entity:
        raise UnreadableFile(file=name, reason=N_("its contents are damaged, or not what its name says"))
    return Seen(blocks, frozenset(one.decode("ascii", "replace") for one in arcs))
