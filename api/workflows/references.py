"""What a change refers to: documents, codes, units and zones must be there, and values must be possible."""

from collections.abc import Iterator
from typing import Any

from api.language import N_
from api.store import publishing
from api.store.connect import Session
from gis.issues import Issue

Row = dict[str, Any]


def references(session: Session, change: Row, values: Row) -> Iterator[Issue]:
    """What a change refers to must be there: documents in the register or brought along, codes, units, zones."""
    brought = {one.get("id") for one in change["documents"]}
    entries = [*enumerated("observations", change), *enumerated("milestones", change)]
    named = {
        "document": change["document"], "boundary_source": values["boundary_source"],
        **{f"{where}/source": one.get("source") for where, one in entries},
        **{f"sources/{number}": one for number, one in enumerate(values["sources"])},
    }  # fmt: skip
    known = publishing.select_known(
        session, sources=[one for one in named.values() if one],
        units=[one for one in (values["historic_province"],) if one],
        zones=[one for one in (values["successor"],) if one],
    )  # fmt: skip
    for where, source in named.items():
        if source and source not in known.sources | brought:
            message = N_("The register has no document “{id}”; add it to the change.")
            yield Issue("document-unknown", "error", message, {"id": source}, field=where)
    if values["historic_province"] and values["historic_province"] not in known.units:
        yield Issue("unit-unknown", "error", N_("There is no such administrative unit."), field="historic_province")
    if (
        change["action"] == "merge"
        and values["successor"]
        and values["successor"] not in known.zones - {change["zone"]}
    ):
        yield Issue("successor-unknown", "error", N_("There is no other zone of this id."), field="successor")
    yield from documents(change, known)
    yield from observed(change, known)
    yield from reached(change, known)
    if "declared_area_ha" in change["fields"] and change["action"] != "revert" and not states_area(change):
        message = N_("No observation of this change says where the declared area is stated.")
        yield Issue("area-unstated", "warning", message, field="declared_area_ha")


def states_area(change: Row) -> bool:
    wanted = change["fields"]["declared_area_ha"]
    return wanted is None or any(
        one.get("indicator") == "declared_area_ha" and one.get("value") == wanted for one in change["observations"]
    )


def enumerated(member: str, change: Row) -> list[tuple[str, Row]]:
    return [(f"{member}/{number}", one) for number, one in enumerate(change[member])]


def documents(change: Row, known: publishing.Known) -> Iterator[Issue]:
    for where, one in enumerated("documents", change):
        for name in ("id", "kind", "title"):
            if not one.get(name):
                message = N_("A document needs its id, kind and title.")
                yield Issue("document-incomplete", "error", message, field=f"{where}/{name}")
        if one.get("kind") and one["kind"] not in known.kinds:
            yield Issue(
                "document-kind-unknown", "error", N_("There is no such kind of document."), field=f"{where}/kind"
            )


def observed(change: Row, known: publishing.Known) -> Iterator[Issue]:
    for where, one in enumerated("observations", change):
        for name in ("indicator", "value", "quote"):
            if one.get(name) in (None, ""):
                message = N_("An observation needs its indicator, its value and the words of the document.")
                yield Issue("observation-incomplete", "error", message, field=f"{where}/{name}")
        indicator, value = one.get("indicator"), one.get("value")
        if indicator and indicator not in known.indicators:
            yield Issue("indicator-unknown", "error", N_("There is no such indicator."), field=f"{where}/indicator")
        elif indicator and value is not None:
            low, high = known.indicators[indicator]
            if (low is not None and value < low) or (high is not None and value > high):
                facts = {"low": "–" if low is None else float(low), "high": "–" if high is None else float(high)}
                message = N_("This value is outside what the indicator can be, {low} to {high}.")
                yield Issue("value-impossible", "error", message, facts, field=f"{where}/value")


def reached(change: Row, known: publishing.Known) -> Iterator[Issue]:
    for where, one in enumerated("milestones", change):
        if one.get("step") not in known.steps:
            yield Issue("step-unknown", "error", N_("There is no such step."), field=f"{where}/step")
        if not one.get("quote"):
            yield Issue(
                "milestone-incomplete", "error", N_("A step needs the words of the document."), field=f"{where}/quote"
            )
