"""What a comparison of zones reads beside each zone's provenance."""

from collections.abc import Sequence
from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]
NAMES = ("slug", "name_vi", "name_en", "province")
FEATURES = """
SELECT row_to_json(z) FROM (
    SELECT slug, name_vi, name_en, kind, status, province, province_uid, historic_province, historic_province_uid,
        historic_district, commune, declared_area_ha, measured_area_ha, boundary_quality, boundary_accuracy_m,
        location_accuracy_m, doubts, version, status_reason, successor
    FROM served_zones WHERE slug = ANY(%(slugs)s)) z
"""
LOTS = """
SELECT zone, array_agg(DISTINCT as_of), array_agg(DISTINCT source) FROM lots
WHERE zone = ANY(%(slugs)s) AND land_use IN ('industrial', 'service') GROUP BY zone
"""
DEMANDED_OF_ALL = """
SELECT row_to_json(f) FROM (
    SELECT id, class, indicator, indicator_vi, indicator_en, comparator, value, value_max, unit, value_text,
        value_text_vi, value_text_en, as_of, period, met, source, place, subject_kind,
        historic_province_uid AS unit_uid
    FROM fact_features WHERE class = 'obligation' AND zone IS NULL AND historic_province_uid = ANY(%(provinces)s)
    ORDER BY indicator, valid_to DESC NULLS LAST, id) f
"""
NAMED = """
SELECT slug, name_vi, name_en, province FROM served_zones
WHERE (%(words)s = '' OR plain(%(words)s) <> '')
    AND words LIKE ALL (SELECT '%%' || one || '%%' FROM unnest(string_to_array(plain(%(words)s), '-')) one)
ORDER BY {name} COLLATE "vi-x-icu", slug LIMIT %(limit)s
"""


async def select_features(reader: Reader, slugs: Sequence[str]) -> dict[str, Row]:
    """The zones as they are served, by slug; those that are not served are left out."""
    rows = await reader.rows(FEATURES, {"slugs": list(slugs)})
    return {row[0]["slug"]: row[0] for row in rows}


async def select_lot_origins(reader: Reader, slugs: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """Date and source of the lots for lease, by zone; each None where its lots do not share one."""
    rows = await reader.rows(LOTS, {"slugs": list(slugs)})
    return {zone: (the_one(dates), the_one(sources)) for zone, dates, sources in rows}


async def select_demanded_of_all(reader: Reader, provinces: Sequence[str]) -> list[Row]:
    """Obligations that documents put on all zones of a province, of today or a former one."""
    return [row[0] for row in await reader.rows(DEMANDED_OF_ALL, {"provinces": list(provinces)})]


async def find_by_words(reader: Reader, words: str, *, language: str, limit: int) -> list[Row]:
    """Zones in whose names and places all words are found, without marks, by name; all where `words` are empty."""
    statement = NAMED.replace("{name}", f"name_{language}")
    rows = await reader.rows(statement, {"words": words, "limit": limit})
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def the_one(values: Sequence[str | None]) -> str | None:
    return values[0] if len(values) == 1 else None
