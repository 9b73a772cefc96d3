"""The service: everything between PostGIS and the wire.

Imports go down only: main, cli -> routes -> schemas -> workflows -> store -> cluster ->
errors, settings, language, attribution -> gis. Held by import-linter in `make check`.
"""
