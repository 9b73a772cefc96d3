"""What a change refers to: documents, codes, units and zones must be there, and values must be possible."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.language import N_
from api.store import publishing
from api.store.connect import Session
from gis.dates import parse_edtf
from gis.issues import Issue

Row = dict[str, Any]
ENDS = ("withdraw", "merge", "delete")


def references(session: Session, change: Row, values: Row) -> Iterator[Issue]:
    """What a change refers to must be there: documents in the register or brought along, codes, units, zones."""
    brought = {one["id"] for one in change["documents"] if one.get("id")}
    entries = [*enumerated("observations", change), *enumerated("milestones", change)]
    named = {
        "document": change["document"], "boundary_source": values["boundary_source"],
        **{f"{where}/source": one.get("source") for where, one in entries},
        **{f"sources/{number}": one for number, one in enumerate(values["sources"])},
    }  # fmt: skip
    known = publishing.select_known(
        session, sources=[one for one in (*named.values(), *brought) if one],
        units=[one for one in (values["historic_province"],) if one],
        zones=[one for one in (values["successor"],) if one],
    )  # fmt: skip
    for where, source in named.items():
        if source and source not in known.sources | brought:
            message = N_("The register has no document “{id}”; add it to the change.")
            yield Issue("document-unknown", "error", message, {"id": source}, field=where)
    if values["historic_province"] and values["historic_province"] not in known.units:
        yield Issue("unit-unknown", "error", N_("There is no such former province."), field="historic_province")
    if (
        change["action"] == "merge"
        and values["successor"]
        and values["successor"] not in known.zones - {change["zone"]}
    ):
        yield Issue("successor-unknown", "error", N_("There is no other zone of this id."), field="successor")
    if change["action"] in ENDS and change["sets_boundary"]:
        yield Issue("outline-of-an-end", "error", N_("A zone that ends keeps its outline."), field="boundary")
    yield from documents(
        change, known, publishing.select_alike(session, [source_row(one) for one in change["documents"]])
    )
    yield from to_come(session, change, values)
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


def to_come(session: Session, change: Row, values: Row) -> Iterator[Issue]:
    """What has not happened yet is no observation and no step reached; a new zone is published from its day on."""
    today = publishing.legal_today(session)
    for member in ("observations", "milestones"):
        for where, one in enumerated(member, change):
            dated = parse_edtf(one.get("as_of") or "")
            if dated and dated.start > today:
                message = N_("This date has not come yet; only what has happened can be recorded.")
                yield Issue("date-to-come", "error", message, field=f"{where}/as_of")
    if values["valid_from"] and values["valid_from"] > (today + timedelta(days=366)).isoformat():
        message = N_("This day is more than a year away; until it has come nothing else can be published of the zone.")
        yield Issue("day-far", "warning", message, field="valid_from")
    if change["action"] == "create" and values["valid_from"] and values["valid_from"] > today.isoformat():
        message = N_("A new zone can be published from the day on that it is in force, not before.")
        yield Issue("day-to-come", "error", message, field="valid_from")


def source_row(document: Row) -> Row:
    """A new document of a change as a row of `sources`."""
    day = document.get("issued_on")
    return {
        "id": document.get("id"), "kind": document.get("kind"), "title": document.get("title"),
        "number": document.get("number"), "issuer": document.get("issuer"), "url": document.get("url"),
        "issued_on": date.fromisoformat(day) if day else None,
    }  # fmt: skip


def documents(change: Row, known: publishing.Known, alike: frozenset[str]) -> Iterator[Issue]:
    """What is wrong with new documents. `alike`: those that the register has by now just as they are here, since
    another change brought the same one along.
    """
    for where, one in enumerated("documents", change):
        for name in ("id", "kind", "title"):
            if not one.get(name):
                message = N_("A document needs its id, kind and title.")
                yield Issue("document-incomplete", "error", message, field=f"{where}/{name}")
        if one.get("id") in known.sources - alike:
            message = N_("The register has a document of this id already; choose that one, or give another id.")
            yield Issue("document-known", "error", message, field=f"{where}/id")
        if [other.get("id") for other in change["documents"]].count(one.get("id")) > 1:
            yield Issue("document-twice", "error", N_("Two new documents have the same id."), field=f"{where}/id")
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
