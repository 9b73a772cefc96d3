"""Outlines of administrative units."""

from typing import Any

from sqlalchemy import Connection, select, text

from api.store.tables import admin_units

NEAR = """
SELECT u.uid FROM registry.admin_units u
WHERE u.level IN ('province', 'district') AND ST_DWithin(u.geom,
    (SELECT ST_Collect(v.location) FROM registry.zone_versions v), 0.3)
"""


def select_outlines(connection: Connection, level: str, *, current: bool) -> list[tuple[str, Any]]:
    """uid and geometry of the units of a level that have one, of today or of before 2025-07-01."""
    today = admin_units.c.valid_to.is_(None)
    query = select(admin_units.c.uid, admin_units.c.geom).where(
        admin_units.c.level == level, admin_units.c.geom.is_not(None), today if current else ~today
    )
    return [(row.uid, row.geom) for row in connection.execute(query.order_by(admin_units.c.uid))]


def select_near_zones(connection: Connection) -> set[str]:
    """The provinces and districts within 0.3 degrees of a zone's point."""
    return set(connection.scalars(text(NEAR)))
