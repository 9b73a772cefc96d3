"""The map's own legend: the ramp with its targets, what is unknown, how sure outlines are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gis.maps.wording import Wording
from gis.maps.zone import KINDS, QUALITIES, STEP_WIDTH_PCT, STEPS, ZoneOnMap

_RAMP_LEFT, _RAMP_WIDTH = 10, 260
_CLOSE = 30
"""Figures of targets nearer than this, in units of the drawing, would touch if each stood centred on its mark."""


@dataclass(frozen=True)
class Mark:
    """A target on the ramp: its figure, its x, the row of the figure (0 is nearest to the ramp) and its anchor."""

    figure: str
    x: float
    row: int = 0
    anchor: str = "middle"


@dataclass(frozen=True)
class Legend:
    """What the legend shows; x positions are in units of a drawing 280 wide."""

    ticks: tuple[tuple[str, float], ...]
    steps: tuple[tuple[int, float, float], ...]
    marks: tuple[Mark, ...]
    targets: tuple[tuple[str, str], ...]
    known: int
    total: int
    outlines: tuple[tuple[str, str], ...]
    rings: bool
    hollow: bool


def legend_of(zones: Sequence[ZoneOnMap], say: Wording) -> Legend:
    """Return the legend of these zones: every target once, only the kinds of outline that are drawn."""
    drawn = {zone.drawn_quality for zone in zones}
    return Legend(
        ticks=tuple(
            (say.percent(pct) if pct == 100 else say.number(pct), _x(pct)) for pct in range(0, 101, STEP_WIDTH_PCT)
        ),
        steps=tuple((n, _x(n * STEP_WIDTH_PCT), _RAMP_WIDTH / STEPS) for n in range(STEPS)),
        marks=_marks(zones, say),
        targets=_targets(zones, say),
        known=sum(zone.fill_rate_pct is not None for zone in zones),
        total=len(zones),
        outlines=tuple((quality, say.outline(quality)) for quality in QUALITIES if quality in drawn),
        rings=any(zone.outline is None and zone.accuracy_m is not None for zone in zones),
        hollow=any(zone.status == "proposed" for zone in zones),
    )


def _x(percent: float) -> float:
    """Return where a percentage stands on the ramp."""
    return round(_RAMP_LEFT + _RAMP_WIDTH * min(max(percent, 0), 100) / 100, 2)


def _marks(zones: Sequence[ZoneOnMap], say: Wording) -> tuple[Mark, ...]:
    """Return one mark per demanded figure, from left to right.

    Of marks close together the first figure ends at its mark, the last begins there, any between stand higher.
    """
    clusters: list[list[Mark]] = []
    for percent in sorted({zone.target_pct for zone in zones if zone.target_pct is not None}):
        mark = Mark(say.percent(percent), _x(percent))
        if clusters and mark.x - clusters[-1][-1].x < _CLOSE:
            clusters[-1].append(mark)
        else:
            clusters.append([mark])
    placed: list[Mark] = []
    for cluster in clusters:
        first, *between, last = [*cluster, cluster[-1]] if len(cluster) == 1 else cluster
        if first is last:
            placed.append(first)
            continue
        placed.append(replace(first, anchor="end"))
        placed.extend(replace(mark, row=1 + n % 2) for n, mark in enumerate(between))
        placed.append(replace(last, anchor="start"))
    return tuple(placed)


def _targets(zones: Sequence[ZoneOnMap], say: Wording) -> tuple[tuple[str, str], ...]:
    """Return every target with whom it binds: the province, and the kinds where they differ within it."""
    bound: dict[tuple[float, str, int, bool], dict[str, set[str]]] = {}
    kinds_with_target: dict[str, set[str]] = {}
    for zone in zones:
        if zone.target_pct is None:
            continue
        province = zone.province or say.unknown
        key = (zone.target_pct, zone.target_comparator or "eq", zone.target_year or 0, zone.target_of_operating)
        bound.setdefault(key, {}).setdefault(province, set()).add(zone.kind)
        kinds_with_target.setdefault(province, set()).add(zone.kind)
    lines = []
    for (percent, comparator, year, operating), provinces in sorted(bound.items(), reverse=True):
        whom = []
        for province, kinds in sorted(provinces.items()):
            whole = operating or kinds == kinds_with_target[province]
            names = [say.layer(kind).lower() for kind in KINDS if kind in kinds and not whole]
            names += [say.in_operation] if operating else []
            whom.append(f"{province} ({', '.join(names)})" if names else province)
        lines.append((say.target(percent, comparator, year or None), "; ".join(whom)))
    return tuple(lines)
