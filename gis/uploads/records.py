"""What the readers of the formats hand on: layers of records as the file has them, before anything is judged."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from shapely.errors import ShapelyError

from gis.errors import TooManyFeatures, TooManyVertices
from gis.issues import N_, Issue
from gis.uploads.limits import Limits
from gis.uploads.systems import UNSAID, Said

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Record:
    """A feature as the file has it. geometry: shapely's, x before y, in the layer's system; None where there is none.

    number: from 1 within its layer. row: the line of a text file.
    """

    number: int
    attributes: dict[str, Any]
    geometry: Any
    issues: tuple[Issue, ...] = ()
    row: int | None = None


@dataclass(frozen=True)
class Table:
    """A layer as the file has it. encoding: how its texts were read, where that is not fixed by the format."""

    name: str
    records: list[Record] = field(default_factory=list)
    said: Said = UNSAID
    issues: tuple[Issue, ...] = ()
    encoding: str | None = None


def check_counts(tables: Iterable[Table], limits: Limits) -> None:
    """Raise TooManyFeatures or TooManyVertices."""
    import shapely

    features = vertices = 0
    for table in tables:
        features += len(table.records)
        vertices += sum(shapely.get_num_coordinates([one.geometry for one in table.records]).tolist())
    if features > limits.features:
        raise TooManyFeatures(most=limits.features)
    if vertices > limits.vertices:
        raise TooManyVertices(most=limits.vertices)


def parsed(read: Callable[[], Any], row: int | None = None) -> tuple[Any, tuple[Issue, ...]]:
    """What shapely reads, or None and why not."""
    try:
        with np.errstate(invalid="ignore"):  # a NaN is told of later
            return read(), ()
    except (ShapelyError, NotImplementedError, ValueError) as error:
        return None, (ring_open(row) if "closed linestring" in str(error) else broken(row),)


def ring_open(row: int | None = None) -> Issue:
    message = N_("A ring of this feature does not end where it begins. Close it where the file was made.")
    return Issue("ring-open", "error", message, row=row)


def broken(row: int | None = None) -> Issue:
    return Issue("geometry-unreadable", "error", N_("The geometry of this feature cannot be understood."), row=row)
