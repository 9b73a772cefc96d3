"""The versions of a zone: who made each, by which document, and since when it is in force and known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from shapely.geometry import MultiPolygon

from api.store.connect import Reader

Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A version in the list. `was_served`: whether it ever was the one to be read; `known_at`: since when, None where
    nobody knows; `action` and what follows are of the change that it came from, None where that was the data files.
    """

    version: int
    valid_from: date | None
    recorded_at: datetime
    author: str
    reviewer: str | None
    life: str
    life_reason: str | None
    successor: str | None
    boundary_source: str | None
    sources: list[str]
    was_served: bool
    known_at: datetime | None
    change: int | None
    action: str | None
    from_version: int | None
    document: str | None
    observations: int | None
    milestones: int | None


@dataclass(frozen=True)
class State:
    """What a version says of a zone: values by the names of `/changes`, units by their names; the outline in WGS 84.

    `province` is the name alone of the province of that version, without the word for its kind.
    """

    version: int
    values: Row
    boundary: MultiPolygon | None
    province: str | None


ENTRIES = """
SELECT v.version, v.valid_from, v.recorded_at, v.author, v.reviewer, v.life, v.life_reason, v.successor,
    v.boundary_source, v.sources, shown.since IS NOT NULL,
    (SELECT min(t.at) FROM revision_times t WHERE t.revision >= shown.since AND t.revision < shown.until),
    c.id, c.action, c.from_version, c.document, c.observations, c.milestones
FROM zone_versions v
LEFT JOIN published_changes c ON c.id = v.change_id
LEFT JOIN LATERAL (
    SELECT min(revision) AS since, max(until) AS until FROM (
        SELECT revision, 9223372036854775807 AS until FROM served_zones WHERE slug = v.slug AND version = v.version
        UNION ALL SELECT revision, until FROM past_zones WHERE slug = v.slug AND version = v.version) rows
    ) shown ON true
WHERE v.slug = %(slug)s ORDER BY v.version DESC
"""
STATES = """
SELECT v.version, json_build_object(
        'name_vi', v.name_vi, 'name_en', v.name_en, 'kind', v.kind, 'aliases', v.aliases, 'province', p.full_name,
        'communes', v.communes, 'historic_province', h.full_name, 'historic_district', v.historic_district,
        'declared_area_ha', v.declared_area_ha, 'boundary_quality', v.boundary_quality,
        'boundary_accuracy_m', v.boundary_accuracy_m, 'boundary_source', v.boundary_source,
        'boundary_crs', v.boundary_crs, 'status_detail', v.status_detail, 'doubts', v.doubts, 'sources', v.sources,
        'valid_from', v.valid_from, 'location', CASE WHEN v.location IS NOT NULL
            THEN json_build_array(ST_X(v.location), ST_Y(v.location)) END,
        'location_accuracy_m', v.location_accuracy_m, 'life', v.life, 'reason', v.life_reason,
        'successor', v.successor),
    ST_AsBinary(v.boundary, 'NDR'), p.name
FROM zone_versions v
LEFT JOIN admin_units p ON p.uid = v.province_uid
LEFT JOIN admin_units h ON h.uid = v.historic_province_uid
WHERE v.slug = %(slug)s AND v.version = ANY(%(versions)s) ORDER BY v.version
"""


async def list_versions(reader: Reader, slug: str) -> list[Entry]:
    """All versions of a zone, newest first; none where there is no such zone."""
    return [Entry(*row) for row in await reader.rows(ENTRIES, {"slug": slug})]


async def select_states(reader: Reader, slug: str, versions: Sequence[int]) -> dict[int, State]:
    rows = await reader.rows(STATES, {"slug": slug, "versions": list(versions)}, binary=True)
    return {
        version: State(version, values, outline and shapely.from_wkb(bytes(outline)), province)
        for version, values, outline, province in rows
    }
