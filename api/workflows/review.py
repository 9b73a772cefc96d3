"""What a reviewer, or the author, looks at before a change is decided: both states, all three where somebody else
published meanwhile, and why something cannot be done."""

import csv
import io
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon, shape

from api import errors
from api.language import N_
from api.people import Person
from api.store import changes as changes_store
from api.store import desk, publishing
from api.store.connect import Session
from api.workflows import changes, examination
from api.workflows.comparison import ORDER, changed_values, compare_outlines, drawn, plane_of
from api.workflows.dossier import compile_dossier, reviews_in, summarise

Row = dict[str, Any]
UNITS = ("province", "historic_province")
DECISIONS = ("approve", "reject", "return", "withdraw")
LARGEST_TABLE, MOST_ROWS = 200_000, 1_000
NOT_SUBMITTED = N_("It is a draft: its author has not submitted it yet.")
DECIDED = N_("It is decided, and what is decided stays.")
NOT_REVIEWER = N_("You have no reviewer's role in the province of this zone.")
NOT_AUTHOR = N_("Only its author can withdraw it.")
MOVED = N_("Somebody else published a version meanwhile. Return it, so that its author takes it on to that one.")
CHECKS_FAIL = N_("Errors stand in the way; they are listed above.")
UNREASONED = N_("A warning has no reason yet; return it to its author.")
WAITS = N_("A version of this zone waits for its day; until then no other can be published after it.")


def compile_review(session: Session, person: Person, id: int, data_dir: Path) -> Row:
    """The dossier of a change with `compared` (values, outline), `three` where its base is no longer the newest
    version, `tables` (rows of corner tables by their number), `sources` by id, and `why_not` by step.

    Raises UnknownChange.
    """
    found = compile_dossier(session, person, id)
    is_open = found["state"] in changes.OPEN
    base = found["base"]
    before: Row = base["values"] if base else {}
    after = {**before, **found["values"]}
    # A decided change is compared with what it was made from, whatever happened since.
    has_moved = is_open and base is not None and found["newest_version"] != base["version"]
    now = publishing.select_version(session, found["zone"], found["newest_version"]) if has_moved else None
    there: Row = examination.values_of(now) if now else {}
    states = named(session, [before, after, there])
    outlines = [shaped(base and base["boundary"]), None, now["boundary"] if now else None]
    outlines[1] = shaped(found["boundary"]) if found["has_boundary"] else outlines[0]
    crs = plane_of(
        after.get("boundary_crs") or (found["receipt"] or {}).get("crs"), states[1].get("province"), data_dir
    )
    compared: Row = {
        "values": changed_values(states[0], states[1]),
        "outline": compare_outlines(
            outlines[0], outlines[1], (before.get("boundary_quality"), proposed_quality(found, after)), crs
        ),
    }
    three = None
    if now:
        theirs, mine = changed_values(states[0], states[2]), compared["values"]
        names = {one["name"] for one in (*theirs, *mine)}
        touched = {one["name"] for one in mine}
        both = {one["name"] for one in theirs if one["name"] in touched
                and states[2].get(one["name"]) != states[1].get(one["name"])}  # fmt: skip
        three = {
            "base": base["version"], "now": found["newest_version"], "author": now["author"],
            "values": [
                {"name": name, "base": states[0].get(name), "now": states[2].get(name), "proposed": states[1].get(name),
                 "both": name in both, "is_proposed": name in touched} for name in ORDER if name in names
            ],
            "outline_now": drawn(outlines[2]) if outlines[2] != outlines[0] else None,
            "outline_moved": outlines[2] != outlines[0],
            "outline_both": found["has_boundary"] and outlines[2] not in (outlines[0], outlines[1]),
        }  # fmt: skip
    return {
        **found, "compared": compared, "three": three, "tables": tables(session, found),
        "sources": sources(session, found), "kinds": desk.select_kinds(session),
        "indicators": desk.select_indicators(session, [one.get("indicator") or "" for one in found["observations"]]),
        "why_not": reasons_against(session, person, found),
    }  # fmt: skip


def proposed_quality(found: Row, after: Row) -> str | None:
    """A drawn outline of a draft is land already, whether or not its quality was chosen yet."""
    quality: str | None = after.get("boundary_quality")
    is_drawn = found["has_boundary"] and found["action"] != "revert"
    return "digitised" if is_drawn and quality != "surveyed" else quality


def named(session: Session, states: list[Row]) -> list[Row]:
    """The same with units by their names."""
    names = publishing.names_of_units(session, [one.get(unit) for one in states for unit in UNITS])
    return [{**one, **{unit: names.get(one[unit], one[unit]) for unit in UNITS if one.get(unit)}} for one in states]


def shaped(outline: Row | None) -> MultiPolygon | None:
    return None if outline is None else shape(outline)


def tables(session: Session, found: Row) -> dict[int, list[list[str]]]:
    """The rows of those corner tables that are text, by the number of the evidence."""
    read = {}
    for one in found["evidence"]:
        is_text = one["media"].startswith("text/") or one["name"].lower().endswith((".csv", ".txt", ".tsv"))
        if one["use"] == "corner_table" and is_text and one["size"] <= LARGEST_TABLE:
            kept = changes_store.select_attachment(session, found["id"], one["number"])
            if kept:
                read[one["number"]] = rows_of(kept["content"])
    return read


def rows_of(content: bytes) -> list[list[str]]:
    """A table of text, cut where most of its lines are: at tabs, semicolons, commas or spaces."""
    text = content.decode("utf-8-sig", errors="replace").replace("\0", "")
    lines = [line for line in text.splitlines() if line.strip()][:MOST_ROWS]
    for mark in "\t;,":
        if sum(mark in line for line in lines) * 2 > len(lines) and (mark != "," or ", " not in text):
            return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=mark)]
    return [line.split() for line in lines]


def sources(session: Session, found: Row) -> dict[str, Row]:
    """The documents that a change names, by id: those that it brings along and those of the register."""
    kinds = desk.select_kinds(session)
    brought = {
        one["id"]: {"number": None, "issuer": None, "issued_on": None, "title": "", **one,
                    **kinds.get(one.get("kind") or "", {"kind_vi": one.get("kind"), "kind_en": one.get("kind")})}
        for one in found["documents"] if one.get("id")
    }  # fmt: skip
    used = {one.get("source") for one in (*found["observations"], *found["milestones"])} | {found["document"]}
    return {**desk.select_documents(session, [one for one in used if one]), **brought}


def reasons_against(session: Session, person: Person, found: Row) -> dict[str, str]:
    """Why the decisions that this person cannot take cannot be taken."""
    why: dict[str, str] = {}
    state, mine = found["state"], found["author"]["account"] == person.account
    base = found["base"]
    reviews = reviews_in(person, (found["province_uid"], *([base["values"]["province"]] if base else [])))
    for step in DECISIONS:
        if step in found["may"]:
            continue
        if state not in changes.OPEN:
            why[step] = DECIDED
        elif step == "withdraw":
            why[step] = NOT_AUTHOR
        elif not reviews:
            why[step] = NOT_REVIEWER
        elif state == "draft":
            why[step] = NOT_SUBMITTED
        elif step == "approve" and mine:
            why[step] = errors.OwnChange.message
    if "approve" in found["may"]:
        obstacle = obstacle_to_publishing(session, found)
        if obstacle:
            why["approve"] = obstacle
    return why


def obstacle_to_publishing(session: Session, found: Row) -> str:
    """What a reviewer who may approve would be refused with; empty where nothing is known to stand in the way."""
    head = publishing.select_head(session, found["zone"])
    if found["base"] and head and head.newest != found["base"]["version"]:
        return MOVED
    if head and head.waits_for:
        return WAITS
    if any(one.severity == "error" for one in found["issues"]):
        return CHECKS_FAIL
    if any(one.severity == "warning" and not found["held"].get(one.code) for one in found["issues"]):
        return UNREASONED
    return ""


def compile_desk(session: Session, person: Person, words: str | None) -> Row:
    """What lies on somebody's desk: `drafts`, `waiting` for this reviewer, `submitted`, `decided` lately, and `zones`
    to be edited.
    """
    me = person.account
    drafts = changes_store.list_changes(session, states=["draft"], sort="age", author=me)
    submitted = changes_store.list_changes(session, states=["submitted"], author=me)
    decided = changes_store.list_changes(session, states=["approved", "rejected"], sort="age", limit=5, author=me)
    provinces = provinces_of(person, "reviewer")
    waiting = changes_store.list_changes(session, states=["submitted"], provinces=provinces)
    questions = desk.select_questions(session, [one["id"] for one in drafts])
    editing = provinces_of(person, "editor")
    return {
        "drafts": [{**summarise(one), "question": questions.get(one["id"])} for one in drafts],
        "waiting": [summarise(one) for one in waiting if one["author"] != me],
        "submitted": [summarise(one) for one in submitted], "decided": [summarise(one) for one in decided],
        "zones": None if words is None else desk.find_zones(session, person.account, provinces=editing, words=words),
        "is_editor": editing is None or bool(editing), "is_reviewer": provinces is None or bool(provinces),
    }  # fmt: skip


def provinces_of(person: Person, role: str) -> list[str] | None:
    """The provinces in which somebody has a role; None is all."""
    uids = [one.province_uid for one in person.grants if one.role in (role, "admin")]
    return None if None in uids else [one for one in uids if one]
