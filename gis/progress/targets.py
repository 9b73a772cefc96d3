"""What a document demands, by when, of whom; and whether an observation meets it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gis.dates import Dated
from gis.progress.evidence import Observation

KINDS = {
    "industrial_parks_of_province": ("industrial_park",),
    "industrial_clusters_of_province": ("industrial_cluster",),
    "economic_zone_of_province": ("economic_zone",),
}
"""The kinds of zones that a subject speaks of; parks and clusters together where it says no more."""
PARKS_AND_CLUSTERS = ("industrial_park", "industrial_cluster")


@dataclass(frozen=True)
class Target:
    """A demand. Numeric ones have a comparator and a value, the others a milestone.

    period: by the end of it, or over all of it; None where the document does not say. written_on: the day of the
    document, or the latest it cites, which it is no older than; rank: of its kind. is_retold: by a report, which tells
    what others demand.
    """

    id: str
    indicator: str
    unit_uid: str
    subject_kind: str
    zone: str | None
    comparator: str | None
    value: Decimal | None
    value_max: Decimal | None
    milestone: str | None
    applies_to: str
    period: Dated | None
    source: str
    written_on: date | None = None
    rank: int = 0
    is_retold: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of zones that it speaks of."""
        return KINDS.get(self.subject_kind, PARKS_AND_CLUSTERS)

    def is_over(self, today: date) -> bool:
        """Whether its time has passed."""
        return self.period is not None and self.period.end < today

    def met_by(self, low: Decimal | None, high: Decimal | None, *, is_open: bool = False) -> bool | None:
        """Whether a figure between `low` and `high` meets the target; None where that is not decided.

        Targets are met by their value or more: a range at its lower end, `gt` only above. None is without a bound;
        is_open: the figure lies above `low`, not at it.
        """
        assert self.value is not None
        strict = self.comparator == "gt"
        if low is not None and (low > self.value or (low == self.value and (not strict or is_open))):
            return True
        if high is not None and (high < self.value or (high == self.value and strict)):
            return False
        return None

    def met_by_observation(self, one: Observation) -> bool | None:
        """The same of what a document says: `over 60` decides only where that is enough."""
        return self.met_by(one.low, one.high, is_open=one.comparator == "gt")

    def is_above_range(self, value: Decimal) -> bool:
        """Whether a figure is more than the upper end of a range that is demanded."""
        return self.value_max is not None and value > self.value_max
