"""Accounts, what they may do, how they sign in, and the log of who did what.

The schema `accounts` is closed to readers; so is the log. Rights, keys and sessions are revoked, never deleted.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

ACCOUNTS = """
CREATE SCHEMA IF NOT EXISTS accounts;
CREATE TABLE accounts.accounts (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
    name text NOT NULL CHECK (name <> ''),
    password text CHECK (password LIKE '$argon2id$%'),
    oidc_issuer text,
    oidc_subject text,
    oidc_email text UNIQUE CHECK (oidc_email = lower(oidc_email)),
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    UNIQUE (oidc_issuer, oidc_subject),
    CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL))
);
COMMENT ON COLUMN accounts.accounts.password IS 'its argon2 hash; null: cannot sign in by password';
COMMENT ON COLUMN accounts.accounts.oidc_email IS 'lets the provider''s person with this verified address in once';
CREATE TABLE accounts.grants (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES accounts.accounts,
    role text NOT NULL CHECK (role IN ('editor', 'reviewer', 'admin')),
    province_uid text REFERENCES registry.admin_units,
    granted_by text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    revoked_by text,
    revoked_at timestamptz,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
COMMENT ON COLUMN accounts.grants.province_uid IS 'null: in every province';
CREATE UNIQUE INDEX grants_in_force ON accounts.grants (account, role, province_uid) NULLS NOT DISTINCT
    WHERE revoked_at IS NULL;
CREATE TABLE accounts.allowances (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES accounts.accounts,
    province_uid text NOT NULL REFERENCES registry.admin_units,
    reason text NOT NULL CHECK (reason <> ''),
    allowed_by text NOT NULL,
    allowed_at timestamptz NOT NULL DEFAULT now(),
    revoked_by text,
    revoked_at timestamptz,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
COMMENT ON TABLE accounts.allowances IS 'who may approve their own changes in a province: an office of one person';
CREATE UNIQUE INDEX allowances_in_force ON accounts.allowances (account, province_uid) WHERE revoked_at IS NULL;
CREATE TABLE accounts.sessions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    account bigint NOT NULL REFERENCES accounts.accounts,
    browser_sha256 bytea CHECK (length(browser_sha256) = 32),
    how text NOT NULL CHECK (how IN ('password', 'oidc')),
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
COMMENT ON COLUMN accounts.sessions.browser_sha256 IS
    'of the mark that the browser keeps; a browser that signed in before is not slowed down by strangers';
CREATE INDEX sessions_account ON accounts.sessions (account);
CREATE TABLE accounts.keys (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_sha256 bytea NOT NULL UNIQUE CHECK (length(key_sha256) = 32),
    account bigint NOT NULL REFERENCES accounts.accounts,
    name text NOT NULL CHECK (name <> ''),
    prefix text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX keys_account ON accounts.keys (account);
CREATE TABLE accounts.attempts (
    bucket text PRIMARY KEY,
    failures integer NOT NULL CHECK (failures >= 0),
    last_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE accounts.attempts IS 'refused sign-ins of late, by login or by address, to slow down who guesses';
CREATE INDEX attempts_last_at ON accounts.attempts (last_at);
"""

LOG = """
CREATE TABLE registry.log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    account bigint REFERENCES accounts.accounts,
    who text NOT NULL CHECK (who <> ''),
    action text NOT NULL CHECK (action <> ''),
    change_id bigint,
    zone text,
    text text NOT NULL DEFAULT '',
    details jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE registry.log IS 'who did what, when and why; rows are only added';
CREATE INDEX log_account ON registry.log (account);
CREATE INDEX log_change ON registry.log (change_id);
CREATE INDEX log_zone ON registry.log (zone);
CREATE TRIGGER log_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.log
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
GRANT SELECT, INSERT ON registry.log TO registry_write;
"""

REVOCABLE = {
    "grants": "revoked_by, revoked_at",
    "allowances": "revoked_by, revoked_at",
    "sessions": "seen_at, revoked_at",
    "keys": "used_at, revoked_at",
}


def upgrade() -> None:
    op.execute(ACCOUNTS)
    op.execute(LOG)
    op.execute("GRANT USAGE ON SCHEMA accounts TO registry_write")
    op.execute("GRANT SELECT, INSERT, UPDATE (name, password, oidc_issuer, oidc_subject, oidc_email, disabled_at) "
               "ON accounts.accounts TO registry_write")  # fmt: skip
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON accounts.attempts TO registry_write")
    op.execute("CREATE TRIGGER accounts_kept BEFORE DELETE OR TRUNCATE ON accounts.accounts "
               "FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change()")  # fmt: skip
    for table, columns in REVOCABLE.items():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ({columns}) ON accounts.{table} TO registry_write")
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON accounts.{table} "
                   "FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change()")  # fmt: skip
        op.execute(f"CREATE TRIGGER {table}_revoked BEFORE UPDATE ON accounts.{table} FOR EACH ROW "
                   "WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION registry.refuse_change()")  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE registry.log")
    op.execute("DROP TABLE accounts.attempts, accounts.keys, accounts.sessions, accounts.allowances, accounts.grants, "
               "accounts.accounts")  # fmt: skip
    op.execute("DROP SCHEMA accounts")
