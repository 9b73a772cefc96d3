"""What the feed is read from: features by the revision that wrote or ended them, and what caused each revision.

What is rewritten is joined with what it becomes: the time for a mass change grows with its size, not with the square of
it. A revision is its transaction's own also where a copy of the database counts transactions anew: the number alone
could be that of a transaction of the server it came from.
"""

from alembic import op

from migrations.versions.v0004_served import PUBLISH, SERVE
from migrations.versions.v0007_changes import TIMES

revision = "0012"
down_revision = "0011"

PARTS = {"units": "uid", "zones": "slug", "lots": "id", "facts": "id"}
CAUSES = """
ALTER TABLE registry.revision_times
    ADD cause text CHECK (cause IN ('load', 'import', 'publication', 'effect', 'report', 'demo'));
COMMENT ON COLUMN registry.revision_times.cause IS
    'as the transaction says by registry.cause; null: nobody said, or it was before causes were kept';
"""
INSTANCE = """
ALTER TABLE registry.revisions ADD instance timestamptz;
COMMENT ON COLUMN registry.revisions.instance IS 'the start of the server whose transaction that was';
"""


def function(name: str, text: str) -> str:
    """A function of a migration of before, to be made again."""
    head = f"CREATE FUNCTION registry.{name}()"
    _, _, rest = text.partition(head)
    body, end, _ = rest.partition("END $$;")
    return f"CREATE OR REPLACE FUNCTION registry.{name}(){body}{end}"


def told_apart(text: str) -> str:
    return text.replace(
        "here.transaction = mine THEN", "here.transaction = mine AND here.instance = pg_postmaster_start_time() THEN"
    ).replace("transaction = mine,\n", "transaction = mine, instance = pg_postmaster_start_time(),\n")


def with_cause(text: str) -> str:
    return text.replace(
        "(revision) VALUES (NEW.revision)",
        "(revision, cause) VALUES (NEW.revision, nullif(current_setting('registry.cause', true), ''))",
    )


ROW_BY_ROW = """SET (revision, %2$s) = (SELECT $2, %3$s FROM fresh f WHERE f.%5$I = s.%5$I)
            FROM differing d WHERE s.%5$I = d.id AND d.was AND d.is)"""
JOINED = """SET (revision, %2$s) = ROW($2, %3$s)
            FROM fresh f JOIN differing d ON d.id = f.%5$I AND d.was AND d.is WHERE s.%5$I = f.%5$I)"""


def serve(text: str) -> str:
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def upgrade() -> None:
    assert ROW_BY_ROW in SERVE
    op.execute(serve(SERVE.replace(ROW_BY_ROW, JOINED)))
    op.execute(CAUSES)
    op.execute(INSTANCE)
    op.execute(told_apart(function("publish", PUBLISH)))
    op.execute(with_cause(function("note_revision", TIMES)))
    for part, key in PARTS.items():
        op.execute(f"CREATE INDEX served_{part}_revision ON registry.served_{part} (revision, {key})")
        op.execute(f"CREATE INDEX past_{part}_revision ON registry.past_{part} (revision, {key})")
        op.execute(f"CREATE INDEX past_{part}_ended ON registry.past_{part} (until, {key})")
        op.execute(f"DROP INDEX registry.past_{part}_until")


def downgrade() -> None:
    for part in PARTS:
        op.execute(f"CREATE INDEX past_{part}_until ON registry.past_{part} (until)")
        for index in (f"served_{part}_revision", f"past_{part}_revision", f"past_{part}_ended"):
            op.execute(f"DROP INDEX registry.{index}")
    op.execute(serve(SERVE))
    op.execute(function("publish", PUBLISH))
    op.execute(function("note_revision", TIMES))
    op.execute("ALTER TABLE registry.revisions DROP instance")
    op.execute("ALTER TABLE registry.revision_times DROP cause")
