"""What is served: features as rows of their own, kept in step at commit, each with the revision that wrote it.

A change of a base table marks the features it may touch (`dirty`); when the transaction commits, `publish` compares
them with what is served, moves superseded rows to the past, and gives all that differs the register's next revision.
The lock on `revisions` makes revisions follow each other in the order of the commits.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

VIEWS = """
CREATE FUNCTION registry.unmarked(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT normalize(regexp_replace(normalize(translate(value, 'đĐ', 'dD'), NFD), '[\\u0300-\\u036f]', '', 'g'), NFC)
$$;
COMMENT ON FUNCTION registry.unmarked IS 'a text without marks, its case kept: Trần Đề -> Tran De';
CREATE VIEW registry.lot_features AS
SELECT l.zone || '.' || l.code AS id, l.zone, z.name_vi AS zone_name_vi, z.name_en AS zone_name_en, l.code,
    l.land_use, l.status, l.area_ha, l.as_of, l.source, z.province, z.province_code, z.historic_province, l.recorded_at,
    l.geom, NULL::date AS valid_from, NULL::date AS valid_to, z.province_uid, z.historic_province_uid
FROM registry.lots l JOIN registry.zone_features z ON z.slug = l.zone;
CREATE VIEW registry.current_zones AS
SELECT f.*, registry.plain(concat_ws(' ', f.slug, f.name_vi, f.name_en, array_to_string(v.aliases, ' '), f.province,
    f.historic_province, f.historic_district, f.commune)) AS words, g.fill_rate_source, g.fill_rate_definition
FROM registry.zone_features f JOIN registry.zone_versions v USING (slug, version)
LEFT JOIN registry.zone_figures g USING (slug);
CREATE VIEW registry.current_lots AS
SELECT f.*, registry.plain(concat_ws(' ', f.code, f.zone_name_vi, f.zone_name_en, f.province,
    f.historic_province)) AS words
FROM registry.lot_features f;
CREATE VIEW registry.current_units AS
SELECT f.*, registry.plain(concat_ws(' ', f.full_name, f.name_en, f.parent, f.successors, f.predecessors)) AS words
FROM registry.admin_unit_features f;
CREATE VIEW registry.current_facts AS
SELECT f.*, registry.plain(concat_ws(' ', f.id, f.subject, f.province, f.historic_province, f.indicator_vi,
    f.indicator_en, f.value_text, f.value_text_vi, f.value_text_en, f.source_title, f.source_number, f.quote)) AS words
FROM registry.fact_features f;
"""

REVISIONS = """
CREATE TABLE registry.revisions (
    part text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    total bigint NOT NULL DEFAULT 0,
    transaction bigint
);
COMMENT ON TABLE registry.revisions IS
    'the revision of the register, and for each part the one that changed it last; total: how many features it has';
COMMENT ON COLUMN registry.revisions.changed_at IS 'never twice in one second, so that it can stand for the revision';
CREATE UNLOGGED TABLE registry.dirty (
    transaction bigint NOT NULL DEFAULT txid_current(),
    part text NOT NULL,
    id text NOT NULL,
    PRIMARY KEY (transaction, part, id)
);
COMMENT ON TABLE registry.dirty IS 'features that a running transaction may change; * is all of a part';
CREATE UNLOGGED TABLE registry.publishing (transaction bigint PRIMARY KEY);
"""

# part, id, geometry of its own, index columns
PARTS = {
    "units": ("uid", "geom", ("level",)),
    "zones": ("slug", "boundary", ("kind, status", "status", "province_uid", "historic_province_uid")),
    "lots": ("id", "geom", ("zone", "status", "province_uid")),
    "facts": ("id", None, ("zone", "indicator", "source")),
}

SERVE = """
CREATE FUNCTION registry.serve(part text, key text, ids text[], next_revision bigint) RETURNS text[]
    LANGUAGE plpgsql SET search_path = registry, public, postgis, pg_temp AS $$
DECLARE
    columns text; excluded_columns text; old_row text; new_row text; changed text[]; wanted text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
        string_agg('f.' || quote_ident(attname), ', ' ORDER BY attnum),
        string_agg('s.' || quote_ident(attname), ', ' ORDER BY attnum)
        INTO columns, new_row, old_row
        FROM pg_attribute WHERE attrelid = ('registry.current_' || part)::regclass AND attnum > 0 AND NOT attisdropped;
    wanted := CASE WHEN ids IS NULL THEN 'true' ELSE format('%I = ANY($1)', key) END;
    EXECUTE format($sql$
        WITH fresh AS MATERIALIZED (SELECT %2$s FROM current_%1$s WHERE %6$s),
        kept AS MATERIALIZED (SELECT * FROM served_%1$s WHERE %6$s),
        differing AS MATERIALIZED (
            SELECT coalesce(f.%5$I, s.%5$I) AS id, s.%5$I IS NOT NULL AS was, f.%5$I IS NOT NULL AS is
            FROM fresh f FULL JOIN kept s ON s.%5$I = f.%5$I
            WHERE (%3$s) IS DISTINCT FROM (%4$s)),
        superseded AS (INSERT INTO past_%1$s SELECT s.*, $2 FROM kept s JOIN differing d ON d.id = s.%5$I
            WHERE s.revision < $2),
        removed AS (DELETE FROM served_%1$s s USING differing d WHERE s.%5$I = d.id AND NOT d.is),
        rewritten AS (UPDATE served_%1$s s SET (revision, %2$s) = (SELECT $2, %3$s FROM fresh f WHERE f.%5$I = s.%5$I)
            FROM differing d WHERE s.%5$I = d.id AND d.was AND d.is),
        added AS (INSERT INTO served_%1$s (revision, %2$s)
            SELECT $2, %3$s FROM fresh f JOIN differing d ON d.id = f.%5$I AND NOT d.was ORDER BY f.%5$I)
        SELECT array_agg(id) FROM differing$sql$, part, columns, new_row, old_row, key, wanted)
        INTO changed USING ids, next_revision;
    RETURN changed;
END $$;
"""

TILES = """
CREATE TABLE registry.tile_zones (
    fid integer PRIMARY KEY REFERENCES registry.served_zones ON DELETE CASCADE,
    slug text NOT NULL, name_vi text NOT NULL, name_en text NOT NULL, kind text NOT NULL, status text,
    fill_rate_pct double precision, boundary_quality text, location_accuracy_m double precision,
    point geometry(Point, 3857) NOT NULL,
    anchor geometry(Point, 3857),
    span double precision,
    shape_6 geometry(MultiPolygon, 3857), shape_10 geometry(MultiPolygon, 3857), shape_13 geometry(MultiPolygon, 3857),
    shape geometry(MultiPolygon, 3857),
    snaps boolean
);
CREATE TABLE registry.tile_units (
    fid integer PRIMARY KEY REFERENCES registry.served_units ON DELETE CASCADE,
    uid text NOT NULL, code text NOT NULL, full_name text NOT NULL, name_en text, level text NOT NULL,
    valid_from text, valid_to text,
    span double precision,
    shape_6 geometry(MultiPolygon, 3857), shape_10 geometry(MultiPolygon, 3857), shape_13 geometry(MultiPolygon, 3857),
    shape geometry(MultiPolygon, 3857)
);
CREATE TABLE registry.tile_lots (
    fid integer PRIMARY KEY REFERENCES registry.served_lots ON DELETE CASCADE,
    id text NOT NULL, zone text NOT NULL, code text NOT NULL, land_use text NOT NULL, status text,
    area_ha double precision,
    span double precision,
    shape geometry(MultiPolygon, 3857),
    snaps boolean
);
COMMENT ON COLUMN registry.tile_zones.snaps IS
    'the shapes of zooms 10 to 16 stay valid on the grids of these zooms, so a tile can take them as they are';
CREATE INDEX tile_zones_shape ON registry.tile_zones USING gist (shape);
CREATE INDEX tile_zones_point ON registry.tile_zones USING gist (point);
CREATE INDEX tile_units_shape ON registry.tile_units USING gist (shape);
CREATE INDEX tile_lots_shape ON registry.tile_lots USING gist (shape);

-- Web Mercator ends at 85.06 degrees: what lies beyond is cut there.
CREATE FUNCTION registry.mercator(shape geometry) RETURNS geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = registry, public, postgis, pg_temp AS $$
    SELECT ST_Transform(CASE WHEN ST_YMin(shape) < -85.06 OR ST_YMax(shape) > 85.06
        THEN CASE WHEN ST_Dimension(shape) = 2
            THEN ST_Multi(ST_CollectionExtract(
                ST_Intersection(shape, ST_MakeEnvelope(-180, -85.06, 180, 85.06, 4326)), 3))
            ELSE ST_SetSRID(ST_MakePoint(ST_X(shape), greatest(-85.06, least(85.06, ST_Y(shape)))), 4326) END
        ELSE shape END, 3857)
$$;

-- Whether a shape stays what it is when its corners move to the grid of 4096 units a tile, at zooms from first to last.
CREATE FUNCTION registry.snaps(shape geometry, first integer, last integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = registry, public, postgis, pg_temp AS $$
    SELECT bool_and(ST_IsValid(snapped) AND NOT ST_IsEmpty(snapped)
        AND ST_NumGeometries(snapped) = ST_NumGeometries(shape))
    FROM generate_series(first, last) zoom
    CROSS JOIN LATERAL (SELECT 40075016.68557849 / 4096 / 2 ^ zoom AS unit) grid
    CROSS JOIN LATERAL (SELECT ST_SnapToGrid(shape, -20037508.342789244, 20037508.342789244, unit, unit) AS snapped) s
$$;

-- Outer rings run clockwise, as tiles want them. A zone too small for a zoom is drawn as a square around its anchor, a
-- point inside the outline. The tolerance is a quarter of a pixel of a 512 pixel tile at the last zoom of each band: 6,
-- 10 and 13.
CREATE FUNCTION registry.draw_zones(changed text[]) RETURNS void
    LANGUAGE sql SET search_path = registry, public, postgis, pg_temp AS $$
    DELETE FROM tile_zones WHERE slug = ANY(changed);
    INSERT INTO tile_zones
    SELECT fid, slug, name_vi, name_en, kind, status, fill_rate_pct, boundary_quality, location_accuracy_m,
        mercator(location), ST_PointOnSurface(shape),
        greatest(ST_XMax(shape) - ST_XMin(shape), ST_YMax(shape) - ST_YMin(shape)),
        shape_6, shape_10, shape_13, shape, snaps(shape_10, 10, 10) AND snaps(shape_13, 11, 13) AND snaps(shape, 10, 16)
    FROM served_zones CROSS JOIN LATERAL (SELECT ST_ForcePolygonCW(mercator(boundary)) AS shape OFFSET 0) drawn
    CROSS JOIN LATERAL (SELECT ST_Multi(ST_SimplifyPreserveTopology(shape, 300)) AS shape_6,
        ST_Multi(ST_SimplifyPreserveTopology(shape, 19)) AS shape_10,
        ST_Multi(ST_SimplifyPreserveTopology(shape, 2.4)) AS shape_13 OFFSET 0) simpler
    WHERE slug = ANY(changed)
$$;
CREATE FUNCTION registry.draw_units(changed text[]) RETURNS void
    LANGUAGE sql SET search_path = registry, public, postgis, pg_temp AS $$
    DELETE FROM tile_units WHERE uid = ANY(changed);
    INSERT INTO tile_units
    SELECT fid, uid, code, full_name, name_en, level, valid_from::text, valid_to::text,
        greatest(ST_XMax(shape) - ST_XMin(shape), ST_YMax(shape) - ST_YMin(shape)),
        ST_Multi(ST_SimplifyPreserveTopology(shape, 300)), ST_Multi(ST_SimplifyPreserveTopology(shape, 19)),
        ST_Multi(ST_SimplifyPreserveTopology(shape, 2.4)), shape
    FROM served_units CROSS JOIN LATERAL (SELECT mercator(geom) AS shape OFFSET 0) drawn WHERE uid = ANY(changed)
$$;
CREATE FUNCTION registry.draw_lots(changed text[]) RETURNS void
    LANGUAGE sql SET search_path = registry, public, postgis, pg_temp AS $$
    DELETE FROM tile_lots t USING served_lots s WHERE s.fid = t.fid AND s.id = ANY(changed);
    INSERT INTO tile_lots
    SELECT fid, id, zone, code, land_use, status, area_ha,
        greatest(ST_XMax(shape) - ST_XMin(shape), ST_YMax(shape) - ST_YMin(shape)), shape, snaps(shape, 12, 16)
    FROM served_lots CROSS JOIN LATERAL (SELECT ST_ForcePolygonCW(mercator(geom)) AS shape OFFSET 0) drawn
    WHERE id = ANY(changed)
$$;
"""

PUBLISH = """
CREATE FUNCTION registry.mark() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, postgis, pg_temp AS $$
DECLARE
    rows text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' WHEN 'INSERT' THEN 'new_rows'
        ELSE '(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) changed' END;
    target text; expression text; met boolean;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO dirty (part, id) SELECT DISTINCT split_part(one, ':', 1), '*' FROM unnest(TG_ARGV) one
            ON CONFLICT DO NOTHING;
        INSERT INTO publishing VALUES (txid_current()) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', rows) INTO met;
    IF NOT met THEN RETURN NULL; END IF;
    FOREACH target IN ARRAY TG_ARGV LOOP
        expression := split_part(target, ':', 2);
        EXECUTE format('INSERT INTO dirty (part, id) SELECT DISTINCT %L, (%s)::text FROM %s WHERE (%s) IS NOT NULL '
            'ON CONFLICT DO NOTHING', split_part(target, ':', 1), expression, rows, expression);
    END LOOP;
    INSERT INTO publishing VALUES (txid_current()) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION registry.publish() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, postgis, pg_temp AS $$
DECLARE
    mine bigint := txid_current(); here revisions; one record; ids text[]; changed text[]; next_revision bigint;
    has_changed boolean := false;
BEGIN
    DELETE FROM publishing WHERE transaction = mine;
    SELECT * INTO here FROM revisions WHERE part = 'register' FOR UPDATE;
    next_revision := here.revision + CASE WHEN here.transaction = mine THEN 0 ELSE 1 END;
    FOR one IN SELECT * FROM (VALUES ('units', 'uid'), ('zones', 'slug'), ('lots', 'id'), ('facts', 'id')) p (part, key)
    LOOP
        SELECT array_agg(id) INTO ids FROM dirty WHERE transaction = mine AND dirty.part = one.part;
        CONTINUE WHEN ids IS NULL;
        changed := serve(one.part, one.key, CASE WHEN '*' = ANY(ids) THEN NULL ELSE ids END, next_revision);
        CONTINUE WHEN changed IS NULL;
        has_changed := true;
        CASE one.part
            WHEN 'units' THEN PERFORM draw_units(changed);
            WHEN 'lots' THEN PERFORM draw_lots(changed);
            WHEN 'zones' THEN
                PERFORM draw_zones(changed);
                INSERT INTO dirty (part, id) SELECT 'lots', zone || '.' || code FROM lots WHERE zone = ANY(changed)
                    ON CONFLICT DO NOTHING;
            ELSE NULL;
        END CASE;
        EXECUTE format('UPDATE revisions SET revision = $1, total = (SELECT count(*) FROM served_%s), '
            'changed_at = greatest(clock_timestamp(), date_trunc(''second'', changed_at) + interval ''1 second'') '
            'WHERE part = $2', one.part) USING next_revision, one.part;
    END LOOP;
    IF has_changed OR EXISTS (SELECT FROM dirty WHERE transaction = mine AND part = 'register') THEN
        UPDATE revisions SET revision = next_revision, transaction = mine,
            changed_at = greatest(clock_timestamp(), date_trunc('second', changed_at) + interval '1 second')
            WHERE part = 'register';
    END IF;
    DELETE FROM dirty WHERE transaction = mine;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER publishing_at_commit AFTER INSERT ON registry.publishing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.publish();
"""

EVENTS = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows", "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows", "TRUNCATE": "",
}  # fmt: skip
EVERYTHING = ("units:'*'", "zones:'*'", "lots:'*'", "facts:'*'")
FACT = "facts:fact_id"
MARKS = {
    "zones": ("zones:slug",),
    "zone_versions": ("zones:slug",),
    "zone_figures": ("zones:slug",),
    "lots": ("lots:zone || '.' || code",),
    "admin_units": EVERYTHING,
    "admin_succession": ("units:'*'", "facts:'*'"),
    "sources": ("facts:'*'", "register:'*'"),
    "indicators": ("facts:'*'", "register:'*'"),
    "indicator_values": ("facts:'*'", "register:'*'"),
    "facts": ("facts:id",),
    "observations": (FACT,), "targets": (FACT,), "milestones": (FACT,), "obligations": (FACT,), "statements": (FACT,),
    "source_kinds": ("register:'*'",), "milestone_steps": ("register:'*'",), "phases": ("register:'*'",),
    "evidence": ("register:'*'",),
}  # fmt: skip


def upgrade() -> None:
    op.execute(VIEWS)
    op.execute(REVISIONS)
    for part, (key, geometry, indexes) in PARTS.items():
        serve_part(part, key, geometry, indexes)
    op.execute(SERVE)
    op.execute(TILES)
    op.execute(PUBLISH)
    for table, marks in MARKS.items():
        arguments = ", ".join("'" + mark.replace("'", "''") + "'" for mark in marks)
        for event, rows in EVENTS.items():
            op.execute(
                f"CREATE TRIGGER {table}_served_{event.lower()} AFTER {event} ON registry.{table} "
                f"{rows} FOR EACH STATEMENT EXECUTE FUNCTION registry.mark({arguments})"
            )
    for name in granted():
        op.execute(f"GRANT SELECT ON registry.{name} TO registry_read, registry_write")
    op.execute("REVOKE EXECUTE ON FUNCTION registry.mark, registry.publish, registry.serve, registry.draw_zones, "
               "registry.draw_units, registry.draw_lots FROM PUBLIC")  # fmt: skip
    fill()


def serve_part(part: str, key: str, geometry: str | None, indexes: tuple[str, ...]) -> None:
    """The two tables of a part, as its view is."""
    served, past = f"registry.served_{part}", f"registry.past_{part}"
    op.execute(
        f"CREATE TABLE {served} AS SELECT NULL::integer AS fid, NULL::bigint AS revision, * "
        f"FROM registry.current_{part} WITH NO DATA"
    )
    op.execute(f'ALTER TABLE {served} ALTER {key} TYPE text COLLATE "C"')
    op.execute(f"CREATE TABLE {past} (LIKE {served}, until bigint NOT NULL)")
    op.execute(
        f"ALTER TABLE {served} ALTER fid SET NOT NULL, ALTER fid ADD GENERATED ALWAYS AS IDENTITY, "
        f"ADD PRIMARY KEY (fid), ALTER revision SET NOT NULL, ALTER {key} SET NOT NULL"
    )
    op.execute(f"ALTER TABLE {past} ADD PRIMARY KEY (fid, revision)")
    op.execute(f"CREATE UNIQUE INDEX served_{part}_id ON {served} ({key}) INCLUDE (fid, revision)")
    op.execute(f"CREATE INDEX past_{part}_until ON {past} (until)")
    if geometry:
        # Shapes lie apart and uncompressed, so that what is asked of the other columns reads few pages.
        for table in (served, past):
            op.execute(f"ALTER TABLE {table} ALTER {geometry} SET STORAGE EXTERNAL")
            op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 1024)")
        op.execute(f"CREATE INDEX served_{part}_{geometry} ON {served} USING gist ({geometry})")
    if part == "zones":
        op.execute(f"CREATE INDEX served_zones_location ON {served} USING gist (location)")
    for number, columns in enumerate(indexes, 1):
        op.execute(f"CREATE INDEX served_{part}_{number} ON {served} ({columns}, {key}) INCLUDE (fid, revision)")


def granted() -> list[str]:
    """What may be read: all that is made here but the notes of running transactions."""
    tables = [f"{kind}_{part}" for kind in ("current", "served", "past") for part in PARTS]
    return ["lot_features", *tables, "revisions", "tile_zones", "tile_units", "tile_lots", "dirty", "publishing"]


def fill() -> None:
    """Serve what a register of before holds."""
    op.execute("INSERT INTO registry.revisions (part) VALUES ('register'), ('units'), ('zones'), ('lots'), ('facts')")
    op.execute(
        "INSERT INTO registry.dirty (part, id) SELECT part, '*' FROM registry.revisions WHERE part <> 'register'"
    )
    op.execute("INSERT INTO registry.publishing VALUES (txid_current())")
    op.execute("SET CONSTRAINTS registry.publishing_at_commit IMMEDIATE")
    op.execute("SET CONSTRAINTS registry.publishing_at_commit DEFERRED")


def downgrade() -> None:
    for table in MARKS:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER {table}_served_{event.lower()} ON registry.{table}")
    op.execute(
        "DROP TABLE registry.publishing, registry.dirty, registry.tile_zones, registry.tile_units, registry.tile_lots"
    )
    for function in ("publish", "mark", "serve", "draw_zones", "draw_units", "draw_lots"):
        op.execute(f"DROP FUNCTION registry.{function}")
    for part in PARTS:
        op.execute(f"DROP TABLE registry.past_{part}, registry.served_{part}")
        op.execute(f"DROP VIEW registry.current_{part}")
    op.execute("DROP VIEW registry.lot_features")
    op.execute("DROP TABLE registry.revisions")
    op.execute("DROP FUNCTION registry.unmarked, registry.mercator, registry.snaps")
