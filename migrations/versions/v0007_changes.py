"""Changes and what becomes of them: proposals, their evidence, reserved ids, and versions that say how they came about.

Versions whose day has not come wait; outlines that are in force together never overlap, whoever writes them; and the
register's state at any revision or day can be told, because times of revisions are kept.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

CHANGES = """
CREATE TABLE registry.changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone text NOT NULL CHECK (zone ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    action text NOT NULL CHECK (action IN ('create', 'update', 'withdraw', 'merge', 'delete', 'revert')),
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'submitted', 'approved', 'rejected', 'withdrawn')),
    edit integer NOT NULL DEFAULT 1 CHECK (edit > 0),
    title text NOT NULL DEFAULT '',
    base_version integer CHECK (base_version > 0),
    from_version integer CHECK (from_version > 0),
    province_uid text REFERENCES registry.admin_units,
    author bigint NOT NULL,
    author_name text NOT NULL CHECK (author_name <> ''),
    document text NOT NULL DEFAULT '',
    fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object'),
    sets_boundary boolean NOT NULL DEFAULT false,
    boundary geometry(MultiPolygon, 4326),
    receipt jsonb,
    observations jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(observations) = 'array'),
    milestones jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(milestones) = 'array'),
    documents jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(documents) = 'array'),
    reasons jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(reasons) = 'object'),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    submitted_at timestamptz,
    reviewer bigint,
    reviewer_name text,
    decided_at timestamptz,
    decision text,
    published_version integer,
    CHECK ((action = 'create') = (base_version IS NULL)),
    CHECK ((action = 'revert') = (from_version IS NOT NULL)),
    CHECK (boundary IS NULL OR sets_boundary),
    CHECK ((state = 'approved') = (published_version IS NOT NULL)),
    CHECK ((state IN ('approved', 'rejected', 'withdrawn')) = (decided_at IS NOT NULL))
);
COMMENT ON TABLE registry.changes IS 'what somebody proposes for one zone; fields: only the columns that it sets';
COMMENT ON COLUMN registry.changes.edit IS 'counted up by each save: whoever saves says which one was seen';
CREATE UNIQUE INDEX changes_draft ON registry.changes (zone, author) WHERE state = 'draft';
CREATE INDEX changes_open ON registry.changes (state, province_uid, submitted_at);
CREATE INDEX changes_zone ON registry.changes (zone, id);
CREATE TABLE registry.attachments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    change_id bigint NOT NULL REFERENCES registry.changes,
    number integer NOT NULL CHECK (number > 0),
    name text NOT NULL CHECK (name <> ''),
    media text NOT NULL,
    use text NOT NULL CHECK (use IN ('corner_table', 'outline_file', 'document')),
    sha256 text NOT NULL,
    content bytea NOT NULL,
    account bigint NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (change_id, number)
);
ALTER TABLE registry.attachments ALTER content SET STORAGE EXTERNAL;
COMMENT ON TABLE registry.attachments IS 'what was handed in with a change, byte for byte';
CREATE TABLE registry.reservations (
    slug text PRIMARY KEY,
    change_id bigint NOT NULL REFERENCES registry.changes DEFERRABLE INITIALLY DEFERRED,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE registry.reservations IS 'ids given to zones that were not published yet; never given again';

-- A decided change is history; a submitted one waits unaltered; what a draft is about and who began it stays.
CREATE FUNCTION registry.check_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE proposed text[] := ARRAY['title', 'fields', 'sets_boundary', 'boundary', 'receipt', 'observations',
    'milestones', 'documents', 'document', 'reasons', 'edit', 'province_uid', 'base_version'];
BEGIN
    IF OLD.state IN ('approved', 'rejected', 'withdrawn') THEN
        RAISE EXCEPTION 'change % is %: it is history', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.zone, NEW.action, NEW.author, NEW.author_name, NEW.created_at, NEW.from_version)
        IS DISTINCT FROM (OLD.id, OLD.zone, OLD.action, OLD.author, OLD.author_name, OLD.created_at, OLD.from_version)
    THEN
        RAISE EXCEPTION 'what change % is about and who began it stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'submitted' AND EXISTS (SELECT FROM unnest(proposed) one
        WHERE to_jsonb(NEW) -> one IS DISTINCT FROM to_jsonb(OLD) -> one) THEN
        RAISE EXCEPTION 'change % is submitted: what it proposes stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_checked BEFORE UPDATE ON registry.changes
    FOR EACH ROW EXECUTE FUNCTION registry.check_change();
CREATE TRIGGER changes_kept BEFORE DELETE OR TRUNCATE ON registry.changes
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
CREATE TRIGGER attachments_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.attachments
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
CREATE TRIGGER reservations_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.reservations
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
"""

VERSIONS = """
ALTER TABLE registry.zone_versions
    ADD change_id bigint REFERENCES registry.changes,
    ADD reviewer text,
    ADD receipt jsonb,
    ADD life text NOT NULL DEFAULT 'listed' CHECK (life IN ('listed', 'withdrawn', 'merged', 'deleted')),
    ADD life_reason text,
    ADD successor text REFERENCES registry.zones,
    ADD CONSTRAINT zone_versions_life CHECK ((life = 'listed') = (life_reason IS NULL)),
    ADD CONSTRAINT zone_versions_successor CHECK ((life = 'merged') = (successor IS NOT NULL)),
    ADD CONSTRAINT zone_versions_heir CHECK (successor <> slug);
COMMENT ON COLUMN registry.zone_versions.life IS
    'withdrawn and merged zones stay readable; deleted: recorded by mistake, no longer served';
CREATE FUNCTION registry.legal_day() RETURNS date LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$ SELECT (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$;
CREATE FUNCTION registry.keep_zones() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'ids of zones are never given again: zones are withdrawn, not removed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.slug <> OLD.slug OR NEW.current_version < OLD.current_version THEN
        RAISE EXCEPTION 'zone % keeps its id, and its versions only go forward', OLD.slug
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER zones_kept BEFORE UPDATE ON registry.zones FOR EACH ROW EXECUTE FUNCTION registry.keep_zones();
CREATE TRIGGER zones_not_removed BEFORE DELETE OR TRUNCATE ON registry.zones
    FOR EACH STATEMENT EXECUTE FUNCTION registry.keep_zones();

-- A version that waits for its day takes effect when that has come.
CREATE FUNCTION registry.take_effect() RETURNS text[]
    LANGUAGE sql SET search_path = registry, public, postgis, pg_temp AS $$
    WITH due AS (
        SELECT slug, max(version) AS version FROM zone_versions
        WHERE valid_from IS NULL OR valid_from <= legal_day() GROUP BY slug),
    moved AS (
        UPDATE zones z SET current_version = due.version FROM due
        WHERE due.slug = z.slug AND due.version > z.current_version RETURNING z.slug)
    SELECT coalesce(array_agg(slug), '{}') FROM moved
$$;

-- Outlines in force together share no more than 1 m2, but for a zone that lies inside its economic zone. One lock lets
-- writers look one after the other: each sees what was committed before it looks.
CREATE FUNCTION registry.periods(slugs text[]) RETURNS TABLE (
    slug text, version integer, kind text, starts date, ends date, boundary geometry)
    LANGUAGE sql STABLE SET search_path = registry, public, postgis, pg_temp AS $$
    SELECT slug, version, kind, starts, ends, boundary FROM (
        SELECT v.*, CASE WHEN v.version > z.current_version AND v.valid_from IS NOT NULL THEN v.valid_from
                ELSE '-infinity' END AS starts,
            coalesce(lead(v.valid_from) OVER (PARTITION BY v.slug ORDER BY v.version), 'infinity') AS ends
        FROM zones z JOIN zone_versions v ON v.slug = z.slug AND v.version >= z.current_version
        WHERE z.slug = ANY(slugs)) here
    WHERE boundary_quality IN ('surveyed', 'digitised') AND life = 'listed' AND starts < ends
$$;
COMMENT ON FUNCTION registry.periods IS 'measured outlines that are in force or wait for their day, and when';
CREATE FUNCTION registry.meeting(zone text) RETURNS TABLE (other text, shared_m2 double precision)
    LANGUAGE sql STABLE SET search_path = registry, public, postgis, pg_temp AS $$
    WITH mine AS MATERIALIZED (SELECT * FROM periods(ARRAY[meeting.zone])),
    near AS MATERIALIZED (
        SELECT * FROM periods(ARRAY(SELECT v.slug FROM mine m JOIN zone_versions v ON v.boundary && m.boundary
            WHERE v.slug <> meeting.zone)))
    SELECT slug, shared FROM (
        SELECT n.slug, ST_Area(ST_Intersection(m.boundary, n.boundary)::geography) AS shared, m.kind AS kind,
            n.kind AS other_kind, m.boundary AS outline, n.boundary AS other_outline
        FROM mine m JOIN near n ON m.starts < n.ends AND n.starts < m.ends AND ST_Intersects(m.boundary, n.boundary)
        OFFSET 0) met
    WHERE shared > 1
        AND NOT (kind <> 'economic_zone' AND other_kind = 'economic_zone'
            AND ST_Area(ST_Difference(outline, other_outline)::geography) <= 1)
        AND NOT (kind = 'economic_zone' AND other_kind <> 'economic_zone'
            AND ST_Area(ST_Difference(other_outline, outline)::geography) <= 1)
$$;
COMMENT ON FUNCTION registry.meeting IS 'the zones whose outlines may not be in force together with those of a zone';
CREATE FUNCTION registry.refuse_overlap() RETURNS trigger
    LANGUAGE plpgsql SET search_path = registry, public, postgis, pg_temp AS $$
DECLARE met record;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'outlines are published at the isolation level read committed, so that each sees the others'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock(7206962);
    SELECT * INTO met FROM meeting(NEW.slug) ORDER BY shared_m2 DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the outline of % shares % m2 with that of %', NEW.slug, round(met.shared_m2), met.other
            USING ERRCODE = 'exclusion_violation', DETAIL = met.other, HINT = met.shared_m2::text;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER zones_apart AFTER INSERT OR UPDATE OF current_version ON registry.zones
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.refuse_overlap();
CREATE CONSTRAINT TRIGGER zone_versions_apart AFTER INSERT ON registry.zone_versions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.boundary_quality IN ('surveyed', 'digitised'))
    EXECUTE FUNCTION registry.refuse_overlap();
"""

# The feature of a zone gains why it is no longer listed and what follows it; a deleted one is not served.
ZONE_FEATURES = """
CREATE OR REPLACE VIEW registry.zone_features AS
SELECT z.slug, v.name_vi, v.name_en, v.kind,
    CASE WHEN v.life = 'listed' THEN f.status ELSE 'withdrawn' END AS status,
    CASE WHEN v.life = 'listed' THEN f.status_as_of ELSE v.valid_from::text END AS status_as_of,
    CASE WHEN v.life = 'listed' THEN f.status_basis ELSE 'stated' END AS status_basis,
    p.full_name AS province, p.code AS province_code,
    nullif(array_to_string(v.communes, '; '), '') AS commune,
    hp.full_name AS historic_province, v.historic_district,
    v.declared_area_ha, v.declared_area_basis, v.measured_area_ha, f.expansion_area_ha,
    f.leasable_area_ha, f.leased_area_ha, f.available_area_ha, f.cleared_area_ha, f.sectors,
    f.fill_rate_pct, f.fill_rate_basis, f.fill_rate_as_of,
    v.boundary_quality, v.boundary_accuracy_m, v.location_accuracy_m, v.location_evidence, v.doubts,
    v.version, f.updated_at,
    v.boundary, v.location, v.valid_from, NULL::date AS valid_to,
    v.province_uid, v.historic_province_uid, v.life_reason AS status_reason, v.successor
FROM registry.zones z
JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version AND v.life <> 'deleted'
LEFT JOIN registry.zone_figures f ON f.slug = z.slug
LEFT JOIN registry.admin_units p ON p.uid = v.province_uid
LEFT JOIN registry.admin_units hp ON hp.uid = v.historic_province_uid
"""
CURRENT_ZONES = """
CREATE OR REPLACE VIEW registry.current_zones AS
SELECT f.slug, f.name_vi, f.name_en, f.kind, f.status, f.status_as_of, f.status_basis, f.province, f.province_code,
    f.commune, f.historic_province, f.historic_district, f.declared_area_ha, f.declared_area_basis, f.measured_area_ha,
    f.expansion_area_ha, f.leasable_area_ha, f.leased_area_ha, f.available_area_ha, f.cleared_area_ha, f.sectors,
    f.fill_rate_pct, f.fill_rate_basis, f.fill_rate_as_of, f.boundary_quality, f.boundary_accuracy_m,
    f.location_accuracy_m, f.location_evidence, f.doubts, f.version, f.updated_at, f.boundary, f.location, f.valid_from,
    f.valid_to, f.province_uid, f.historic_province_uid,
    registry.plain(concat_ws(' ', f.slug, f.name_vi, f.name_en, array_to_string(v.aliases, ' '), f.province,
        f.historic_province, f.historic_district, f.commune)) AS words,
    g.fill_rate_source, g.fill_rate_definition, f.status_reason, f.successor
FROM registry.zone_features f JOIN registry.zone_versions v USING (slug, version)
LEFT JOIN registry.zone_figures g USING (slug)
"""
# `until` stays the last column of the past, behind all that is served.
SERVED = """
ALTER TABLE registry.served_zones ADD status_reason text, ADD successor text;
ALTER TABLE registry.past_zones ADD status_reason text, ADD successor text, ADD ended bigint;
UPDATE registry.past_zones SET ended = until;
ALTER TABLE registry.past_zones DROP until;
ALTER TABLE registry.past_zones RENAME ended TO until;
ALTER TABLE registry.past_zones ALTER until SET NOT NULL;
CREATE INDEX past_zones_until ON registry.past_zones (until);
CREATE INDEX past_zones_slug ON registry.past_zones (slug, version);
"""
TIMES = """
CREATE TABLE registry.revision_times (
    revision bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE registry.revision_times IS 'when the register came to each revision: what was known at a time';
INSERT INTO registry.revision_times SELECT revision, changed_at FROM registry.revisions WHERE part = 'register';
CREATE FUNCTION registry.note_revision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO revision_times (revision) VALUES (NEW.revision) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER revisions_noted AFTER UPDATE OF revision ON registry.revisions FOR EACH ROW
    WHEN (NEW.part = 'register' AND NEW.revision <> OLD.revision) EXECUTE FUNCTION registry.note_revision();
CREATE TRIGGER revision_times_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.revision_times
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
"""
# What everybody may know of the change behind a version: neither comments nor who may sign in.
PUBLISHED = """
CREATE VIEW registry.published_changes AS
SELECT id, zone, published_version AS version, action, from_version, document,
    jsonb_array_length(observations) AS observations, jsonb_array_length(milestones) AS milestones
FROM registry.changes WHERE state = 'approved';
GRANT SELECT ON registry.published_changes TO registry_read, registry_write;
"""


FORMER_VIEWS = (
    """
CREATE VIEW registry.zone_features AS
SELECT z.slug, v.name_vi, v.name_en, v.kind, f.status, f.status_as_of, f.status_basis,
    p.full_name AS province, p.code AS province_code,
    nullif(array_to_string(v.communes, '; '), '') AS commune,
    hp.full_name AS historic_province, v.historic_district,
    v.declared_area_ha, v.declared_area_basis, v.measured_area_ha, f.expansion_area_ha,
    f.leasable_area_ha, f.leased_area_ha, f.available_area_ha, f.cleared_area_ha, f.sectors,
    f.fill_rate_pct, f.fill_rate_basis, f.fill_rate_as_of,
    v.boundary_quality, v.boundary_accuracy_m, v.location_accuracy_m, v.location_evidence, v.doubts,
    v.version, f.updated_at,
    v.boundary, v.location, v.valid_from, NULL::date AS valid_to,
    v.province_uid, v.historic_province_uid
FROM registry.zones z
JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version
LEFT JOIN registry.zone_figures f ON f.slug = z.slug
LEFT JOIN registry.admin_units p ON p.uid = v.province_uid
LEFT JOIN registry.admin_units hp ON hp.uid = v.historic_province_uid
""",
    """
CREATE VIEW registry.lot_features AS
SELECT l.zone || '.' || l.code AS id, l.zone, z.name_vi AS zone_name_vi, z.name_en AS zone_name_en, l.code,
    l.land_use, l.status, l.area_ha, l.as_of, l.source, z.province, z.province_code, z.historic_province, l.recorded_at,
    l.geom, NULL::date AS valid_from, NULL::date AS valid_to, z.province_uid, z.historic_province_uid
FROM registry.lots l JOIN registry.zone_features z ON z.slug = l.zone
""",
    """
CREATE VIEW registry.current_zones AS
SELECT f.*, registry.plain(concat_ws(' ', f.slug, f.name_vi, f.name_en, array_to_string(v.aliases, ' '), f.province,
    f.historic_province, f.historic_district, f.commune)) AS words, g.fill_rate_source, g.fill_rate_definition
FROM registry.zone_features f JOIN registry.zone_versions v USING (slug, version)
LEFT JOIN registry.zone_figures g USING (slug)
""",
    """
CREATE VIEW registry.current_lots AS
SELECT f.*, registry.plain(concat_ws(' ', f.code, f.zone_name_vi, f.zone_name_en, f.province,
    f.historic_province)) AS words
FROM registry.lot_features f
""",
)


def upgrade() -> None:
    for part in (CHANGES, VERSIONS, ZONE_FEATURES, CURRENT_ZONES, SERVED, TIMES, PUBLISHED):
        op.execute(part)
    op.execute("GRANT SELECT, INSERT, UPDATE ON registry.changes TO registry_write")
    op.execute("GRANT SELECT, INSERT ON registry.attachments, registry.reservations TO registry_write")
    op.execute("GRANT SELECT ON registry.reservations, registry.revision_times TO registry_read, registry_write")
    op.execute("REVOKE EXECUTE ON FUNCTION registry.take_effect, registry.note_revision FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION registry.take_effect TO registry_write")


def downgrade() -> None:
    op.execute("DROP TRIGGER revisions_noted ON registry.revisions")
    op.execute("DROP TABLE registry.revision_times")
    op.execute("DROP FUNCTION registry.note_revision")
    op.execute("DROP TRIGGER zone_versions_apart ON registry.zone_versions")
    for trigger in ("zones_apart", "zones_kept", "zones_not_removed"):
        op.execute(f"DROP TRIGGER {trigger} ON registry.zones")
    for function in ("refuse_overlap", "meeting", "periods", "take_effect", "keep_zones"):
        op.execute(f"DROP FUNCTION registry.{function}")
    former_views()
    op.execute("ALTER TABLE registry.zone_versions DROP change_id, DROP reviewer, DROP receipt, DROP life, "
               "DROP life_reason, DROP successor")  # fmt: skip
    op.execute("DROP FUNCTION registry.legal_day")
    op.execute("DROP VIEW registry.published_changes")
    op.execute("DROP TABLE registry.reservations, registry.attachments, registry.changes")
    op.execute("DROP FUNCTION registry.check_change")


def former_views() -> None:
    """The zone's feature as it was before it could end, and what is read from it."""
    op.execute("ALTER TABLE registry.served_zones DROP status_reason, DROP successor")
    op.execute("DROP INDEX registry.past_zones_slug")
    op.execute("ALTER TABLE registry.past_zones DROP status_reason, DROP successor")
    op.execute("DROP VIEW registry.current_lots, registry.lot_features, registry.current_zones, registry.zone_features")
    for view in FORMER_VIEWS:
        op.execute(view)
    for name in ("zone_features", "current_zones", "lot_features", "current_lots"):
        op.execute(f"GRANT SELECT ON registry.{name} TO registry_read, registry_write")
