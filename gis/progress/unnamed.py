"""How many zones documents count and never name: they may have come to a step without the register knowing it."""

from collections.abc import Mapping, Sequence

from gis.progress.evidence import Observation, latest
from gis.progress.targets import Target
from gis.progress.zones import Zone

COUNTED = {
    "industrial_park": ("zones_approved_in_planning", "zones_in_planning"),
    "industrial_cluster": ("clusters_approved_in_planning", "clusters_in_planning"),
}
"""By kind, the indicators that count the zones of a unit, the surer one first."""
PROPOSED = "proposed"


def unnamed_zones(
    targets: Sequence[Target], zones: Sequence[Zone], observations: Mapping[tuple[str, str], Sequence[Observation]]
) -> dict[tuple[str, str], int]:
    """By unit and kind: those that a document counts beyond the named ones in planning, and those that one wants anew
    beyond the named proposals.
    """
    found: dict[tuple[str, str], int] = {}
    for unit in {one.unit_uid for one in targets}:
        for kind, indicators in COUNTED.items():
            inside = [one for one in zones if one.kind == kind and unit in one.units]
            proposed = sum(all(step.step == PROPOSED for step in one.steps) for one in inside)
            told = [one for name in indicators for one in observations.get((name, unit), ())]
            counted = latest(told)
            wanted = [
                one.value_max or one.value or 0 for one in targets
                if one.indicator == "planned_new_zones" and one.unit_uid == unit and not one.zone and kind in one.kinds
            ]  # fmt: skip
            more = max(0, int(counted.value) - (len(inside) - proposed)) if counted else 0
            found[unit, kind] = more + max(0, int(max(wanted, default=0)) - proposed)
    return found
