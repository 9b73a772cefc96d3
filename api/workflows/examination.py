"""Looking at a change before it is handed in or published: what the rules of `gis.checks` need to know."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Point

from api import errors
from api.store import changes as store
from api.store import publishing
from api.store.connect import Session
from api.workflows.references import references
from gis.checks import Case, Neighbour, Place
from gis.checks import examine as apply_rules
from gis.issues import N_, Issue, restored

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
    return [*of_origin(change), *issues, *references(session, change, values)]


def of_origin(change: Row) -> list[Issue]:
    """What was odd about the table or file that the outline came from, as long as nobody has altered it since."""
    origin = (change["receipt"] or {}).get("origin")
    if not origin or change["boundary"] is None:
        return []
    if not is_untouched(change):
        message = N_("The outline was altered after it was taken from the table or file that is kept with the change.")
        return [Issue("outline-altered", "warning", message, field="boundary")]
    return [restored(one) for one in origin["issues"]]


def is_untouched(change: Row) -> bool:
    """Whether the outline still is what its receipt was made of."""
    origin = (change["receipt"] or {}).get("origin", {})
    return change["boundary"] is not None and origin.get("digest") == digest(change["boundary"])


def digest(outline: MultiPolygon) -> str:
    return hashlib.sha256(shapely.to_wkb(outline)).hexdigest()


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
    province: Place | None = None
    communes: tuple[Place, ...] = ()
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


def about(issues: Sequence[Issue], code: str) -> list[str]:
    """What all issues of a code are about, by the names in them: a reason holds for these and for no others."""
    named = (fact for one in issues if one.code == code for fact in one.facts.values())
    return sorted({fact for fact in named if isinstance(fact, str)})


def reasoned(session: Session, change: Row, former: Mapping[str, Any]) -> Row:
    """Reasons as they are kept: each with what it was given for; one that was not altered keeps that."""
    issues = examine(session, change)
    kept: Row = {}
    for code, text in change["reasons"].items():
        known = former.get(code, {})
        kept[code] = known if known.get("text") == text else {"text": text, "about": about(issues, code)}
    return kept


def reason_for(issues: Sequence[Issue], reasons: Mapping[str, Any], code: str) -> str | None:
    """The reason that holds for all issues of a code; None where there is none, or it was given for something else."""
    given = reasons.get(code)
    return given["text"] if given and set(about(issues, code)) <= set(given["about"]) else None


def require(issues: Sequence[Issue], reasons: Mapping[str, Any]) -> None:
    """Raise ChecksFailed where an error stands, or a warning that nobody gave a reason for."""
    wrong = [one for one in issues if one.severity == "error"]
    open_ = [one for one in issues if one.severity == "warning" and not reason_for(issues, reasons, one.code)]
    if wrong or open_:
        raise errors.ChecksFailed([*wrong, *open_], errors=len(wrong), warnings=len(open_))
