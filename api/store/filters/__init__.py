"""Filters in CQL2 (OGC 21-065r2): text or JSON, read into one tree, checked, and turned into SQL with bound values.

Names of columns come from the collection, functions from a list, every literal is bound; nothing of a request becomes
SQL. May import: the collections, errors and gis. Never: sessions, and anything of HTTP.
"""

from api.store.filters.compiler import compile_filter
from api.store.filters.conformance import CONFORMANCE

__all__ = ["CONFORMANCE", "compile_filter"]
