"""All SQL and nothing else: the model, the writes through SQLAlchemy, the hot reads through psycopg.

May import: errors, settings, gis. Never: HTTP, files, decisions that a person takes.
"""
