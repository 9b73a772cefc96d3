"""What people do with the projects inside a zone: enter, correct, take back, hand in a sheet of them, count them.

Each write is one transaction. Who edits in the zone's province enters projects, and they count at once: each value has
its document and its author, and no version is lost (docs/decisions/0006-projects.md).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from api import errors
from api.language import N_, Gettext, Language
from api.people import Person
from api.store import projects as store
from api.store.connect import Session
from api.store.log import record_act
from api.workflows.beside import run_beside
from api.workflows.changes import need_role
from api.workflows.project_plans import Entry, Plan, make_plan
from gis.dates import LEGAL_ZONE
from gis.errors import UnreadableFile
from gis.projects import FIELDS, STATES, Sheet, check, is_late
from gis.projects.form import write_form
from gis.sheets.cells import Origin, check_document
from gis.sheets.fields import DOCUMENT
from gis.sheets.issues import CellIssue
from gis.sheets.tables import Line

Row = dict[str, Any]
SECONDS, MEGABYTES = 20.0, 400  # for reading a sheet
MEMBERS = {one.name for one in FIELDS} | {"documents", "lots"}
MOST = 200
NO_MEMBER = N_("there is no such member; see docs/projects.md")
NEEDS_DOCUMENTS = N_("this must be a list of at most 200 objects")
NEEDS_LOTS = N_("this must be a list of codes of lots, at most 200")
UNKNOWN_LOT = N_("The zone has no lot {codes} that is free.")
NEEDS_REASON = N_("say why")


def today() -> date:
    return datetime.now(LEGAL_ZONE).date()


def open_zone(session: Session, person: Person, slug: str, *, writes: bool = False) -> Row:
    """A zone whose projects somebody may see, or write. Raises UnknownItem, RoleMissing."""
    zone = store.select_zone(session, slug) if "\0" not in slug else None
    if zone is None:
        raise errors.UnknownItem(id=slug, collection="zones")
    if writes or not person.may("reviewer", zone["province_uid"]):
        need_role(session, person, "editor", zone["province_uid"])
    if writes:
        store.lock_zone(session, slug)
    return zone


def list_projects(session: Session, person: Person, slug: str) -> Row:
    """A zone with all that is known of its projects, for who has a role in its province."""
    zone = open_zone(session, person, slug)
    rows = [{**one, "is_late": is_late(one, today())} for one in store.list_projects(session, slug)]
    return {"zone": zone, "projects": rows, "may": may(person, zone), "sources": store.list_sources(session),
            "kinds": store.source_kinds(session), "sectors": store.sectors_in_use(session)}  # fmt: skip


def may(person: Person, zone: Row) -> list[str]:
    return ["add", "edit", "retire", "import"] if person.may("editor", zone["province_uid"]) else []


def find_project(session: Session, person: Person, slug: str, id: int) -> Row:
    """A project with all its versions. Raises UnknownProject."""
    zone = open_zone(session, person, slug)
    history = store.select_history(session, slug, id)
    if not history:
        raise errors.UnknownProject(id=id, zone=slug)
    standing = next((one for one in store.list_projects(session, slug) if one["id"] == id), None)
    return {"zone": zone, "project": standing or history[-1], "is_retired": standing is None, "history": history,
            "may": may(person, zone)}  # fmt: skip


def enter(session: Session, person: Person, slug: str, sent: Row) -> int:
    """A new project; its number. Raises BadBody, BadProjects, UnknownItem, RoleMissing."""
    zone = open_zone(session, person, slug, writes=True)
    plan = make_plan(session, zone, one_line(sent))
    (id,) = carry_out(session, person, zone, plan)
    point_lots(session, slug, id, sent)
    record_act(session, person, "project.added", zone=slug, details={"project": id, "version": 1})
    return id


def correct(session: Session, person: Person, slug: str, id: int, sent: Row, *, seen: int) -> int:
    """A next version of a project, with all its values; its number. seen: the version it was made from.

    Where nothing differs the version stays. Raises UnknownProject, Stale and as `enter`.
    """
    zone = open_zone(session, person, slug, writes=True)
    check_version(session, slug, id, seen)
    plan = make_plan(session, zone, one_line(sent, id, seen))
    carry_out(session, person, zone, plan)
    point_lots(session, slug, id, sent)
    version = seen + len(plan.changed)
    record_act(session, person, "project.corrected", zone=slug, details={"project": id, "version": version})
    return version


def retire(session: Session, person: Person, slug: str, id: int, reason: str, *, seen: int) -> None:
    """Take a record back that was entered by mistake; it stays in the history. Raises as `correct`."""
    open_zone(session, person, slug, writes=True)
    row = check_version(session, slug, id, seen)
    if not reason.strip() or len(reason) > 5_000 or "\0" in reason:
        raise errors.BadBody("/reason", NEEDS_REASON)
    if not store.add_version(session, person, id, seen + 1, row, reason.strip()):
        raise errors.Stale(what=f"project {id}", now=seen + 1, seen=seen)
    store.set_lots(session, slug, id, [])
    record_act(session, person, "project.retired", zone=slug, text=reason.strip(),
              details={"project": id, "version": seen + 1})  # fmt: skip


def check_version(session: Session, slug: str, id: int, seen: int) -> Row:
    """The newest version of a project that stands. Raises UnknownProject, Stale."""
    history = store.select_history(session, slug, id)
    if not history:
        raise errors.UnknownProject(id=id, zone=slug)
    now = history[-1]
    if now["version"] != seen or now["retired_because"]:
        raise errors.Stale(what=f"project {id}", now=now["version"], seen=seen)
    return now


def one_line(sent: Row, id: int | None = None, version: int | None = None) -> Sheet:
    """What a program or a form sends of one project, as a sheet of one line."""
    for member in sent:
        if member not in MEMBERS:
            raise errors.BadBody(f"/{member}", NO_MEMBER)
    origin = Origin(columns={one.name: "" for one in FIELDS})
    values, issues = check(sent, today(), origin)
    documents = []
    listed = [] if sent.get("documents") is None else sent["documents"]
    if not isinstance(listed, list) or len(listed) > MOST or not all(isinstance(one, dict) for one in listed):
        raise errors.BadBody("/documents", NEEDS_DOCUMENTS)
    for one in listed:
        stray = next((member for member in one if member not in {field.name for field in DOCUMENT}), None)
        if stray is not None:
            raise errors.BadBody(f"/documents/{stray}", NO_MEMBER)
        read, noticed = check_document(one)
        issues += noticed
        documents.append(Line(Origin(), read))
    return Sheet((Line(origin, values, id, version),), tuple(documents), tuple(issues))


def point_lots(session: Session, slug: str, id: int, sent: Row) -> None:
    """Let the lots that were sent, if any were, point to the project."""
    codes = sent.get("lots")
    if codes is None:
        return
    if not isinstance(codes, list) or len(codes) > MOST or not all(isinstance(one, str) and "\0" not in one
                                                                  for one in codes):  # fmt: skip
        raise errors.BadBody("/lots", NEEDS_LOTS)
    missing = store.set_lots(session, slug, id, codes)
    if missing:
        raise errors.BadProjects([CellIssue("unknown-lot", "error", UNKNOWN_LOT, {"codes": ", ".join(missing)},
                                            field="lots")])  # fmt: skip


async def read_beside(content: bytes, name: str) -> Sheet:
    """Read what a stranger sends in a process of its own. Raises BadBody, TakesTooLong, TakesTooMuch."""
    try:
        found = await run_beside("gis.projects.sheet:read_sheet", (content, name, today()), SECONDS, MEGABYTES)
    except UnreadableFile as error:
        raise errors.BadBody("file", str(error.facts["reason"])) from error
    assert isinstance(found, Sheet)
    return found


def preview(session: Session, person: Person, slug: str, sheet: Sheet, name: str, content: bytes) -> tuple[int, Plan]:
    """What a sheet would do. It is kept for a day under the number; the projects stay as they are."""
    zone = open_zone(session, person, slug, writes=True)
    return store.keep_preview(session, person, slug, name, content), make_plan(session, zone, sheet)


def find_preview(session: Session, person: Person, slug: str, number: int) -> tuple[str, bytes]:
    """A kept sheet. Raises PreviewGone."""
    open_zone(session, person, slug, writes=True)
    found = store.select_preview(session, person, slug, number)
    if found is None:
        raise errors.PreviewGone(id=number)
    return found


def take_in(
    session: Session, person: Person, slug: str, sheet: Sheet, name: str, content: bytes, number: int | None = None
) -> Plan:
    """Do all that a sheet says, or nothing of it. number: of the preview that it comes from.

    Raises BadProjects where a cell is wrong or a row was filled in from an older version, SheetIsEmpty, PreviewGone.
    """
    zone = open_zone(session, person, slug, writes=True)
    if number is not None and not store.drop_preview(session, number):
        raise errors.PreviewGone(id=number)
    plan = make_plan(session, zone, sheet)
    carry_out(session, person, zone, plan)
    if not plan.added and not plan.changed:
        raise errors.SheetIsEmpty
    record_act(session, person, "projects.imported", zone=slug, text=name,
              details={"sha256": hashlib.sha256(content).hexdigest(), "added": len(plan.added),
                       "changed": [one.line.id for one in plan.changed]})  # fmt: skip
    return plan


def carry_out(session: Session, person: Person, zone: Row, plan: Plan) -> list[int]:
    """Store what a plan says; the numbers of what is new. Raises BadProjects, Stale."""
    wrong = [one for one in plan.issues if one.severity == "error"]
    if wrong:
        raise errors.BadProjects(wrong)
    for document in plan.documents:
        store.add_source(session, document)
    added = []
    for one in plan.added:
        id = store.add_project(session, zone["slug"])
        store.add_version(session, person, id, 1, one.values)
        added.append(id)
    for one in plan.changed:
        add_next(session, person, one)
    return added


def add_next(session: Session, person: Person, entry: Entry) -> None:
    assert entry.line.id and entry.line.version
    version = entry.line.version + 1
    if not store.add_version(session, person, entry.line.id, version, entry.values):
        raise errors.Stale(what=f"project {entry.line.id}", now=version, seen=entry.line.version)


def make_form(session: Session, person: Person, slug: str, language: Language, _: Gettext) -> bytes:
    """The workbook to fill in, with what is known."""
    open_zone(session, person, slug)
    sources = [(one["id"], one["title"]) for one in store.list_sources(session)]
    kinds = {one["kind"]: one[f"label_{language}"] for one in store.source_kinds(session)}
    known = store.list_projects(session, slug)
    return write_form(known, sources, kinds, store.sectors_in_use(session), language, _)


def summarise(rows: Sequence[Mapping[str, Any]]) -> Row:
    """Counts of a zone's projects, and sums over those that hold land: not recovered, not ended. A sum says of how many
    the value is known; it is None where it is of none.
    """
    standing = [one for one in rows if one["state"] not in ("recovered", "ended")]
    capital = []
    for currency in ("bn_vnd", "m_usd"):
        known = [one["capital"] for one in standing if one["currency"] == currency]
        if known:
            capital.append({"currency": currency, "sum": sum(known), "projects": len(known)})
    return {
        "count": len(rows), "standing": len(standing), "by_sector": by_sector(rows),
        "by_state": [{"state": state, "count": count} for state in (*STATES, None)
                     if (count := sum(one["state"] == state for one in rows))],
        "land_ha": total([one["land_ha"] for one in standing]),
        "capital": capital, "capital_unknown": sum(one["capital"] is None for one in standing),
        "not_named": sum(not one["is_public"] for one in rows),
    }  # fmt: skip


def total(values: Sequence[Any]) -> Row:
    known = [one for one in values if one is not None]
    return {"sum": sum(known) if known else None, "known": len(known), "unknown": len(values) - len(known)}


def by_sector(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """How many projects of each sector, the most first; spellings that differ in capitals or spaces are one."""
    spelt: dict[str | None, list[str]] = {}
    for one in rows:
        sector = one["sector"]
        spelt.setdefault(None if sector is None else " ".join(sector.split()).casefold(), []).append(sector)
    found: list[Row] = [
        {"sector": None if key is None else max(sorted(set(names)), key=names.count), "count": len(names)}
        for key, names in spelt.items()
    ]
    return sorted(found, key=lambda one: (one["sector"] is None, -one["count"], one["sector"] or ""))
