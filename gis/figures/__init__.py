"""The figures of a period that an office enters for its zones: columns, the form, and reading what is handed in.

May import: gis, python-calamine, xlsxwriter. Never: the web, the database; the caller tells what is known.
"""

from gis.figures.fields import FIGURES, LAND, ROW
from gis.figures.sheet import Sheet, read_sheet

__all__ = ["FIGURES", "LAND", "ROW", "Sheet", "read_sheet"]
