"""VN-2000 in PostGIS by the official operation, the two roles, and how names are compared.

EPSG's own rows take another transformation in the Mekong delta (0.7-0.8 m off) and the provincial zones are not in
PostGIS 3.3 at all, so the register brings SRIDs of its own: 900000 + EPSG code, without an authority name, so that
PROJ reads the text and its seven parameters (QD 05/2007/QD-BTNMT; EPSG:6960 with the rotations' signs turned).
"""

from alembic import op

revision = "0001"
down_revision = None

TOWGS84 = "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
THREE_DEGREES = {
    5896: 102, 5897: 105, 5898: 108, 5899: 107.75, 9205: 103, 9206: 104, 9207: 104.5, 9208: 104.75, 9209: 105.5,
    9210: 105.75, 9211: 106, 9212: 106.25, 9213: 106.5, 9214: 107, 9215: 107.25, 9216: 107.5, 9217: 108.25, 9218: 108.5,
}  # fmt: skip

ROLES = """
DO $$
DECLARE
    name text;
    -- From PostgreSQL 16 on who makes a role is its member without the right to take it on.
    version integer := current_setting('server_version_num');
    right_to_take text := CASE WHEN version >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH name IN ARRAY ARRAY['registry_read', 'registry_write'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of this server made it at the same moment
            END;
        END IF;
        IF NOT pg_has_role(current_user, name, right_to_take) THEN
            EXECUTE format('GRANT %I TO %I', name, current_user);
        END IF;
    END LOOP;
END $$
"""

PLAIN = """
CREATE FUNCTION registry.plain(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT trim(BOTH '-' FROM regexp_replace(
        regexp_replace(normalize(replace(lower(value), 'đ', 'd'), NFD), '[\\u0300-\\u036f]', '', 'g'),
        '[^a-z0-9]+', '-', 'g'))
$$
"""


def upgrade() -> None:
    for code, meridian in THREE_DEGREES.items():
        add_srid(code, f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0", "+units=m ")
    add_srid(3405, "+proj=tmerc +lat_0=0 +lon_0=105 +k=0.9996 +x_0=500000 +y_0=0", "+units=m ")
    add_srid(4756, "+proj=longlat")
    op.execute(ROLES)
    op.execute("GRANT USAGE ON SCHEMA registry TO registry_read, registry_write")
    op.execute(PLAIN)
    op.execute(
        "COMMENT ON FUNCTION registry.plain IS 'a name without marks, case and punctuation: Sóc Trăng -> soc-trang'"
    )


def add_srid(code: int, projection: str, units: str = "") -> None:
    text = f"{projection} +ellps=WGS84 {TOWGS84} {units}+no_defs"
    op.execute(
        "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) "
        f"VALUES ({900000 + code}, NULL, NULL, NULL, '{text}') "
        "ON CONFLICT (srid) DO UPDATE SET auth_name = NULL, auth_srid = NULL, srtext = NULL, "
        "proj4text = EXCLUDED.proj4text"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION registry.plain")
    op.execute("REVOKE USAGE ON SCHEMA registry FROM registry_read, registry_write")
    # The roles belong to the server, and another database of it may use them: they stay.
    codes = [*THREE_DEGREES, 3405, 4756]
    op.execute(f"DELETE FROM spatial_ref_sys WHERE srid IN ({', '.join(str(900000 + code) for code in codes)})")
