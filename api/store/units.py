"""Outlines of administrative units."""

from geoalchemy2.shape import to_shape
from shapely.geometry import MultiPolygon
from sqlalchemy import delete, select, text

from api.store.connect import Session
from api.store.tables import admin_sketches, admin_units

NEAR = """
SELECT u.uid FROM registry.admin_units u
WHERE u.level IN ('province', 'district')
    AND EXISTS (SELECT FROM registry.zone_versions v WHERE ST_DWithin(u.geom, v.location, 0.3))
"""


def select_outlines(session: Session, level: str, *, current: bool) -> dict[str, MultiPolygon]:
    """uid and geometry of the units of a level that have one, of today or of before 2025-07-01."""
    today = admin_units.c.valid_to.is_(None)
    query = select(admin_units.c.uid, admin_units.c.geom).where(
        admin_units.c.level == level, admin_units.c.geom.is_not(None), today if current else ~today
    )
    return {row.uid: to_shape(row.geom) for row in session.execute(query.order_by(admin_units.c.uid))}


def select_near_zones(session: Session) -> set[str]:
    """The provinces and districts within 0.3 degrees of a zone's point."""
    return set(session.scalars(text(NEAR)))


def drop_stale_sketches(session: Session) -> None:
    """Remove the sketches of units that have no outline any more."""
    bare = select(admin_units.c.uid).where(admin_units.c.geom.is_(None))
    session.execute(delete(admin_sketches).where(admin_sketches.c.uid.in_(bare)))
