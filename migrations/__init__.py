"""Alembic's migrations: versions are immutable once landed; a change of mind is a new version.

May import: sqlalchemy, alembic and api.store.tables (only to compare). Never: other code of the project,
so that an old version means the same for ever.
"""
