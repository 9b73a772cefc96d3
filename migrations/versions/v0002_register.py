"""Documents, administrative units, zones and their versions, facts in five classes, lots, and derived figures."""

from alembic import op

revision = "0002"
down_revision = "0001"

DOCUMENTS = """
CREATE TABLE registry.source_kinds (
    kind text PRIMARY KEY,
    rank integer NOT NULL UNIQUE,
    label_vi text NOT NULL,
    label_en text NOT NULL
);
COMMENT ON TABLE registry.source_kinds IS
    'kinds of document; of two values with the same as-of, the one of the higher rank is shown';
CREATE TABLE registry.sources (
    id text PRIMARY KEY,
    kind text NOT NULL REFERENCES registry.source_kinds,
    title text NOT NULL,
    number text,
    issuer text,
    province text,
    issued_on date,
    issued_on_basis text,
    latest_date_cited date,
    text_quality text,
    url text,
    published text
);
CREATE TABLE registry.indicators (
    indicator text PRIMARY KEY,
    class text NOT NULL CHECK (class IN ('observation', 'target', 'milestone', 'obligation', 'statement')),
    unit text NOT NULL,
    minimum numeric,
    maximum numeric,
    label_vi text NOT NULL CHECK (label_vi <> ''),
    label_en text NOT NULL CHECK (label_en <> ''),
    definition_vi text NOT NULL CHECK (definition_vi <> ''),
    definition_en text NOT NULL CHECK (definition_en <> ''),
    CHECK (minimum <= maximum)
);
CREATE TABLE registry.indicator_values (
    indicator text NOT NULL REFERENCES registry.indicators,
    value text NOT NULL,
    label_vi text NOT NULL CHECK (label_vi <> ''),
    label_en text NOT NULL CHECK (label_en <> ''),
    PRIMARY KEY (indicator, value)
);
CREATE TABLE registry.milestone_steps (
    step text PRIMARY KEY,
    rank integer NOT NULL UNIQUE,
    status text NOT NULL REFERENCES registry.milestone_steps,
    label_vi text NOT NULL,
    label_en text NOT NULL
);
COMMENT ON COLUMN registry.milestone_steps.status IS 'the status a zone has when this is the furthest step it reached';
"""

UNITS = """
CREATE TABLE registry.admin_units (
    uid text PRIMARY KEY,
    code text NOT NULL,
    name text NOT NULL,
    full_name text NOT NULL,
    name_en text,
    level text NOT NULL CHECK (level IN ('province', 'district', 'commune')),
    kind text,
    parent_uid text REFERENCES registry.admin_units DEFERRABLE INITIALLY DEFERRED,
    valid_from date,
    valid_to date,
    area_km2_published numeric CHECK (area_km2_published > 0),
    predecessors text,
    geometry_basis text,
    source text NOT NULL,
    licence text,
    geom geometry(MultiPolygon, 4326) CHECK (ST_IsValid(geom) AND NOT ST_IsEmpty(geom)),
    CHECK (valid_from <= valid_to)
);
CREATE INDEX admin_units_geom ON registry.admin_units USING gist (geom);
CREATE INDEX admin_units_parent ON registry.admin_units (parent_uid);
CREATE TABLE registry.admin_sketches (
    uid text PRIMARY KEY REFERENCES registry.admin_units,
    geom geometry(MultiPolygon, 4326) NOT NULL
);
COMMENT ON TABLE registry.admin_sketches IS 'outlines simplified together, borders kept common: a frame for small maps';
CREATE TABLE registry.admin_succession (
    historic_uid text NOT NULL REFERENCES registry.admin_units,
    current_uid text NOT NULL REFERENCES registry.admin_units,
    relation text NOT NULL,
    basis text NOT NULL,
    share_of_historic_area numeric CHECK (share_of_historic_area BETWEEN 0 AND 1),
    share_of_current_area numeric CHECK (share_of_current_area BETWEEN 0 AND 1),
    effective_on date NOT NULL,
    source text NOT NULL,
    note text,
    PRIMARY KEY (historic_uid, current_uid)
);
CREATE INDEX admin_succession_current ON registry.admin_succession (current_uid);
"""

ZONES = """
CREATE TABLE registry.zones (
    slug text PRIMARY KEY CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    current_version integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE registry.zone_versions (
    slug text NOT NULL REFERENCES registry.zones DEFERRABLE INITIALLY DEFERRED,
    version integer NOT NULL CHECK (version > 0),
    name_vi text NOT NULL CHECK (name_vi <> ''),
    name_en text NOT NULL CHECK (name_en <> ''),
    kind text NOT NULL CHECK (kind IN ('industrial_park', 'industrial_cluster', 'economic_zone')),
    aliases text[] NOT NULL,
    province_uid text REFERENCES registry.admin_units,
    communes text[] NOT NULL,
    commune_candidate text,
    historic_province_uid text REFERENCES registry.admin_units,
    historic_district text,
    location geometry(Point, 4326) NOT NULL
        CHECK (abs(ST_X(location)) <= 180 AND abs(ST_Y(location)) <= 90),
    location_accuracy_m double precision NOT NULL CHECK (location_accuracy_m > 0),
    location_basis text NOT NULL,
    location_evidence text NOT NULL,
    declared_area_ha numeric CHECK (declared_area_ha > 0),
    declared_area_basis text CHECK (declared_area_basis IN ('stated', 'derived')),
    declared_area_note text,
    declared_area_inputs text[] NOT NULL,
    boundary geometry(MultiPolygon, 4326) CHECK (ST_IsValid(boundary) AND NOT ST_IsEmpty(boundary)
        AND ST_XMin(boundary) >= -180 AND ST_XMax(boundary) <= 180
        AND ST_YMin(boundary) >= -90 AND ST_YMax(boundary) <= 90),
    boundary_quality text CHECK (boundary_quality IN ('surveyed', 'digitised', 'indicative')),
    boundary_accuracy_m double precision CHECK (boundary_accuracy_m > 0),
    boundary_source text REFERENCES registry.sources,
    boundary_crs text,
    measured_area_ha double precision GENERATED ALWAYS AS (
        CASE WHEN boundary_quality IN ('surveyed', 'digitised') THEN ST_Area(boundary::geography) / 10000 END
    ) STORED,
    status_detail text,
    doubts text,
    sources text[] NOT NULL,
    author text NOT NULL,
    valid_from date,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (slug, version),
    CHECK ((declared_area_ha IS NULL) = (declared_area_basis IS NULL)),
    CHECK ((boundary IS NULL) = (boundary_quality IS NULL)),
    CHECK ((boundary IS NULL) = (boundary_accuracy_m IS NULL)),
    CHECK (boundary_quality <> 'surveyed' OR boundary_source IS NOT NULL)
);
COMMENT ON COLUMN registry.zone_versions.measured_area_ha IS
    'geodesic; null for an indicative outline, whose area was put into it, not measured on it';
CREATE INDEX zone_versions_boundary ON registry.zone_versions USING gist (boundary);
CREATE INDEX zone_versions_location ON registry.zone_versions USING gist (location);
ALTER TABLE registry.zones ADD CONSTRAINT zones_current_version FOREIGN KEY (slug, current_version)
    REFERENCES registry.zone_versions DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE registry.evidence (
    id text PRIMARY KEY,
    zone text REFERENCES registry.zones,
    source text NOT NULL REFERENCES registry.sources,
    claim_type text NOT NULL,
    quote text NOT NULL,
    note text
);
CREATE INDEX evidence_zone ON registry.evidence (zone);
CREATE TABLE registry.lots (
    zone text NOT NULL REFERENCES registry.zones,
    code text NOT NULL,
    land_use text NOT NULL
        CHECK (land_use IN ('industrial', 'service', 'infrastructure', 'green', 'road', 'water', 'other')),
    status text CHECK (status IN ('available', 'reserved', 'leased', 'not_cleared')),
    area_ha numeric NOT NULL CHECK (area_ha > 0),
    as_of text,
    source text REFERENCES registry.sources,
    geom geometry(MultiPolygon, 4326) CHECK (ST_IsValid(geom) AND NOT ST_IsEmpty(geom)),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone, code)
);
CREATE INDEX lots_geom ON registry.lots USING gist (geom);
"""

FACTS = """
CREATE TABLE registry.facts (
    id text PRIMARY KEY,
    class text NOT NULL CHECK (class IN ('observation', 'target', 'milestone', 'obligation', 'statement')),
    indicator text NOT NULL REFERENCES registry.indicators,
    subject_kind text NOT NULL CHECK (subject_kind IN (
        'industrial_park', 'industrial_cluster', 'economic_zone', 'province', 'industrial_parks_of_province',
        'industrial_clusters_of_province', 'zones_of_province', 'economic_zone_of_province')),
    subject text NOT NULL,
    zone text REFERENCES registry.zones,
    unit_uid text NOT NULL REFERENCES registry.admin_units,
    is_target boolean NOT NULL,
    as_of text,
    as_of_start date,
    as_of_end date,
    period text,
    period_start date,
    period_end date,
    source text NOT NULL REFERENCES registry.sources,
    place text NOT NULL,
    quote text NOT NULL CHECK (quote <> ''),
    quote_match text NOT NULL CHECK (quote_match IN ('exact', 'ocr_or_typo_corrected')),
    note text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, class),
    CHECK ((subject_kind IN ('industrial_park', 'industrial_cluster', 'economic_zone')) = (zone IS NOT NULL)),
    CHECK ((as_of IS NULL) = (as_of_start IS NULL) AND (as_of IS NULL) = (as_of_end IS NULL)),
    CHECK ((period IS NULL) = (period_start IS NULL) AND (period IS NULL) = (period_end IS NULL)),
    CHECK (as_of_start <= as_of_end AND period_start <= period_end)
);
COMMENT ON COLUMN registry.facts.as_of IS 'the day, month, year or span the value describes, as EDTF; null: not stated';
COMMENT ON COLUMN registry.facts.period IS 'the year or term a demand, plan or rule is for, as EDTF';
CREATE INDEX facts_zone ON registry.facts (zone, indicator);
CREATE INDEX facts_unit ON registry.facts (unit_uid, indicator);
CREATE INDEX facts_source ON registry.facts (source);
CREATE TABLE registry.observations (
    fact_id text PRIMARY KEY,
    class text NOT NULL CHECK (class = 'observation'),
    comparator text NOT NULL CHECK (comparator IN ('eq', 'approx', 'gt', 'gte', 'range')),
    value numeric NOT NULL,
    value_max numeric,
    FOREIGN KEY (fact_id, class) REFERENCES registry.facts (id, class),
    CHECK ((comparator = 'range') = (value_max IS NOT NULL)),
    CHECK (value < value_max)
);
CREATE TABLE registry.targets (
    fact_id text PRIMARY KEY,
    class text NOT NULL CHECK (class = 'target'),
    comparator text CHECK (comparator IN ('eq', 'approx', 'gt', 'gte', 'range')),
    value numeric,
    value_max numeric,
    milestone text,
    applies_to text NOT NULL CHECK (applies_to IN ('all', 'operating')),
    FOREIGN KEY (fact_id, class) REFERENCES registry.facts (id, class),
    CHECK ((value IS NULL) = (comparator IS NULL) AND (value IS NULL) = (milestone IS NOT NULL)),
    CHECK ((comparator IS NOT NULL AND comparator = 'range') = (value_max IS NOT NULL)),
    CHECK (value < value_max)
);
CREATE TABLE registry.milestones (
    fact_id text PRIMARY KEY REFERENCES registry.facts,
    zone text NOT NULL REFERENCES registry.zones,
    step text NOT NULL REFERENCES registry.milestone_steps,
    wording text NOT NULL,
    as_of text,
    as_of_start date,
    as_of_end date,
    basis text NOT NULL CHECK (basis IN ('stated', 'implied')),
    note text,
    CHECK ((as_of IS NULL) = (as_of_start IS NULL) AND (as_of IS NULL) = (as_of_end IS NULL)),
    CHECK (as_of_start <= as_of_end)
);
COMMENT ON COLUMN registry.milestones.wording IS 'the state as the fact gives it, before it was read as a step';
COMMENT ON COLUMN registry.milestones.basis IS
    'stated: the fact says so; implied: the fact demands a later step of a zone that must be planned for that';
CREATE INDEX milestones_zone ON registry.milestones (zone);
CREATE TABLE registry.obligations (
    fact_id text PRIMARY KEY,
    class text NOT NULL CHECK (class = 'obligation'),
    requirement text NOT NULL CHECK (requirement <> ''),
    met boolean,
    FOREIGN KEY (fact_id, class) REFERENCES registry.facts (id, class)
);
CREATE TABLE registry.statements (
    fact_id text PRIMARY KEY,
    class text NOT NULL CHECK (class = 'statement'),
    content text NOT NULL CHECK (content <> ''),
    FOREIGN KEY (fact_id, class) REFERENCES registry.facts (id, class)
);
CREATE TABLE registry.phases (
    zone text NOT NULL REFERENCES registry.zones,
    code text NOT NULL,
    name_vi text NOT NULL,
    name_en text NOT NULL,
    in_force boolean,
    is_expansion boolean NOT NULL,
    area_ha numeric CHECK (area_ha > 0),
    fact_id text NOT NULL REFERENCES registry.facts,
    PRIMARY KEY (zone, code)
);
COMMENT ON COLUMN registry.phases.in_force IS 'false: planned; null: the documents do not say';
"""

FIGURES = """
CREATE TABLE registry.zone_figures (
    slug text PRIMARY KEY REFERENCES registry.zones,
    status text REFERENCES registry.milestone_steps,
    status_as_of text,
    status_basis text CHECK (status_basis IN ('stated', 'implied')),
    expansion_area_ha numeric,
    leasable_area_ha numeric,
    leased_area_ha numeric,
    available_area_ha numeric,
    cleared_area_ha numeric,
    sectors text[],
    fill_rate_pct numeric,
    fill_rate_basis text CHECK (fill_rate_basis IN ('lots', 'areas', 'reported')),
    fill_rate_definition text,
    fill_rate_as_of text,
    fill_rate_source text REFERENCES registry.sources,
    updated_at timestamptz NOT NULL,
    CHECK ((fill_rate_pct IS NULL) = (fill_rate_basis IS NULL)),
    CHECK (fill_rate_pct >= 0)
);
COMMENT ON TABLE registry.zone_figures IS
    'worked out from the facts, phases and lots in the transaction that changes them; never a source';
CREATE TABLE registry.data_files (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now()
);
"""

RULES = """
CREATE FUNCTION registry.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is history: rows are added, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION registry.check_fact_class() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found integer;
BEGIN
    EXECUTE format('SELECT count(*) FROM registry.%I WHERE fact_id = $1', NEW.class || 's') INTO found USING NEW.id;
    IF found = 0 THEN
        RAISE EXCEPTION 'fact % is said to be of class % but has no row there', NEW.id, NEW.class
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION registry.check_value_range() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bounds record;
BEGIN
    SELECT i.indicator, i.minimum, i.maximum INTO bounds
        FROM registry.facts f JOIN registry.indicators i USING (indicator) WHERE f.id = NEW.fact_id;
    IF NEW.value < bounds.minimum OR coalesce(NEW.value_max, NEW.value) > bounds.maximum THEN
        RAISE EXCEPTION '% of fact % is outside % to % of %', NEW.value, NEW.fact_id,
            coalesce(bounds.minimum::text, 'any'), coalesce(bounds.maximum::text, 'any'), bounds.indicator
            USING ERRCODE = 'check_violation', COLUMN = 'value';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION registry.check_version_references() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stray text;
BEGIN
    SELECT one INTO stray FROM unnest(NEW.sources) one
        WHERE NOT EXISTS (SELECT FROM registry.sources s WHERE s.id = one);
    IF stray IS NULL THEN
        SELECT one INTO stray FROM unnest(NEW.declared_area_inputs) one
            WHERE NOT EXISTS (SELECT FROM registry.facts f WHERE f.id = one);
    END IF;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'version % of % rests on %, which is no source or fact', NEW.version, NEW.slug, stray
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER zone_versions_references AFTER INSERT ON registry.zone_versions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.check_version_references();
CREATE CONSTRAINT TRIGGER facts_class AFTER INSERT ON registry.facts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.check_fact_class();
CREATE TRIGGER observations_range AFTER INSERT ON registry.observations
    FOR EACH ROW EXECUTE FUNCTION registry.check_value_range();
CREATE TRIGGER targets_range AFTER INSERT ON registry.targets
    FOR EACH ROW EXECUTE FUNCTION registry.check_value_range();
"""

HISTORY = ("zone_versions", "facts", "observations", "targets", "milestones", "statements", "evidence")
CORRECTABLE = (
    "source_kinds", "sources", "indicators", "indicator_values", "milestone_steps", "admin_units",
    "admin_succession", "zones", "phases", "lots", "zone_figures", "data_files", "admin_sketches",
)  # fmt: skip


def upgrade() -> None:
    for part in (DOCUMENTS, UNITS, ZONES, FACTS, FIGURES, RULES):
        op.execute(part)
    for table in HISTORY:
        op.execute(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change()"
        )
        op.execute(f"GRANT INSERT ON registry.{table} TO registry_write")
    op.execute(
        "CREATE TRIGGER obligations_immutable BEFORE UPDATE OF fact_id, class, requirement OR DELETE OR TRUNCATE "
        "ON registry.obligations FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change()"
    )
    op.execute("GRANT INSERT, UPDATE (met) ON registry.obligations TO registry_write")
    for table in CORRECTABLE:
        op.execute(f"GRANT INSERT, UPDATE ON registry.{table} TO registry_write")
    op.execute("GRANT DELETE ON registry.admin_sketches TO registry_write")
    for table in (*HISTORY, *CORRECTABLE, "obligations", "alembic_version"):
        op.execute(f"GRANT SELECT ON registry.{table} TO registry_read, registry_write")


def downgrade() -> None:
    op.execute("ALTER TABLE registry.zones DROP CONSTRAINT zones_current_version")
    for table in (
        "data_files", "zone_figures", "phases", "statements", "obligations", "milestones", "targets", "observations",
        "facts", "lots", "evidence", "zone_versions", "zones", "admin_succession", "admin_sketches",
        "admin_units", "milestone_steps",
        "indicator_values", "indicators", "sources", "source_kinds",
    ):  # fmt: skip
        op.execute(f"DROP TABLE registry.{table}")
    for function in ("refuse_change", "check_fact_class", "check_value_range", "check_version_references"):
        op.execute(f"DROP FUNCTION registry.{function}")
