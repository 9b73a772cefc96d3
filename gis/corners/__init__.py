"""Corner tables: reading what people have, finding where it lies, and writing outlines back out as tables.

X is the northing and Y the easting, as surveyors in Viet Nam write them; arrays elsewhere are easting, northing.
May import: gis and, where a workbook is read or written, python-calamine and xlsxwriter. Never: web, database.
"""

from gis.corners.meridians import LegalMeridian, parse_meridians
from gis.corners.ranking import Choice, Place
from gis.corners.reading import read
from gis.corners.solve import Solution, solve
from gis.corners.table import Corner, CornerTable, Ring
from gis.corners.writing import Written, tabulated, write_csv, write_xlsx

__all__ = [
    "Choice",
    "Corner",
    "CornerTable",
    "LegalMeridian",
    "Place",
    "Ring",
    "Solution",
    "Written",
    "parse_meridians",
    "read",
    "solve",
    "tabulated",
    "write_csv",
    "write_xlsx",
]
