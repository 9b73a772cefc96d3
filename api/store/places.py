"""Reference places that distances are measured from."""

from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]
PLACE = """
SELECT row_to_json(p) FROM (
    SELECT id, kind, name_vi, name_en, ST_X(location) AS lon, ST_Y(location) AS lat, accuracy_m, source, source_licence,
        note
    FROM places WHERE %(id)s::text IS NULL OR id = %(id)s ORDER BY kind DESC, name_vi COLLATE "vi-x-icu") p
"""


async def select_place(reader: Reader, id: str) -> Row | None:
    rows = await reader.rows(PLACE, {"id": id})
    return rows[0][0] if rows else None


async def select_places(reader: Reader) -> list[Row]:
    """All of them, by kind and name."""
    return [row[0] for row in await reader.rows(PLACE, {"id": None})]
