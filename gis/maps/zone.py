"""One zone as the map draws it: its values, its step of the colour ramp, its place among zones at one point."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("industrial_park", "industrial_cluster", "economic_zone")
QUALITIES = ("surveyed", "digitised", "indicative")
STEP_WIDTH_PCT = 20
STEPS = 5
FAN_SPACING_PX = 24
"""Distance between neighbours of a fan, in CSS pixels: the smallest target a finger or pointer should meet."""


@dataclass(frozen=True, kw_only=True)
class ZoneOnMap:
    """The values of one zone; whatever is unknown is None and is shown as not stated.

    ``lon``/``lat`` (degrees, WGS 84) is the best known point and ``accuracy_m`` how far the true place may be.
    ``outline`` is a GeoJSON Polygon or MultiPolygon (longitude before latitude, WGS 84) or None. Dates are
    EDTF texts of the document's own precision (``2020``, ``2021-06-29``, ``2021/2025``). Percentages run from
    0 to 100. ``province`` is the name under which the target was resolved; ``target_comparator`` is ``eq``,
    ``gte`` or ``gt``; ``target_of_operating`` says that it is demanded only of zones in operation.
    """

    slug: str
    name_vi: str
    name_en: str
    kind: str
    lon: float
    lat: float
    accuracy_m: float | None = None
    status: str | None = None
    status_as_of: str | None = None
    declared_area_ha: float | None = None
    declared_area_basis: str | None = None
    boundary_quality: str | None = None
    boundary_accuracy_m: float | None = None
    outline: dict[str, Any] | None = None
    fill_rate_pct: float | None = None
    fill_rate_basis: str | None = None
    fill_rate_as_of: str | None = None
    fill_rate_source: str | None = None
    target_pct: float | None = None
    target_comparator: str | None = None
    target_year: int | None = None
    target_of_operating: bool = False
    province: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be drawn: an unknown kind, a point off the earth, another kind of geometry."""
        if self.kind not in KINDS:
            raise ValueError(f"{self.slug}: kind {self.kind!r} is none of {', '.join(KINDS)}")
        if not (abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise ValueError(f"{self.slug}: {self.lon}, {self.lat} is no longitude and latitude")
        if self.outline is not None and self.outline.get("type") not in ("Polygon", "MultiPolygon"):
            raise ValueError(f"{self.slug}: an outline is a Polygon or a MultiPolygon")

    @property
    def step(self) -> int | None:
        """0 (under 20 %) to 4 (80 % and more), or None where no rate is known; above 100 % counts as full."""
        if self.fill_rate_pct is None:
            return None
        return min(max(int(self.fill_rate_pct // STEP_WIDTH_PCT), 0), STEPS - 1)

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude to about a metre: zones with equal places are drawn as a fan."""
        return round(self.lon, 5), round(self.lat, 5)

    @property
    def drawn_quality(self) -> str | None:
        """How sure the outline is drawn to be; one of unknown quality is no better than indicative."""
        if self.outline is None:
            return None
        return self.boundary_quality if self.boundary_quality in QUALITIES else "indicative"

    @property
    def styles(self) -> str:
        """The CSS classes that say fill rate, certainty of the outline and state; never a value of the data."""
        names = [self.kind, "unknown" if self.step is None else f"step-{self.step}"]
        if self.drawn_quality is not None:
            names.append(self.drawn_quality)
        if self.status == "proposed":
            names.append("hollow")
        return " ".join(names)


def fan_out(zones: Sequence[ZoneOnMap]) -> list[tuple[int, int]]:
    """Return per zone how far its symbol stands from its point: CSS pixels, x to the right, y downwards.

    A zone alone at its point stands on it. Several at one point stand on a circle around it, neighbours
    ``FAN_SPACING_PX`` apart, the first one at the left of a pair and at the top of a larger fan.
    """
    members: dict[tuple[float, float], list[int]] = {}
    for index, zone in enumerate(zones):
        members.setdefault(zone.place, []).append(index)
    offsets = [(0, 0)] * len(zones)
    for indexes in members.values():
        count = len(indexes)
        if count == 1:
            continue
        radius = FAN_SPACING_PX / 2 / math.sin(math.pi / count)
        start = math.pi if count == 2 else -math.pi / 2
        for turn, index in enumerate(indexes):
            angle = start + 2 * math.pi * turn / count
            offsets[index] = (round(radius * math.cos(angle)), round(radius * math.sin(angle)))
    return offsets


def sharing(zones: Sequence[ZoneOnMap]) -> list[int]:
    """Return per zone how many zones, itself included, are drawn at its point."""
    counts: dict[tuple[float, float], int] = {}
    for zone in zones:
        counts[zone.place] = counts.get(zone.place, 0) + 1
    return [counts[zone.place] for zone in zones]
