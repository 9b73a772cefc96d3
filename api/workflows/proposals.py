"""What a planner sends of a zone, read: each value of its kind, or a word on what would be right. Stores nothing."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, shape

from api.errors import BadBody
from api.language import N_
from api.store.collections import ZONE_KINDS
from gis.crs import VIETNAM, round_degrees
from gis.dates import parse_edtf
from gis.errors import GisError

Row = dict[str, Any]
LONGEST = 20_000
LARGEST = 1e15
MOST_CORNERS = 50_000
MOST_ENTRIES = 200
ACTIONS = ("create", "update", "withdraw", "merge", "delete", "revert")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DRAFT = (
    "title",
    "document",
    "values",
    "boundary",
    "has_boundary",
    "observations",
    "milestones",
    "documents",
    "reasons",
)
NEEDS_NAME = N_("a name is needed, or an id, to call the zone by")
NEEDS_ACTION = N_("this must be create, update, withdraw, merge, delete or revert")
NEEDS_VERSION = N_("this must be the number of a version")
NEEDS_REASON = N_("say why")
NEEDS_TEXT = N_("write something")
NEEDS_PROVINCE = N_("this must be a province of today")


def refuse(where: str, reason: str) -> BadBody:
    return BadBody(where, reason)


def text(value: object, where: str) -> str | None:
    """A text without spaces around it; an empty one is none."""
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value:
        raise refuse(where, N_("this must be a text"))
    if len(value) > LONGEST:
        raise refuse(where, N_("this text is too long; 20,000 letters are the most"))
    return value.strip() or None


def name(value: object, where: str) -> str | None:
    found = text(value, where)
    if found and (len(found) > 300 or "\n" in found):
        raise refuse(where, N_("a name is one line of at most 300 letters"))
    return found


def texts(value: object, where: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        value = value.split(";")
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        raise refuse(where, N_("this must be a list of at most 200 texts"))
    return [found for number, one in enumerate(value) if (found := name(one, f"{where}/{number}"))]


def positive(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise refuse(where, N_("this must be a number, such as 160 or 96.5"))
    if not 0 < value < 1e9:
        raise refuse(where, N_("this must be more than 0"))
    return value


def choice(known: tuple[str, ...], reason: str) -> Callable[[object, str], str | None]:
    def read(value: object, where: str) -> str | None:
        if value in (None, ""):
            return None
        if value not in known:
            raise refuse(where, reason)
        return str(value)

    return read


def day(value: object, where: str) -> str | None:
    """A day as ISO 8601."""
    if value in (None, ""):
        return None
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        found = date.fromisoformat(value)
    except ValueError:
        raise refuse(where, N_("this must be a day such as 2026-05-29")) from None
    if not 1900 <= found.year <= 2200:
        raise refuse(where, N_("this must be a day between 1900 and 2200"))
    return found.isoformat()


def edtf(value: object, where: str) -> str | None:
    if value in (None, ""):
        return None
    try:
        if not isinstance(value, str):
            raise refuse(where, N_("this must be a date such as 2026, 2026-05 or 2026-05-29"))
        parse_edtf(value)
    except GisError:
        raise refuse(where, N_("this must be a date such as 2026, 2026-05 or 2026-05-29")) from None
    return value


def point(value: object, where: str) -> list[float] | None:
    """Longitude, latitude in Viet Nam."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(is_number(one) for one in value):
        raise refuse(where, N_("this must be a longitude and a latitude in degrees, such as [106.2, 9.5]"))
    lon, lat = (float(one) for one in round_degrees(np.array(value, float)))
    if not is_in_vietnam(lon, lat):
        raise refuse(where, N_("this lies outside Viet Nam; is the latitude before the longitude?"))
    return [lon, lat]


def is_in_vietnam(lon: object, lat: object) -> bool:
    return (is_number(lon) and is_number(lat) and VIETNAM.west <= lon <= VIETNAM.east  # type: ignore[operator]
            and VIETNAM.south <= lat <= VIETNAM.north)  # type: ignore[operator]  # fmt: skip


def any_number(value: object, where: str) -> float | None:
    if value is not None and not (is_number(value) and abs(value) < LARGEST):  # type: ignore[arg-type]
        raise refuse(where, N_("this must be a number, such as 160 or 96.5"))
    return value  # type: ignore[return-value]


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def slug(value: object, where: str) -> str | None:
    found = name(value, where)
    if found and not SLUG.fullmatch(found):
        raise refuse(where, N_("an id has small letters, digits and single hyphens, such as kcn-tran-de"))
    return found


Reader = Callable[[object, str], Any]
VALUES: dict[str, Reader] = {
    "name_vi": name, "name_en": name,
    "kind": choice(ZONE_KINDS, N_("this must be industrial_park, industrial_cluster or economic_zone")),
    "aliases": texts, "province": name, "communes": texts, "historic_province": name, "historic_district": name,
    "declared_area_ha": positive,
    "boundary_quality": choice(
        ("surveyed", "digitised", "indicative"), N_("this must be surveyed, digitised or indicative")
    ),
    "boundary_accuracy_m": positive, "boundary_source": name, "boundary_crs": name, "status_detail": text,
    "doubts": text, "sources": texts, "valid_from": day, "location": point, "location_accuracy_m": positive,
    "reason": text, "successor": slug,
}  # fmt: skip
OBSERVATION: dict[str, Reader] = {
    "indicator": name, "value": any_number, "as_of": edtf, "source": name, "place": name, "quote": text,
}  # fmt: skip
MILESTONE: dict[str, Reader] = {"step": name, "as_of": edtf, "source": name, "place": name, "quote": text}
DOCUMENT: dict[str, Reader] = {
    "id": name, "kind": name, "title": name, "number": name, "issuer": name, "issued_on": day, "url": name,
}  # fmt: skip


def read_draft(sent: Mapping[str, Any]) -> Row:
    """The columns of a change that a save sets, of those members that were sent. Raises BadBody."""
    for member in sent:
        if member not in DRAFT:
            raise refuse(f"/{member}", N_("there is no such member; see the description of changes"))
    row: Row = {}
    if "title" in sent:
        row["title"] = name(sent["title"], "/title") or ""
    if "document" in sent:
        row["document"] = name(sent["document"], "/document") or ""
    if "values" in sent:
        row["fields"] = read_object(sent["values"], "/values", VALUES)
    if "boundary" in sent or "has_boundary" in sent:
        row["sets_boundary"] = sent.get("has_boundary", True) is True
        row["boundary"] = read_outline(sent.get("boundary"), "/boundary") if row["sets_boundary"] else None
    if "observations" in sent:
        row["observations"] = read_list(sent["observations"], "/observations", OBSERVATION)
    if "milestones" in sent:
        row["milestones"] = read_list(sent["milestones"], "/milestones", MILESTONE)
    if "documents" in sent:
        row["documents"] = read_list(sent["documents"], "/documents", DOCUMENT)
    if "reasons" in sent:
        row["reasons"] = read_reasons(sent["reasons"])
    return row


def read_object(sent: object, where: str, readers: Mapping[str, Reader]) -> Row:
    if not isinstance(sent, dict):
        raise refuse(where, N_("this must be an object"))
    unknown = next((one for one in sent if one not in readers), None)
    if unknown is not None:
        raise refuse(f"{where}/{unknown}", N_("there is no such member; see the description of changes"))
    return {member: readers[member](value, f"{where}/{member}") for member, value in sent.items()}


def read_list(sent: object, where: str, readers: Mapping[str, Reader]) -> list[Row]:
    if not isinstance(sent, list) or len(sent) > MOST_ENTRIES:
        raise refuse(where, N_("this must be a list of at most 200 objects"))
    return [read_object(one, f"{where}/{number}", readers) for number, one in enumerate(sent)]


def read_reasons(sent: object) -> dict[str, str]:
    if not isinstance(sent, dict) or len(sent) > MOST_ENTRIES:
        raise refuse("/reasons", N_("this must be an object of texts, by the codes of what was noticed"))
    if any("\0" in code for code in sent):
        raise refuse("/reasons", N_("this must be an object of texts, by the codes of what was noticed"))
    return {code[:100]: found for code, one in sent.items() if (found := text(one, f"/reasons/{code}"))}


def read_outline(sent: object, where: str) -> MultiPolygon | None:
    """An outline in GeoJSON, WGS 84 lon, lat, each number rounded once to 1e-9 degree. It need not be valid: a draft
    may cross itself until it is submitted. Raises BadBody.
    """
    if sent is None:
        return None
    if not isinstance(sent, dict) or sent.get("type") not in ("Polygon", "MultiPolygon"):
        raise refuse(where, N_("this must be a Polygon or a MultiPolygon of GeoJSON"))
    parts = sent.get("coordinates")
    if not isinstance(parts, list):
        raise refuse(where, N_("its coordinates must be a list of rings"))
    check_positions([parts] if sent["type"] == "Polygon" else parts, where)
    try:
        drawn = shape(sent)
    except (ShapelyError, ValueError, TypeError, IndexError) as error:
        raise refuse(
            where, N_("its rings must be lists of positions, each ring closed and of four at least")
        ) from error
    return shapely.set_coordinates(
        shapely.multipolygons(shapely.get_parts(drawn)), round_degrees(shapely.get_coordinates(drawn))
    )


def check_positions(parts: Any, where: str) -> None:
    """Every position must be two finite numbers in Viet Nam; every ring closed."""
    count = 0
    for one, part in enumerate(parts):
        if not isinstance(part, list) or not part:
            raise refuse(f"{where}/coordinates/{one}", N_("this must be a list of rings"))
        for two, ring in enumerate(part):
            place = f"{where}/coordinates/{one}/{two}"
            if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
                raise refuse(place, N_("a ring has four positions at least, the last the same as the first"))
            count += len(ring)
            if count > MOST_CORNERS:
                raise refuse(where, N_("an outline has at most 50,000 corners"))
            for three, position in enumerate(ring):
                if not (isinstance(position, list) and len(position) > 1 and is_in_vietnam(*position[:2])):
                    point(position[:2] if isinstance(position, list) else position, f"{place}/{three}")
