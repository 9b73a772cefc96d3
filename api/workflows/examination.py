"""Looking at a change before it is handed in or published: what the rules of `gis.checks` need, and what the register
knows of the things it refers to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shapely.geometry import Point

from api import errors
from api.language import N_
from api.store import changes as store
from api.store import publishing
from api.store.connect import Session
from gis.checks import Case, Neighbour, Place
from gis.checks import examine as apply_rules
from gis.issues import Issue

Row = dict[str, Any]
DIRECT = (
    "name_vi", "name_en", "kind", "aliases", "communes", "historic_district", "boundary_quality", "boundary_accuracy_m",
    "boundary_source", "boundary_crs", "status_detail", "doubts", "sources", "location_accuracy_m", "successor",
)  # fmt: skip
RENAMED = {"province": "province_uid", "historic_province": "historic_province_uid", "reason": "life_reason"}
NOTHING: Row = dict.fromkeys((*DIRECT, *RENAMED, "declared_area_ha", "valid_from", "location")) | {
    "aliases": [], "communes": [], "sources": [],
}  # fmt: skip


def values_of(version: Row) -> Row:
    """A version by the names of `/changes`, all of them, as JSON can hold it."""
    area, day, place = version["declared_area_ha"], version["valid_from"], version["location"]
    return {
        **{name: version[name] for name in DIRECT},
        **{name: version[column] for name, column in RENAMED.items()},
        "declared_area_ha": None if area is None else float(area),
        "valid_from": None if day is None else day.isoformat(),
        "location": [place.x, place.y] if isinstance(place, Point) else None,
    }  # fmt: skip


def examine(session: Session, change: Row) -> list[Issue]:
    """All that is noticed of a change as it stands."""
    base = base_of(session, change)
    values = {**(values_of(base) if base else NOTHING), **change["fields"]}
    issues = apply_rules(case_of(session, change, base, values))
    return issues + list(references(session, change, values))


def base_of(session: Session, change: Row) -> Row | None:
    if change["base_version"] is None:
        return None
    return publishing.select_version(session, change["zone"], change["base_version"])


def case_of(session: Session, change: Row, base: Row | None, values: Row) -> Case:
    """What the rules look at: the zone as proposed, and what lies around it."""
    in_force = base["boundary"] if base else None
    outline = change["boundary"] if change["sets_boundary"] else in_force
    neighbours: tuple[Neighbour, ...] = ()
    if outline is not None and not outline.is_empty:
        near = publishing.select_neighbours(session, change["zone"], outline)
        neighbours = tuple(Neighbour(slug, name, kind, quality, shape) for slug, name, _, kind, quality, shape in near)
    province, communes = None, ()
    if values["province"]:
        name, shape = publishing.select_unit(session, values["province"]) or ("", None)
        province = Place(name, shape) if shape is not None else None
        communes = tuple(
            Place(*one) for one in publishing.select_communes(session, values["province"], values["communes"])
        )
    kept = store.list_attachments(session, change["id"])
    return Case(
        action=change["action"], values=values, outline=outline, is_new_outline=change["sets_boundary"],
        in_force=in_force, in_force_quality=base["boundary_quality"] if base else None, neighbours=neighbours,
        province=province, communes=communes, document=change["document"],
        has_evidence=any(one["use"] != "document" for one in kept) or change["action"] == "revert",
    )  # fmt: skip


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
                facts = {"low": "–" if low is None else f"{low:g}", "high": "–" if high is None else f"{high:g}"}
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


def require(issues: Sequence[Issue], reasons: Mapping[str, str]) -> None:
    """Raise ChecksFailed where an error stands, or a warning that nobody gave a reason for."""
    wrong = [one for one in issues if one.severity == "error"]
    open_ = [one for one in issues if one.severity == "warning" and not reasons.get(one.code)]
    if wrong or open_:
        raise errors.ChecksFailed([*wrong, *open_], errors=len(wrong), warnings=len(open_))
