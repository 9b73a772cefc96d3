"""The legal central meridian of each province by date, as in `data/meridians.csv`."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gis.corners.words import plain
from gis.crs import Crs, by_epsg
from gis.errors import UnreadableTable

_KIND = re.compile(r"^(tinh|thanh pho|tp) ")


@dataclass(frozen=True)
class LegalMeridian:
    """A province's zone of VN-2000 from one day to another, both included; None is open."""

    province: str
    first: date | None
    last: date | None
    crs: Crs
    basis: str

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def parse_meridians(text: str) -> tuple[LegalMeridian, ...]:
    """The rows of the file. Raises UnreadableTable with the line, UnknownCrs."""
    made = []
    for line, row in enumerate(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))), 2):
        try:
            first, last = (date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to"))
            made.append(LegalMeridian(row["province"], first, last, by_epsg(int(row["epsg"])), row["basis"]))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableTable(reason=f"line {line} of the meridians: {error}") from error
    return tuple(made)


def legal_zones(meridians: Iterable[LegalMeridian], province: str) -> Sequence[LegalMeridian]:
    """Those of a province, named with or without “Tỉnh” and marks, by date."""
    wanted = bare(province)
    return sorted((one for one in meridians if bare(one.province) == wanted), key=lambda one: one.first or date.min)


def bare(province: str) -> str:
    """A province's name without marks and without its kind."""
    return _KIND.sub("", plain(province))


def spoken(meridian: float) -> str:
    """105.5 as 105°30'."""
    minutes = round(meridian * 60)
    return f"{minutes // 60}°{minutes % 60:02d}'"
