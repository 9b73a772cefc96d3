"""Periodic reports that were issued: numbered without a gap, kept as they were."""

from alembic import op

revision = "0010"
down_revision = "0009"

REPORTS = """
CREATE TABLE registry.reports (
    number bigint PRIMARY KEY CHECK (number > 0),
    province_uid text NOT NULL REFERENCES registry.admin_units,
    period text NOT NULL CHECK (period ~ '^[0-9]{4}(-H[12])?$'),
    as_of date NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 0),
    issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    issued_by text NOT NULL CHECK (issued_by <> ''),
    content jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$')
);
CREATE INDEX reports_province ON registry.reports (province_uid, period);
COMMENT ON TABLE registry.reports IS 'periodic reports as they were issued; numbers follow each other without a gap';
COMMENT ON COLUMN registry.reports.revision IS 'the revision of the register that the content was read at';
COMMENT ON COLUMN registry.reports.sha256 IS 'of the content as JSON with sorted keys and no white space';
-- One after the other: whoever issues waits for the other's commit and takes the next number.
CREATE FUNCTION registry.number_report() RETURNS trigger LANGUAGE plpgsql
    SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('registry.reports'));
    NEW.number := (SELECT coalesce(max(number), 0) + 1 FROM reports);
    RETURN NEW;
END $$;
CREATE TRIGGER reports_numbered BEFORE INSERT ON registry.reports
    FOR EACH ROW EXECUTE FUNCTION registry.number_report();
CREATE TRIGGER reports_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.reports
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
CREATE TRIGGER reports_served_insert AFTER INSERT ON registry.reports REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.mark('register:''*''');
GRANT SELECT ON registry.reports TO registry_read, registry_write;
GRANT INSERT ON registry.reports TO registry_write;
"""


def upgrade() -> None:
    op.execute(REPORTS)


def downgrade() -> None:
    op.execute("DROP TABLE registry.reports")
    op.execute("DROP FUNCTION registry.number_report")
