"""One function for each thing a person does: load, rebuild a file, make a map.

May import: store, errors, settings, language, gis. Never: HTTP, FastAPI or SQL text.
"""
