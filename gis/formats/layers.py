"""What a file is made from: the columns, what is known of the whole, and the features in batches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from gis.crs import CRS84, Crs

Kind = Literal["string", "number", "integer", "boolean", "date", "date-time", "array"]
# One row a feature. For formats of JSON a row is one text, the whole feature. For all others it is the values of the
# columns in their order (None is unknown; float, int, bool, date, datetime in UTC, list of str), then the geometry as
# WKB or None: lon, lat in degrees or easting, northing in metres, whatever order the CRS prescribes on the wire.
Batches = Iterable[list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Column:
    """A property: its name in every file, and its title for people in the language of the wish."""

    name: str
    kind: Kind
    unit: str = ""
    title: str = ""

    @property
    def label(self) -> str:
        """The title with its unit, such as `Declared area (ha)`."""
        return f"{self.title or self.name} ({self.unit})" if self.unit else self.title or self.name


@dataclass(frozen=True)
class About:
    """What a file says of itself. `register`, `query`: addresses. `words`: what these are called for the reader."""

    title: str
    description: str
    attribution: str
    register: str
    query: str
    day: date
    words: tuple[str, ...] = ("Title", "Description", "Attribution", "Register", "Query", "Date", "Coordinates")

    def lines(self, crs: Crs) -> list[tuple[str, str]]:
        """Word and text of each statement, for files that have a page for it."""
        texts = (self.title, self.description, self.attribution, self.register, self.query, self.day.isoformat())
        told = zip(self.words, (*texts, f"{crs.name} ({crs.curie[1:-1]})"), strict=True)
        return [(word, text) for word, text in told if text]

    def metadata(self) -> dict[str, str]:
        """The same by name, for files that keep names and texts."""
        facts = {
            "title": self.title, "description": self.description, "attribution": self.attribution,
            "source": self.register, "query": self.query, "date": self.day.isoformat(),
        }  # fmt: skip
        return {name: text for name, text in facts.items() if text}


@dataclass(frozen=True)
class Layer:
    """A collection, or a part of it. `count` features, `bare` of them without geometry; `geometry` is '' for none."""

    name: str
    columns: tuple[Column, ...]
    geometry: Literal["MultiPolygon", "Point", ""]
    about: About
    count: int
    bare: int = 0
    crs: Crs = CRS84

    @property
    def epsg(self) -> int:
        """The EPSG code for files, whose order is easting before northing: CRS84 is there what 4326 is."""
        return self.crs.epsg or 4326
