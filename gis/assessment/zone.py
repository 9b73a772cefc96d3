"""What the register holds of one zone, as the assessment reads it. None is not stated; dates are EDTF texts."""

import calendar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gis.dates import Dated, parse_edtf


@dataclass(frozen=True)
class Fact:
    """A fact about the zone itself. value: a number, or None where `word` is its code; met: of an obligation."""

    id: str
    indicator: str
    kind: str
    value: float | None = None
    word: str | None = None
    met: bool | None = None
    as_of: str | None = None
    source: str | None = None

    @property
    def is_told(self) -> bool:
        """Whether it tells how things are: not what is demanded, unless it says that it is met or not."""
        return self.kind in ("observation", "statement", "milestone") or self.met is not None


@dataclass(frozen=True)
class Step:
    """A step that a document states of the zone."""

    step: str
    rank: int
    fact: str
    as_of: str | None = None
    source: str | None = None
    is_implied: bool = False


@dataclass(frozen=True)
class Lots:
    """Sums of the zone's lots, hectares; cleared is None where the lots do not tell."""

    area_ha: float
    leased_ha: float
    cleared_ha: float | None = None
    as_of: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Zone:
    """One zone as of the legal day `today`. facts: about the zone itself, what is to be shown of an indicator first;
    steps: the furthest first. expansions: ids of the facts that plan to expand it. projects: how many of its projects
    hold land. pages: areas that public pages give, each with its evidence. measured_ha only of an outline that was
    measured.
    """

    kind: str
    today: date
    status: str | None = None
    status_as_of: str | None = None
    fill_rate_pct: float | None = None
    fill_rate_as_of: str | None = None
    fill_rate_source: str | None = None
    fill_rate_basis: str | None = None
    has_wastewater_plant: bool | None = None
    expansions: tuple[str, ...] = ()
    expansion_area_ha: float | None = None
    boundary_quality: str | None = None
    declared_ha: float | None = None
    declared_facts: tuple[str, ...] = ()
    measured_ha: float | None = None
    lots: Lots | None = None
    projects: int = 0
    pages: tuple[tuple[str, float], ...] = ()
    facts: tuple[Fact, ...] = ()
    steps: tuple[Step, ...] = ()

    def told(self, *indicators: str) -> list[Fact]:
        """The facts of some indicators that tell how things are, the one to be shown first."""
        return [one for one in self.facts if one.indicator in indicators and one.is_told]


@lru_cache(maxsize=10_000)
def dated(text: str | None) -> Dated | None:
    return parse_edtf(text or "")


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
