"""Sheets of figures of a period that somebody looks at before they become changes."""

from alembic import op

revision = "0011"
down_revision = "0010"

TABLE = """
CREATE TABLE registry.figure_previews (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL,
    province text NOT NULL,
    period text NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX figure_previews_account ON registry.figure_previews (account);
COMMENT ON TABLE registry.figure_previews IS 'sheets of figures that somebody looks at first; kept for a day';
COMMENT ON COLUMN registry.figure_previews.province IS 'as it was asked for, old or new; the period, too';
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("GRANT SELECT, INSERT, DELETE ON registry.figure_previews TO registry_write")


def downgrade() -> None:
    op.execute("DROP TABLE registry.figure_previews")
