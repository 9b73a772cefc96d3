"""`data/zones.geojson`, made from `zones.csv` beside it (and `facts.csv` for what an area rests on).

The outline of a zone whose area is known is an indicative disc of exactly that area (rule 3 of the design);
every other geometry is null. What the tables leave empty is null, never a guess.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon

from gis.dates import parse_edtf
from gis.shapes import disc

Row = Mapping[str, str]

NAME = "Industrial parks, industrial clusters and economic zones of the source documents"
ATTRIBUTION = (
    "Village points: GeoNames (CC BY), via Who's On First. Points taken from administrative units: "
    "Thang Le Quoc, vietnamese-provinces-database (MIT), after sapnhap.bando.com.vn; "
    "Data from Who's On First (Mesoshapes, CC0)."
)
LICENCE = (
    "Names, kinds, areas, states and former units are facts of the five source documents D000 to D004. "
    "An area marked as derived, the points and the present units were derived for this register. The five "
    "village points are CC BY; whether the maps behind the unit centroids may be published freely is not "
    "cleared. The five outlines are indicative discs of the declared area around the best known point, not "
    "boundaries: no surveyed boundary is in this file."
)


class BadZonesTable(ValueError):
    """A row of the tables that cannot be made into a feature: the zone's slug, the column and the reason."""

    def __init__(self, slug: str, column: str, reason: str) -> None:
        self.slug, self.column, self.reason = slug, column, reason
        super().__init__(f"{slug}, column {column}: {reason}")


def build(data_dir: Path) -> str:
    """The text of `zones.geojson`: a FeatureCollection, one feature per line, in the order of `zones.csv`.

    Coordinates are WGS 84 longitude, latitude (RFC 7946), the shortest decimals that read back to the same
    double. The same tables give the same text. Raises BadZonesTable, gis.errors.GisError.
    """
    zones = _read(data_dir / "zones.csv")
    facts = _read(data_dir / "facts.csv")
    features = [_json(_feature(zone, zones, facts)) for zone in zones]
    head = {"type": "FeatureCollection", "name": NAME, "licence": LICENCE, "attribution": ATTRIBUTION}
    members = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
    return "{\n" + ",\n".join(members) + ',\n"features": [\n' + ",\n".join(features) + "\n]\n}\n"


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _feature(zone: Row, zones: Iterable[Row], facts: Iterable[Row]) -> dict[str, Any]:
    lon, lat = _number(zone, "lon"), _number(zone, "lat")
    area_ha = _number(zone, "declared_area_ha")
    outline = disc(lon, lat, area_ha) if lon is not None and lat is not None and area_ha is not None else None
    basis, note = _basis(zone)
    return {
        "type": "Feature",
        "id": zone["slug"],
        "geometry": None if outline is None else _geometry(outline),
        "properties": {
            "slug": zone["slug"],
            "name_vi": zone["name_vi"],
            "name_en": _text(zone, "name_en"),
            "kind": zone["kind"],
            "declared_area_ha": area_ha,
            "declared_area_basis": basis,
            "declared_area_note": note,
            "declared_area_inputs": _area_inputs(zone, basis, zones, facts),
            "expansion_area_ha": _number(zone, "expansion_area_ha"),
            "status": zone["status"],
            "status_as_of": _as_of(zone),
            "status_detail": _text(zone, "status_detail"),
            "historic_province": _text(zone, "historic_province"),
            "historic_district": _text(zone, "historic_district"),
            "province": _text(zone, "current_province"),
            "communes": _list(zone, "current_commune"),
            "commune_candidate": _text(zone, "current_commune_candidate"),
            "aliases": _list(zone, "aliases"),
            "lon": lon,
            "lat": lat,
            "location_basis": _text(zone, "location_basis"),
            "location_evidence": _text(zone, "location_evidence"),
            "positional_accuracy_m": _number(zone, "positional_accuracy_m"),
            "boundary_quality": None if outline is None else "indicative",
            "boundary_accuracy_m": None if outline is None else _number(zone, "positional_accuracy_m"),
            "sources": _list(zone, "sources"),
            "doubts": _text(zone, "doubts"),
        },
    }


def _text(zone: Row, column: str) -> str | None:
    return zone[column].strip() or None


def _list(zone: Row, column: str) -> list[str]:
    return [part.strip() for part in zone[column].split(";") if part.strip()]


def _number(zone: Row, column: str) -> float | int | None:
    text = zone[column].strip()
    if not text:
        return None
    try:
        return _shortest(float(text))
    except ValueError as error:
        raise BadZonesTable(zone["slug"], column, f"“{text}” is not a number") from error


def _shortest(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _as_of(zone: Row) -> str | None:
    """The EDTF text of the status's date. A plan's period is never an as-of (rule 9)."""
    dated = parse_edtf(zone["status_as_of"])
    return None if dated is None or dated.is_period else dated.text


def _geometry(outline: MultiPolygon) -> dict[str, Any]:
    parts = [
        [[[_shortest(x), _shortest(y)] for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in outline.geoms
    ]
    return {"type": "MultiPolygon", "coordinates": parts}


def _basis(zone: Row) -> tuple[str | None, str | None]:
    """(`stated`, `derived` or None; the words that follow "derived:" or "none:")."""
    word, _, note = zone["declared_area_basis"].partition(":")
    basis = {"stated": "stated", "derived": "derived", "none": None, "": None}.get(word.strip(), "?")
    has_area = bool(zone["declared_area_ha"].strip())
    if basis == "?" or has_area != (basis is not None):
        raise BadZonesTable(zone["slug"], "declared_area_basis", f"“{word}” does not fit the declared area")
    return basis, note.strip() or None


def _area_inputs(zone: Row, basis: str | None, zones: Iterable[Row], facts: Iterable[Row]) -> list[str]:
    """Ids of the facts that the declared area rests on, checked to give exactly that area.

    Stated: the fact that states it. Derived: the total of the former province's parks, then each stated area
    that was taken off it.
    """
    if basis is None:
        return []
    kin = {z["slug"] for z in zones if _kinship(z) == _kinship(zone)}
    stated = [f for f in facts if f["indicator"] == "declared_area_ha" and f["zone_slug"] in kin]
    if basis == "stated":
        used = [f for f in stated if f["zone_slug"] == zone["slug"]]
        areas = {Decimal(f["value"]) for f in used}
        found = areas.pop() if len(areas) == 1 else None
    else:
        totals = [f for f in facts if _is_total_of_parks(f, zone["historic_province"])]
        used = totals + stated
        found = Decimal(totals[0]["value"]) - sum(Decimal(f["value"]) for f in stated) if totals else None
    if found != Decimal(zone["declared_area_ha"]):
        raise BadZonesTable(zone["slug"], "declared_area_ha", f"the facts give {found} ha")
    return [f["fact_id"] for f in used]


def _kinship(zone: Row) -> tuple[str, str]:
    return zone["kind"], zone["historic_province"]


def _is_total_of_parks(fact: Row, province: str) -> bool:
    return (fact["subject_kind"], fact["indicator"], fact["province"]) == (
        "industrial_parks_of_province",
        "zones_total_area_ha",
        province,
    )
