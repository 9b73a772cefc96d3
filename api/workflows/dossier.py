"""All that belongs to a change: what it proposes and replaces, what is noticed, what happened, and what may be done."""

from collections.abc import Iterable
from typing import Any

from shapely.geometry import MultiPolygon, mapping

from api.people import Person
from api.store import changes as store
from api.store import publishing
from api.store.connect import Session
from api.store.log import select_log
from api.workflows import changes, examination
from gis.differences import land_between
from gis.shapes import GEOD, geodesic_area_m2

Row = dict[str, Any]
SHOWN = (
    "id", "zone", "action", "state", "edit", "title", "name_vi", "name_en", "province", "province_uid", "base_version",
    "from_version", "current_version", "published_version", "created_at", "updated_at", "submitted_at", "decided_at",
    "decision", "document", "receipt", "observations", "milestones", "documents", "reasons",
)  # fmt: skip


def compile_dossier(session: Session, person: Person, id: int) -> Row:
    """A change as `/changes/{id}` tells it. Times are datetimes. Raises UnknownChange."""
    change = changes.visible(session, person, id)
    base = examination.base_of(session, change)
    head = publishing.select_head(session, change["zone"])
    is_open = change["state"] in changes.OPEN
    issues = examination.examine(session, change) if is_open else []
    codes = {one.code for one in issues}
    return {
        **{name: change[name] for name in SHOWN},
        "reasons": {code: one["text"] for code, one in change["reasons"].items()},
        "held": {code: examination.reason_for(issues, change["reasons"], code) for code in codes},
        "newest_version": head.newest if head else None,
        "author": {"name": change["author_name"], "account": change["author"]},
        "reviewer": change["reviewer_name"] and {"name": change["reviewer_name"]},
        "values": change["fields"],
        "has_boundary": change["sets_boundary"], "boundary": geojson(change["boundary"]),
        "base": None if base is None else {
            "version": change["base_version"], "values": examination.values_of(base),
            "boundary": geojson(base["boundary"]), "boundary_quality": base["boundary_quality"],
        },
        "measured": measured(change, base),
        "evidence": store.list_attachments(session, id),
        "issues": issues,
        "log": [{name: one[name] for name in ("at", "who", "action", "text", "details")}
                for one in select_log(session, change=id)],
        "may": steps(session, person, change, base),
    }  # fmt: skip


def summarise(change: Row) -> Row:
    """A change in a list."""
    names = [name for name in SHOWN if name not in ("receipt", "observations", "milestones", "documents", "reasons")]
    return {**{name: change[name] for name in names}, "author": {"name": change["author_name"]},
            "reviewer": change["reviewer_name"] and {"name": change["reviewer_name"]},
            "has_boundary": change["sets_boundary"]}  # fmt: skip


def geojson(outline: MultiPolygon | None) -> Row | None:
    return None if outline is None else mapping(outline)


def measured(change: Row, base: Row | None) -> Row:
    """Areas in ha on the ellipsoid and the perimeter in m, of the outline as proposed; gained and lost land."""
    before = base["boundary"] if base and base["boundary_quality"] in ("surveyed", "digitised") else None
    outline = change["boundary"] if change["sets_boundary"] else before
    found: Row = dict.fromkeys(("area_ha", "perimeter_m", "gained_ha", "lost_ha"))
    if outline is None or outline.is_empty:
        return found
    found |= {"area_ha": geodesic_area_m2(outline) / 10_000, "perimeter_m": GEOD.geometry_length(outline.boundary)}
    if change["sets_boundary"] and before is not None and outline.is_valid:
        gained, lost = land_between(before, outline)
        found |= {"gained_ha": geodesic_area_m2(gained) / 10_000, "lost_ha": geodesic_area_m2(lost) / 10_000}
    return found


def steps(session: Session, person: Person, change: Row, base: Row | None) -> list[str]:
    """What this person may do with it now. `base` is the version that it was made from."""
    state, mine = change["state"], change["author"] == person.account
    reviews = reviews_in(person, (change["province_uid"], *([base["province_uid"]] if base else [])))
    allowed = ["comment"]
    if mine and state == "draft":
        allowed += ["edit", "submit"]
    if mine and state in changes.OPEN:
        allowed += ["withdraw"]
    if reviews and state == "submitted":
        allowed += ["reject", "return"]
        if not mine or changes.may_approve(session, person, change):
            allowed += ["approve"]
    return sorted(allowed)


def reviews_in(person: Person, uids: Iterable[str | None]) -> bool:
    """Whether somebody reviews in all these provinces: that of a change, and that of the version it was made from."""
    return all(person.may("reviewer", uid) for uid in uids)
