"""The mark of a database whose zones, lots and facts are made up: set before them, never taken off, never on real ones.

It lies in the database itself, so that whatever serves, copies or restores it knows.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

MARK = """
CREATE TABLE registry.synthetic (
    marked boolean PRIMARY KEY DEFAULT true CHECK (marked),
    seed bigint NOT NULL,
    zones integer NOT NULL,
    lots integer NOT NULL,
    generation integer NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE registry.synthetic IS 'a row: what this database holds is made up, from this seed, so many of each';
COMMENT ON COLUMN registry.synthetic.generation IS 'of the rules by which a seed becomes data';
CREATE FUNCTION registry.refuse_mixture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'synthetic' THEN
        IF EXISTS (SELECT FROM registry.zones) OR EXISTS (SELECT FROM registry.data_files) THEN
            RAISE EXCEPTION 'a register with zones cannot become synthetic' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF EXISTS (SELECT FROM registry.synthetic) THEN
        RAISE EXCEPTION 'data files cannot be loaded among synthetic data' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER synthetic_mixture AFTER INSERT ON registry.synthetic
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_mixture();
CREATE TRIGGER data_files_mixture AFTER INSERT ON registry.data_files
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_mixture();
CREATE TRIGGER synthetic_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.synthetic
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
GRANT SELECT, INSERT ON registry.synthetic TO registry_write;
GRANT SELECT ON registry.synthetic TO registry_read;
"""


def upgrade() -> None:
    op.execute(MARK)


def downgrade() -> None:
    op.execute("DROP TRIGGER data_files_mixture ON registry.data_files")
    op.execute("DROP TABLE registry.synthetic")
    op.execute("DROP FUNCTION registry.refuse_mixture")
