"""What a sheet of projects would do to a zone's register, worked out before anything is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.language import N_
from api.store import projects as store
from api.store.connect import Session
from api.workflows.sheet_documents import NO_SOURCE, new_sources
from gis.projects import FIELDS, Sheet
from gis.sheets.fields import plain
from gis.sheets.issues import CellIssue
from gis.sheets.tables import Line

Row = dict[str, Any]
UNKNOWN = N_("There is no project {id} in this zone. Leave the number empty for a new project.")
ID_TWICE = N_("Project {id} stands in two rows.")
NO_VERSION = N_("Project {id}: the version from which this row was filled in is missing. Take a new form.")
OUTDATED = N_(
    "Project {id} is at version {now} by now, and this row was filled in from version {seen}. Take a new form."
)
KNOWN = N_("“{name}” is project {id} already. Write its number to correct it.")
NAME_TWICE = N_("“{name}” stands in two rows as a new project.")
TELLS_NAME = N_(
    "The title of this document names “{name}”, and everybody can read titles. Leave the name out, or give the "
    "document's address on the web."
)
LARGER = N_("{land} ha are more than the whole zone has, {area} ha.")


@dataclass(frozen=True)
class Entry:
    """A line with its values as they would be stored, and of a known project what differs: before, after."""

    line: Line
    values: Row
    differences: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Plan:
    """What would be added, changed, left as it is, and what is noticed; documents are rows of `sources`."""

    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    documents: tuple[Row, ...]
    issues: tuple[CellIssue, ...]

    @property
    def is_sound(self) -> bool:
        return not any(one.severity == "error" for one in self.issues)


def make_plan(session: Session, zone: Row, sheet: Sheet) -> Plan:
    """Compare a sheet with what is known of a zone's projects."""
    known = {one["id"]: one for one in store.list_projects(session, zone["slug"])}
    issues = [*sheet.issues, *same_twice(sheet, known), *matching(sheet, known)]
    cited = [value for one in (*sheet.lines, *sheet.documents) for name in ("source", "id")
             if isinstance(value := one.values.get(name), str)]  # fmt: skip
    there = store.known_sources(session, cited)
    documents = list(new_documents(session, sheet, there, issues))
    there |= {one["id"] for one in documents}
    added: list[Entry] = []
    changed: list[Entry] = []
    unchanged: list[Entry] = []
    for line in sheet.lines:
        source = line.values["source"]
        if source and source not in there:
            issues.append(line.origin.issue("unknown-source", NO_SOURCE, "source", source=source))
        issues += too_large(line, zone)
        old = known.get(line.id) if line.id else None
        values = dict(line.values)
        if old:
            values |= {name: old[name] for name in values if name not in line.origin.columns}
        differences = {} if old is None else {
            one.name: (old[one.name], values[one.name]) for one in FIELDS if differ(old[one.name], values[one.name])
        }  # fmt: skip
        entry = Entry(line, values, differences)
        (added if line.id is None else changed if differences else unchanged).append(entry)
    order = sorted(issues, key=lambda one: (one.severity != "error", one.row or 0))
    return Plan(tuple(added), tuple(changed), tuple(unchanged), tuple(documents), tuple(order))


def differ(old: Any, new: Any) -> bool:
    if isinstance(old, Decimal) and isinstance(new, Decimal):
        return float(old) != float(new)  # a workbook keeps no more digits
    return bool(old != new)


def same_twice(sheet: Sheet, known: Mapping[int, Row]) -> Iterator[CellIssue]:
    """Projects that would be there twice: a second import of the same sheet is one."""
    names = {plain(one["name"]): one for one in known.values()}
    ids: set[int] = set()
    new: set[str] = set()
    for line in sheet.lines:
        name = line.values["name"]
        if line.id is not None:
            if line.id in ids:
                yield line.origin.issue("id-twice", ID_TWICE, "id", id=line.id)
            ids.add(line.id)
        elif name:
            key = plain(name)
            if key in names:
                yield line.origin.issue("known-already", KNOWN, "name", name=name, id=names[key]["id"])
            elif key in new:
                yield line.origin.issue("name-twice", NAME_TWICE, "name", name=name)
            new.add(key)


def matching(sheet: Sheet, known: Mapping[int, Row]) -> Iterator[CellIssue]:
    """Rows of projects that are not there, or that somebody changed since the row was filled in."""
    for line in sheet.lines:
        if line.id is None:
            continue
        old = known.get(line.id)
        if old is None:
            yield line.origin.issue("unknown-project", UNKNOWN, "id", id=line.id)
        elif line.version is None:
            yield line.origin.issue("no-version", NO_VERSION, "version", id=line.id)
        elif line.version != old["version"]:
            facts = {"id": line.id, "now": old["version"], "seen": line.version}
            yield line.origin.issue("outdated", OUTDATED, "version", **facts)


def new_documents(session: Session, sheet: Sheet, there: set[str], issues: list[CellIssue]) -> Iterator[Row]:
    """The documents of a sheet that are not here yet, as rows of `sources`."""
    for line, row in new_sources(sheet.documents, there, store.source_kinds(session), issues):
        named = told_name(sheet, row)
        if named:
            issues.append(line.origin.issue("title-tells-name", TELLS_NAME, "title", name=named))
        yield row


def told_name(sheet: Sheet, document: Row) -> str | None:
    """The project or investor whom the title of a document names that not everybody can read."""
    if document["url"]:
        return None
    title = " ".join(["", *(plain(document[name] or "") for name in ("id", "title", "number", "issuer")), ""])
    for line in sheet.lines:
        if line.values["source"] == document["id"]:
            for name in (line.values["name"], line.values["investor"]):
                if name and f" {plain(name)} " in title:
                    return str(name)
    return None


def too_large(line: Line, zone: Row) -> Iterator[CellIssue]:
    area, land = zone["declared_area_ha"] or zone["measured_area_ha"], line.values["land_ha"]
    if area and land and land > area:
        facts = {"land": land, "area": round(float(area), 2)}
        yield line.origin.issue("larger-than-zone", LARGER, "land_ha", "warning", **facts)
