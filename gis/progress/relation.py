"""How targets of several documents stand to each other: repeated, superseded, or one beside the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gis.progress.measures import measure_of
from gis.progress.targets import Target

Kind = Literal["superseded_by", "supersedes", "repeats", "beside"]
ORDER: tuple[Kind, ...] = ("superseded_by", "supersedes", "repeats", "beside")


@dataclass(frozen=True)
class Relation:
    """`kind` of what a target is to other ones, `facts`."""

    kind: Kind
    facts: tuple[str, ...]


def relations(targets: Sequence[Target]) -> dict[str, Relation]:
    """By the id of each target that has to do with another one; the first kind of ORDER that holds.

    Of the same indicator, subject and time the same value repeats; another value of a later document supersedes, that
    is the one written later, of unknown or equal days the one of higher rank; a report never does, for it only tells
    what others demand. Those of different documents whose times differ and overlap, or of which neither is later, stand
    beside each other.
    """
    subjects: dict[tuple[str, str, str, str | None], list[Target]] = {}
    for one in targets:
        if measure_of(one.indicator).kind != "review" and one.period is not None:
            subjects.setdefault((one.indicator, one.unit_uid, one.subject_kind, one.zone), []).append(one)
    found: dict[str, Relation] = {}
    for group in subjects.values():
        for one in group:
            kinds: dict[Kind, list[str]] = {}
            for other in group:
                kind = relate(one, other) if other.id != one.id else None
                if kind:
                    kinds.setdefault(kind, []).append(other.id)
            first = next((kind for kind in ORDER if kind in kinds), None)
            if first:
                found[one.id] = Relation(first, tuple(kinds[first]))
    return found


def relate(one: Target, other: Target) -> Kind | None:
    """What `one` is to `other`, of the same indicator and subject."""
    assert one.period and other.period
    if (one.period.start, one.period.end) == (other.period.start, other.period.end):
        if said(one) == said(other):
            return "repeats"
        if one.source == other.source or age(one) == age(other):
            return "beside"
        newer = one if age(one) > age(other) else other
        return "beside" if newer.is_retold else "supersedes" if newer is one else "superseded_by"
    overlap = one.period.start <= other.period.end and other.period.start <= one.period.end
    return "beside" if overlap and one.source != other.source else None


def said(one: Target) -> tuple[object, ...]:
    return (one.milestone, one.value, one.value_max)


def age(one: Target) -> tuple[date, int]:
    return (one.written_on or date.min, one.rank)
