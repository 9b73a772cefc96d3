"""Changes that tests make to a register of their own, as whoever publishes would: the service is told nothing."""

from datetime import date, datetime

import psycopg

from gis.dates import LEGAL_ZONE

MOVE = """
INSERT INTO registry.zone_versions (slug, version, name_vi, name_en, kind, aliases, province_uid, communes,
    historic_province_uid, historic_district, location, location_accuracy_m, location_basis, location_evidence,
    declared_area_ha, declared_area_basis, declared_area_inputs, boundary, boundary_quality, boundary_accuracy_m,
    boundary_source, sources, author)
SELECT slug, version + 1, coalesce(%(name)s, name_vi), name_en, kind, aliases, province_uid, communes,
    historic_province_uid, historic_district, location, location_accuracy_m, location_basis, location_evidence,
    declared_area_ha, declared_area_basis, declared_area_inputs, ST_Translate(boundary, %(shift)s, 0), boundary_quality,
    boundary_accuracy_m, boundary_source, sources, 'test'
FROM registry.zone_versions JOIN registry.zones USING (slug) WHERE slug = %(slug)s AND version = current_version
"""


def legal_day() -> date:
    """Today where the register's days begin and end, whatever the day of this machine."""
    return datetime.now(LEGAL_ZONE).date()


def publish_version(
    connection: "psycopg.Connection[object]", slug: str, name: str | None = None, shift: float = 0.0
) -> None:
    """A next version of a zone, with another name or moved east by so many degrees, in force at once."""
    with connection.transaction():
        connection.execute(MOVE, {"slug": slug, "name": name, "shift": shift})
        connection.execute("UPDATE registry.zones SET current_version = current_version + 1 WHERE slug = %s", [slug])


def revision(connection: "psycopg.Connection[object]", part: str = "register") -> int:
    row = connection.execute("SELECT revision FROM registry.revisions WHERE part = %s", [part]).fetchone()
    assert row
    return int(row[0])  # type: ignore[index]
