"""The made-up records as rows of the register's tables; every one of them says that it is made up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import shapely

from gis.dates import Dated, parse_edtf
from gis.synthetic import LAST_YEAR, DataSet, Step, Target, Zone
from gis.synthetic.histories import FIRST_REPORT
from gis.synthetic.lots import LAND_USES, STATUSES
from gis.synthetic.names import PREFIX

AUTHOR = "synthetic"
DECISIONS, REPORT, RESOLUTION = "synthetic-decisions", "synthetic-report-", "synthetic-resolution-"
QUOTE = "Dữ liệu giả lập, không trích từ văn bản nào."
CODES = dict(zip(LAND_USES, ("CN", "DV", "HT", "CX", "GT", "MN", "KH"), strict=True))
SHAPES_AT_ONCE = 5_000
VERSION_COLUMNS = (
    "slug", "version", "name_vi", "name_en", "kind", "aliases", "province_uid", "communes", "location",
    "location_accuracy_m", "location_basis", "location_evidence", "declared_area_ha", "declared_area_basis",
    "declared_area_inputs", "boundary", "boundary_quality", "boundary_accuracy_m", "boundary_source", "sources",
    "author", "valid_from", "recorded_at",
)  # fmt: skip
LOT_COLUMNS = ("zone", "code", "land_use", "status", "area_ha", "as_of", "source", "geom", "recorded_at")
FACT_COLUMNS = (
    "id", "class", "indicator", "subject_kind", "subject", "zone", "unit_uid", "is_target", "as_of", "as_of_start",
    "as_of_end", "period", "period_start", "period_end", "source", "place", "quote", "quote_match", "recorded_at",
)  # fmt: skip
Values = tuple[object, ...]


@dataclass(frozen=True)
class Fact:
    """A row of `facts` and the one of its class that completes it."""

    row: Values
    table: str
    details: Values


def moment(zone: Zone, year: int) -> datetime:
    """When the register learned of something of that year: early in the next one, later for some zones."""
    return datetime(year + 1, 1, 15, 2, tzinfo=UTC) + timedelta(minutes=zone.delay_min)


def source_rows(units: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Documents that nobody wrote: decisions, yearly reports, a resolution of each province."""
    yield source(DECISIONS, "decision", "Dữ liệu giả lập: các quyết định (synthetic data)")
    for year in range(FIRST_REPORT, LAST_YEAR + 1):
        title = f"Dữ liệu giả lập: báo cáo năm {year} (synthetic data)"
        yield source(f"{REPORT}{year}", "report", title, issued_on=date(year, 12, 31))
    for unit in units.values():
        title = f"Dữ liệu giả lập: nghị quyết, {unit['full_name']} (synthetic data)"
        yield source(f"{RESOLUTION}{unit['code']}", "resolution", title, province=unit["name"])


def source(id: str, kind: str, title: str, **more: object) -> dict[str, Any]:
    empty = dict.fromkeys(("number", "issuer", "province", "issued_on", "issued_on_basis", "latest_date_cited",
                           "text_quality", "url", "published"))  # fmt: skip
    return {"id": id, "kind": kind, "title": title, **empty, **more}


def zone_rows(data: DataSet) -> Iterator[Values]:
    """Rows of `zones`."""
    for zone in data.zones:
        yield zone.slug, len(zone.versions), moment(zone, zone.versions[0].area_year)


def version_rows(data: DataSet) -> Iterator[Values]:
    """Rows of `zone_versions`; each declared area rests on the fact of the same number."""
    shapes = hexadecimal(version.boundary for zone in data.zones for version in zone.versions)
    for zone in data.zones:
        location = shapely.to_wkb(shapely.set_srid(shapely.Point(zone.lon, zone.lat), 4326), hex=True,
                                  include_srid=True)  # fmt: skip
        for number, version in enumerate(zone.versions, 1):
            yield (
                zone.slug, number, zone.name_vi, zone.name_en, zone.kind, [], zone.province, [], location,
                version.accuracy_m, AUTHOR, "document", version.declared_area_ha, "stated",
                [fact_id(zone, number)], next(shapes), version.quality, version.accuracy_m, DECISIONS, [DECISIONS],
                AUTHOR, version.valid_from, moment(zone, version.area_year),
            )  # fmt: skip


def lot_rows(data: DataSet) -> Iterator[Values]:
    """Rows of `lots`."""
    lots, zones = data.lots, data.zones
    shapes = hexadecimal(lots.geometry)
    for place, number, metres, land_use, status in zip(
        lots.zone.tolist(), lots.number.tolist(), lots.area_m2.tolist(), lots.land_use.tolist(),
        lots.status.tolist(), strict=True,
    ):  # fmt: skip
        zone, use = zones[place], LAND_USES[land_use]
        yield (
            zone.slug, f"{CODES[use]}-{number:03d}", use, STATUSES[status] if status >= 0 else None,
            f"{metres // 10_000}.{metres % 10_000:04d}", str(LAST_YEAR), f"{REPORT}{LAST_YEAR}", next(shapes),
            moment(zone, LAST_YEAR),
        )  # fmt: skip


def hexadecimal(shapes: Iterable[Any]) -> Iterator[str]:
    """Geometries in WGS 84 as EWKB, some thousand at a time."""
    waiting: list[Any] = []
    for shape in shapes:
        waiting.append(shape)
        if len(waiting) == SHAPES_AT_ONCE:
            yield from shapely.to_wkb(shapely.set_srid(waiting, 4326), hex=True, include_srid=True)
            waiting = []
    if waiting:
        yield from shapely.to_wkb(shapely.set_srid(waiting, 4326), hex=True, include_srid=True)


def facts_of(data: DataSet, units: dict[str, dict[str, Any]]) -> Iterator[Fact]:
    """Every fact: of a zone first its areas, then its steps, then what was reported; at the end the targets."""
    for zone in data.zones:
        numbers = count(1)
        for version in zone.versions:
            area, year = version.declared_area_ha, version.area_year
            yield observation(zone, next(numbers), "declared_area_ha", area, year, DECISIONS)
        for step in zone.steps:
            yield milestone(zone, next(numbers), step)
        for one in zone.observations:
            yield observation(zone, next(numbers), one.indicator, one.value, one.year, f"{REPORT}{one.year}")
        if zone.has_plant is not None:
            yield plant(zone, next(numbers), zone.has_plant)
    for number, target in enumerate(data.targets, 1):
        yield demand(number, target, units[target.province])


def fact_id(zone: Zone, number: int) -> str:
    return f"{zone.slug}.{number}"


def observation(zone: Zone, number: int, indicator: str, value: object, year: int, source: str) -> Fact:
    id = fact_id(zone, number)
    row = fact(id, "observation", indicator, zone, dated(str(year)), source, number)
    return Fact(row, "observations", (id, "observation", "eq", value))


def milestone(zone: Zone, number: int, step: Step) -> Fact:
    id, when = fact_id(zone, number), dated(step.as_of)
    row = fact(id, "milestone", "status", zone, when, DECISIONS, number)
    return Fact(row, "milestones", (id, zone.slug, step.name, step.name, when.text, when.start, when.end, "stated"))


def plant(zone: Zone, number: int, stands: bool) -> Fact:
    """That every zone must have a wastewater plant, and whether this one has."""
    id, indicator = fact_id(zone, number), "commitment_wastewater_plant"
    row = fact(id, "obligation", indicator, zone, dated(str(LAST_YEAR)), f"{REPORT}{LAST_YEAR}", number)
    return Fact(row, "obligations", (id, "obligation", "every_zone_and_cluster", stands))


def fact(id: str, kind: str, indicator: str, zone: Zone, when: Dated, source: str, number: int) -> Values:
    return (
        id, kind, indicator, zone.kind, zone.name_vi, zone.slug, zone.province, False, when.text, when.start, when.end,
        None, None, None, source, f"dòng {number}", QUOTE, "exact", moment(zone, when.end.year),
    )  # fmt: skip


def demand(number: int, target: Target, unit: dict[str, Any]) -> Fact:
    """A target of a province, for a year."""
    id, period = f"{PREFIX}{unit['code']}.{number}", dated(target.period)
    row = (
        id, "target", target.indicator, target.subject_kind, unit["full_name"], None, target.province, True,
        None, None, None, period.text, period.start, period.end, f"{RESOLUTION}{unit['code']}", f"dòng {number}",
        QUOTE, "exact", datetime(LAST_YEAR, 12, 31, tzinfo=UTC),
    )  # fmt: skip
    return Fact(row, "targets", (id, "target", target.comparator, target.value, target.applies_to))


@cache
def dated(text: str) -> Dated:
    found = parse_edtf(text)
    assert found
    return found
