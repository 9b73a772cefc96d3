"""Projects inside a zone: their fields, reading what people hand in of them, and the form for it.

May import: gis, python-calamine, xlsxwriter. Never: the web, the database; the caller tells what is known.
"""

from gis.projects.checking import check, is_late
from gis.projects.fields import CURRENCIES, FIELDS, STATES
from gis.projects.sheet import Sheet, read_sheet

__all__ = ["CURRENCIES", "FIELDS", "STATES", "Sheet", "check", "is_late", "read_sheet"]
