"""Files of features as other programs read them: what each format can hold, writing it row by row, reading it back.

May import: gis, and the libraries of the formats, each inside the function that needs it (they weigh tens of MB).
Never: web, database; rows come in as batches, files go out to a path.
"""

from gis.formats.kinds import ENDINGS, FORMATS, Format, format_of
from gis.formats.layers import About, Batches, Column, Layer

__all__ = ["ENDINGS", "FORMATS", "About", "Batches", "Column", "Format", "Layer", "format_of"]
