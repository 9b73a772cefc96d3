"""The projects inside each zone: a number that never changes, and immutable versions with their source and author.

A project is public where its document is. Readers see the others only as one more of a sector and a state, with land
and capital for the sums: the tables are closed to them, and the view that they read has nothing else of these.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

DATES = (
    "decided_on", "licensed_on", "land_handed_over_on", "construction_started_on", "operation_started_on",
    "operation_planned_for",
)  # fmt: skip

TABLES = f"""
CREATE TABLE registry.projects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone text NOT NULL REFERENCES registry.zones,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (id, zone)
);
CREATE INDEX projects_zone ON registry.projects (zone);
COMMENT ON TABLE registry.projects IS 'numbers of projects, never given again; a project stays in its zone';
CREATE TABLE registry.project_versions (
    id bigint NOT NULL REFERENCES registry.projects,
    version integer NOT NULL CHECK (version > 0),
    name text NOT NULL CHECK (name <> ''),
    investor text,
    sector text,
    land_ha numeric CHECK (land_ha > 0 AND land_ha < 1000000),
    capital numeric CHECK (capital > 0 AND capital < 1000000000),
    currency text CHECK (currency IN ('bn_vnd', 'm_usd')),
    decision text,
    {"".join(f"{name} text, {name}_days daterange," for name in DATES)}
    state text CHECK (state IN ('proposed', 'licensed', 'land_handed_over', 'under_construction', 'operating',
        'stalled', 'recovered', 'ended')),
    source text NOT NULL REFERENCES registry.sources,
    place text,
    quote text,
    note text,
    retired_because text CHECK (retired_because <> ''),
    account bigint NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (id, version),
    CHECK ((capital IS NULL) = (currency IS NULL))
    {"".join(f", CHECK (({name} IS NULL) = ({name}_days IS NULL))" for name in DATES)}
);
CREATE INDEX project_versions_source ON registry.project_versions (source);
COMMENT ON COLUMN registry.project_versions.licensed_on IS 'EDTF, as its document is; _days: what it can mean';
COMMENT ON COLUMN registry.project_versions.retired_because IS 'why the record is taken back: it was a mistake';
CREATE TABLE registry.project_previews (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone text NOT NULL REFERENCES registry.zones,
    account bigint NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX project_previews_account ON registry.project_previews (account);
COMMENT ON TABLE registry.project_previews IS 'sheets that somebody looks at before they are taken in; kept for a day';
ALTER TABLE registry.lots ADD project bigint,
    ADD CONSTRAINT lots_project FOREIGN KEY (project, zone) REFERENCES registry.projects (id, zone);
CREATE INDEX lots_project ON registry.lots (project);
COMMENT ON COLUMN registry.lots.project IS 'who holds the lot; stored for sums of land, not served';
"""

RULES = """
CREATE FUNCTION registry.check_project_version() RETURNS trigger
    LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE newest integer := coalesce((SELECT max(version) FROM project_versions WHERE id = NEW.id), 0);
BEGIN
    IF NEW.version > newest + 1 THEN
        RAISE EXCEPTION 'project % is at version %, so the next one is not %', NEW.id, newest, NEW.version
            USING ERRCODE = 'check_violation', COLUMN = 'version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER project_versions_follow BEFORE INSERT ON registry.project_versions
    FOR EACH ROW EXECUTE FUNCTION registry.check_project_version();
CREATE TRIGGER projects_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.projects
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
CREATE TRIGGER project_versions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.project_versions
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
CREATE TRIGGER project_versions_served_insert AFTER INSERT ON registry.project_versions
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.mark('register:''*''');
"""

VIEWS = f"""
CREATE VIEW registry.project_states AS
SELECT p.zone, v.*, coalesce(s.url ~* '^https?://[^/]', false) OR s.published IS NOT NULL AS is_public
FROM registry.projects p
JOIN registry.project_versions v USING (id)
JOIN registry.sources s ON s.id = v.source
WHERE v.retired_because IS NULL
    AND NOT EXISTS (SELECT FROM registry.project_versions n WHERE n.id = v.id AND n.version > v.version);
COMMENT ON VIEW registry.project_states IS
    'what is known of each project; public: its document has an address on the web, or says when it was published';
CREATE VIEW registry.public_projects WITH (security_barrier) AS
SELECT id, version, zone, sector, state, land_ha, capital, currency, is_public,
    {", ".join(f"CASE WHEN is_public THEN {name} END AS {name}" for name in ("name", "investor", "decision"))},
    {", ".join(f"CASE WHEN is_public THEN {name} END AS {name}" for name in DATES)},
    CASE WHEN is_public THEN upper(operation_planned_for_days) - 1 END AS operation_planned_until,
    {", ".join(f"CASE WHEN is_public THEN {name} END AS {name}" for name in ("source", "place", "quote"))},
    CASE WHEN is_public THEN recorded_at END AS recorded_at
FROM registry.project_states;
COMMENT ON VIEW registry.public_projects IS 'all that readers see: names and words only where the document is public';
"""


def upgrade() -> None:
    for part in (TABLES, RULES, VIEWS):
        op.execute(part)
    op.execute("GRANT SELECT, INSERT ON registry.projects, registry.project_versions TO registry_write")
    op.execute("GRANT SELECT, INSERT, DELETE ON registry.project_previews TO registry_write")
    op.execute("GRANT SELECT ON registry.project_states TO registry_write")
    op.execute("GRANT SELECT ON registry.public_projects TO registry_read, registry_write")


def downgrade() -> None:
    op.execute("DROP VIEW registry.public_projects, registry.project_states")
    op.execute("ALTER TABLE registry.lots DROP project")
    op.execute("DROP TABLE registry.project_previews, registry.project_versions, registry.projects")
    op.execute("DROP FUNCTION registry.check_project_version")
