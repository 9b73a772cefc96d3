"""Simplified outlines of provinces and former districts, for maps that only need a frame."""

from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy import Connection

from api.store import records, tables, units
from gis.shapes import simplified

FINE, COARSE = 0.002, 0.02  # degrees: some 200 m where the zones are, 2 km elsewhere


def refresh(connection: Connection) -> None:
    """Make the sketches of today's provinces and the former districts again from their outlines."""
    for level, current in (("province", True), ("district", False)):
        outlines = {uid: to_shape(geom) for uid, geom in units.select_outlines(connection, level, current=current)}
        near = units.select_near_zones(connection)
        drawn = simplified(outlines, {uid: FINE if uid in near else COARSE for uid in outlines})
        rows = [{"uid": uid, "geom": from_shape(geom, srid=4326, extended=True)} for uid, geom in drawn.items()]
        records.merge(connection, tables.admin_sketches, rows, correct=True)
