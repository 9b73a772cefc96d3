"""All SQL and nothing else: the model, the writes through SQLAlchemy, the hot reads through psycopg.

May import: errors, settings, gis, SQLAlchemy, psycopg. Never: HTTP, data files, decisions that a person takes.
"""
