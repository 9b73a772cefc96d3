"""What a publication reads and writes: a zone's versions, what lies around it, and the rules of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.exc import IntegrityError

from api.errors import BreaksRule, OutlinesMeet
from api.store.connect import Session
from api.store.tables import SCHEMA, metadata, sources, zone_versions, zones

Row = dict[str, Any]
SPATIAL = ("boundary", "location")


@dataclass(frozen=True)
class Head:
    """Where a zone stands: the version in force, the newest one, and from when that is in force where it waits."""

    slug: str
    current: int
    newest: int
    waits_for: date | None


def select_head(session: Session, slug: str, *, lock: bool = False) -> Head | None:
    """Where a zone stands; `lock` makes whoever else publishes it wait."""
    statement = f"SELECT current_version FROM registry.zones WHERE slug = :slug {'FOR UPDATE' if lock else ''}"
    current = session.execute(text(statement), {"slug": slug}).scalar_one_or_none()
    if current is None:
        return None
    newest = """
    SELECT version, CASE WHEN valid_from > registry.legal_day() THEN valid_from END FROM registry.zone_versions
    WHERE slug = :slug ORDER BY version DESC LIMIT 1"""
    version, waits_for = session.execute(text(newest), {"slug": slug}).one()
    return Head(slug, current, version, waits_for)


def legal_today(session: Session) -> date:
    day = session.execute(text("SELECT registry.legal_day()")).scalar_one()
    assert isinstance(day, date)
    return day


def take_effect(session: Session) -> list[str]:
    """Put versions in force whose day has come; the zones."""
    return list(session.execute(text("SELECT registry.take_effect()")).scalar_one())


def select_version(session: Session, slug: str, version: int) -> Row | None:
    """A version with all its columns; shapes are shapely's, WGS 84."""
    columns = [column for column in zone_versions.c if column.name not in SPATIAL]
    shapes = [func.ST_AsBinary(zone_versions.c[name], "NDR").label(name) for name in SPATIAL]
    query = select(*columns, *shapes).where(zone_versions.c.slug == slug, zone_versions.c.version == version)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        return None
    return {**row, **{name: row[name] and shapely.from_wkb(bytes(row[name])) for name in SPATIAL}}


def add_zone(session: Session, slug: str) -> None:
    session.execute(insert(zones).values(slug=slug, current_version=1))


def add_version(session: Session, row: Row, *, in_force: bool) -> None:
    """Store a version, and make it the zone's current one where its day has come."""
    shaped = {name: from_shape(value, srid=4326) if isinstance(value, BaseGeometry) else value
              for name, value in row.items()}  # fmt: skip
    session.execute(insert(zone_versions).values(shaped))
    if in_force and row["version"] > 1:
        session.execute(update(zones).where(zones.c.slug == row["slug"]).values(current_version=row["version"]))


def check_rules(session: Session) -> None:
    """Have the rules checked now that otherwise wait for the commit. Raises OutlinesMeet."""
    try:
        session.execute(text("SET CONSTRAINTS registry.zones_apart, registry.zone_versions_apart IMMEDIATE"))
    except IntegrityError as error:
        diag = getattr(error.orig, "diag", None)
        if diag is None or diag.sqlstate != "23P01":
            raise
        raise OutlinesMeet(name=diag.message_detail, area=f"{float(diag.message_hint or 0):.0f}") from error


NEIGHBOURS = """
SELECT v.slug, v.name_vi, v.name_en, v.kind, v.boundary_quality, ST_AsBinary(v.boundary, 'NDR')
FROM registry.zones z JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version
WHERE z.slug <> :slug AND v.life = 'listed'
    AND v.boundary && ST_Expand(ST_GeomFromWKB(:outline, 4326), 0.0002)
ORDER BY v.slug LIMIT 200
"""


def select_neighbours(session: Session, slug: str, outline: BaseGeometry) -> list[tuple[Any, ...]]:
    """Other zones in force whose outlines lie within some twenty metres: slug, names, kind, quality, outline."""
    values = {"slug": slug, "outline": shapely.to_wkb(shapely.box(*outline.bounds))}
    rows = session.execute(text(NEIGHBOURS), values)
    return [(*row[:5], shapely.from_wkb(bytes(row[5]))) for row in rows]


def select_unit(session: Session, uid: str) -> tuple[str, BaseGeometry | None] | None:
    """A unit's full name and outline."""
    row = session.execute(
        text("SELECT full_name, ST_AsBinary(geom, 'NDR') FROM registry.admin_units WHERE uid = :uid"), {"uid": uid}
    ).one_or_none()
    return row and (row[0], row[1] and shapely.from_wkb(bytes(row[1])))


COMMUNES = """
SELECT full_name, ST_AsBinary(geom, 'NDR') FROM registry.admin_units
WHERE level = 'commune' AND valid_to IS NULL AND parent_uid = :province AND geom IS NOT NULL
    AND (full_name = ANY(:names) OR name = ANY(:names))
"""


def select_communes(session: Session, province_uid: str, names: Sequence[str]) -> list[tuple[str, BaseGeometry]]:
    """The communes of a province that bear these names, with their outlines."""
    rows = session.execute(text(COMMUNES), {"province": province_uid, "names": list(names)})
    return [(row[0], shapely.from_wkb(bytes(row[1]))) for row in rows]


def is_province(session: Session, uid: str) -> bool:
    """Whether a uid is that of a province of today."""
    statement = (
        "SELECT EXISTS (SELECT FROM registry.admin_units WHERE uid = :uid AND level = 'province' AND valid_to IS NULL)"
    )
    return bool(session.execute(text(statement), {"uid": uid}).scalar_one())


def names_of_units(session: Session, uids: Sequence[str | None]) -> dict[str | None, str]:
    rows = session.execute(
        text("SELECT uid, full_name FROM registry.admin_units WHERE uid = ANY(:uids)"),
        {"uids": [one for one in uids if one]},
    )
    return {row[0]: row[1] for row in rows}


def add_rows(session: Session, table: str, rows: Sequence[Row]) -> None:
    """Insert rows of the model; all have the same columns."""
    if rows:
        session.execute(insert(metadata.tables[f"{SCHEMA}.{table}"]), rows)


def select_alike(session: Session, rows: Sequence[Row]) -> frozenset[str]:
    """The ids of those documents that the register has with just these values."""
    ids = [row["id"] for row in rows if row["id"]]
    names = ("id", "kind", "title", "number", "issuer", "issued_on", "url")
    known = session.execute(select(*(sources.c[name] for name in names)).where(sources.c.id.in_(ids))).mappings()
    there = {row["id"]: dict(row) for row in known}
    return frozenset(row["id"] for row in rows if there.get(row["id"]) == row)


def add_sources(session: Session, rows: Sequence[Row]) -> None:
    """Insert documents; one that another change brought along meanwhile stays. Raises BreaksRule where that differs."""
    if rows:
        session.execute(insert_or(sources).on_conflict_do_nothing(), rows)
    differing = {row["id"] for row in rows} - select_alike(session, rows)
    if differing:
        raise BreaksRule(reason=f"another document is {', '.join(sorted(differing))} already")


KNOWN = """
SELECT ARRAY(SELECT id FROM registry.sources WHERE id = ANY(:sources)),
    ARRAY(SELECT uid FROM registry.admin_units WHERE uid = ANY(:units) AND level = 'province'
        AND valid_to IS NOT NULL),
    ARRAY(SELECT z.slug FROM registry.zones z JOIN registry.zone_versions v ON v.slug = z.slug
        AND v.version = z.current_version AND v.life = 'listed' WHERE z.slug = ANY(:zones)),
    ARRAY(SELECT kind FROM registry.source_kinds), ARRAY(SELECT step FROM registry.milestone_steps),
    (SELECT coalesce(json_object_agg(indicator, json_build_array(minimum, maximum)), '{}')
        FROM registry.indicators WHERE class = 'observation')
"""


@dataclass(frozen=True)
class Known:
    """What a proposal may refer to: those of its sources, units and listed zones that there are, and all codes."""

    sources: frozenset[str]
    units: frozenset[str]
    zones: frozenset[str]
    kinds: frozenset[str]
    steps: frozenset[str]
    indicators: dict[str, tuple[float | None, float | None]]


def select_known(session: Session, *, sources: Sequence[str], units: Sequence[str], zones: Sequence[str]) -> Known:
    values = {"sources": list(sources), "units": list(units), "zones": list(zones)}
    row = session.execute(text(KNOWN), values).one()
    ranges = {name: (low, high) for name, (low, high) in row[5].items()}
    found = [frozenset(one) for one in row[:5]]
    return Known(found[0], found[1], found[2], found[3], found[4], ranges)
