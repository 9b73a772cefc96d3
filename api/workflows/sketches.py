"""Simplified outlines of provinces and former districts, for maps that only need a frame."""

from api.store import records, units
from api.store.connect import Session
from gis.shapes import simplified

FINE, COARSE = 0.002, 0.02  # degrees: some 200 m where the zones are, 2 km elsewhere


def refresh(session: Session) -> None:
    """Make the sketches of today's provinces and the former districts again from their outlines."""
    near = units.select_near_zones(session)
    for level, current in (("province", True), ("district", False)):
        outlines = units.select_outlines(session, level, current=current)
        drawn = simplified(outlines, {uid: FINE if uid in near else COARSE for uid in outlines})
        records.merge(session, "admin_sketches", [{"uid": uid, "geom": geom} for uid, geom in drawn.items()])
    units.drop_stale_sketches(session)
