"""Taking back an edited export of `zones`: names and outlines become new versions, all of them or none.

What follows from facts (areas, status, fill rate) and what other tables say (provinces) cannot be changed through a
file of zones and is ignored; so is what the file does not hold. An export that nobody edited changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from api import errors
from api.store import imports as store
from api.store import records
from api.store.collections import COLLECTIONS, ZONE_KINDS
from api.store.connect import Session, writing
from api.store.feed import note_cause
from api.store.zones import LOADER
from api.workflows import figures
from api.workflows.data_files import Refusal, Refused, multipolygon, needed, number, one_of
from gis.crs import Crs
from gis.errors import GisError
from gis.formats.reading import Contents, Record, read
from gis.formats.shapefile import cut_text, short_names
from gis.vertices import are_same, restored

Row = dict[str, Any]
Show = Callable[[int, int], None]
ALLOWED_M2 = 1.0
TAKEN = (
    "name_vi", "name_en", "kind", "commune", "historic_district", "doubts", "boundary_quality", "boundary_accuracy_m",
)  # fmt: skip
KEYS = ("slug", "version")
MEASURED = ("surveyed", "digitised")


@dataclass
class Report:
    """What became of a file. Where `refused` is not empty nothing was stored."""

    file: str
    read: int = 0
    unchanged: int = 0
    changed: dict[str, list[str]] = field(default_factory=dict)  # slug -> what is new
    ignored: list[str] = field(default_factory=list)  # columns
    refused: list[Refusal] = field(default_factory=list)


class _Refused(Exception):
    """Ends the transaction of an import in which something was refused."""


def import_file(
    database_url: str,
    path: Path,
    *,
    source: str = "",
    author: str = "",
    crs: Crs | None = None,
    show: Show = lambda _done, _of: None,
) -> Report:
    """Store what is new in a file of zones.

    source: id of the document behind what changed, author: who imports; both are needed as soon as something changed.
    crs: of GeoJSON in another system than WGS 84. Raises gis.errors.UnreadableFile, UnknownCrs; ImportNeedsSource,
    UnknownSource.
    """
    names = [one.name for one in COLLECTIONS["zones"].properties]
    contents = read(path, crs, {short: name for name, short in short_names(names).items()})
    report = Report(path.name, len(contents.records))
    report.ignored = [name for name in contents.columns if name in names and name not in (*TAKEN, *KEYS)]
    if "slug" not in contents.columns:
        report.refused.append(Refusal(path.name, 0, "slug", "", "this column is missing; is it an export of zones?"))
        return report
    try:
        with writing(database_url) as session:
            records.lock_loads(session)
            note_cause(session, "import")
            store_changes(session, contents, report, source, author, show)
            if report.refused:
                raise _Refused
    except _Refused:
        report.changed.clear()
    return report


def store_changes(session: Session, contents: Contents, report: Report, source: str, author: str, show: Show) -> None:
    current = store.select_current(session, contents.crs)
    changes: dict[str, tuple[int, Row]] = {}
    seen: dict[str, int] = {}
    for done, (line, record, outline) in enumerate(contents.records, 1):
        try:
            slug = needed(record, "slug")
            if seen.setdefault(slug, line) != line:
                raise Refused("slug", slug, f"this stands already in row {seen[slug]}")
            if slug not in current:
                raise Refused("slug", slug, "the register has no such zone; new zones come with data/zones.csv")
            new = differences(contents, record, outline, current[slug])
        except Refused as refused:
            report.refused.append(Refusal(report.file, line, refused.name, str(refused.value), refused.reason))
            continue
        if new:
            changes[slug] = line, new
        show(done, len(contents.records))
    report.unchanged = len(seen) - len(changes) - len(report.refused)
    if report.refused or not changes:
        return
    check_source(session, source, author)
    for slug, (line, new) in changes.items():
        report.changed[slug] = sorted(new)
        add_version(session, report, line, current[slug].row, new, source, author)
    refuse_meeting(session, report, {slug: line for slug, (line, new) in changes.items() if "boundary" in new})
    if not report.refused:
        records.check_deferred(session)
        figures.refresh(session)


def differences(contents: Contents, record: Record, outline: BaseGeometry | None, current: store.Current) -> Row:
    """The columns of a zone's version that a record changes. Raises Refused."""
    old, new = current.row, readings(record)
    if outline is not None:
        try:
            moved = restored(outline, contents.crs, current.outline, current.shifted)
        except GisError as error:
            raise Refused("geometry", outline.geom_type, str(error)) from error
        if current.outline is None or not are_same(moved, current.outline):
            new["boundary"] = multipolygon({"geometry": moved})
    elif current.outline is not None and contents.spatial:
        raise Refused("geometry", "", "an outline can be replaced by an import, not removed")
    changed = {name: value for name, value in new.items() if name == "boundary" or is_new(old[name], value, contents)}
    if changed:
        check_version(record, old)
        check_outline({**old, **new}, changed, old)
    return changed


def is_new(old: object, value: object, contents: Contents) -> bool:
    """Whether a value is another than the stored one, also where the file's format could not hold all of that."""
    if contents.longest_text and isinstance(old, str | list) and isinstance(value, str | list):
        whole, told = ("; ".join(one) if isinstance(one, list) else one for one in (old, value))
        if told.strip() == cut_text(whole, contents.longest_text).strip():
            return False
    return not records.same(old, value)


def readings(record: Record) -> Row:
    """The cells that an import takes, as columns of a version; a column that is not in the file is left out."""
    row: Row = {}
    for name in ("name_vi", "name_en"):
        if name in record:
            row[name] = needed(record, name).strip()
    if "kind" in record:
        row["kind"] = one_of(record, "kind", ZONE_KINDS)
    for name in ("historic_district", "doubts"):
        if name in record:
            row[name] = (record[name] and str(record[name]).strip()) or None
    if "commune" in record:
        row["communes"] = [part.strip() for part in str(record["commune"] or "").split(";") if part.strip()]
    if "boundary_quality" in record:
        known = (*MEASURED, "indicative")
        row["boundary_quality"] = one_of(record, "boundary_quality", known) if record["boundary_quality"] else None
    if "boundary_accuracy_m" in record:
        accuracy = number(record, "boundary_accuracy_m")
        row["boundary_accuracy_m"] = None if accuracy is None else float(accuracy)
    return row


def check_version(record: Record, old: Row) -> None:
    """A file that was made before the zone changed must not undo that."""
    made_from = number(record, "version") if "version" in record else None
    if made_from is not None and made_from != Decimal(old["version"]):
        raise Refused("version", made_from, f"the register has version {old['version']} by now; edit a new export")


def check_outline(row: Row, changed: Row, old: Row) -> None:
    """An outline says how sure it is; an indicative one is made from area and point, never drawn."""
    quality, accuracy = row["boundary_quality"] or "", row["boundary_accuracy_m"] or 0
    if "boundary" in changed and quality not in MEASURED:
        raise Refused("boundary_quality", quality, "a changed outline must be surveyed or digitised")
    if "boundary" in changed and accuracy <= 0:
        raise Refused("boundary_accuracy_m", accuracy or "", "a changed outline needs its accuracy in metres")
    if "boundary_quality" in changed and "boundary" not in changed and old["boundary_quality"] not in MEASURED:
        raise Refused("boundary_quality", quality, "this changes only together with the outline")


def check_source(session: Session, source: str, author: str) -> None:
    if not source or not author:
        raise errors.ImportNeedsSource
    if author == LOADER:
        raise errors.ReservedAuthor(author=author)
    if not store.is_source(session, source):
        raise errors.UnknownSource(source=source)


def add_version(session: Session, report: Report, line: int, old: Row, new: Row, source: str, author: str) -> None:
    told = {**new, "sources": [*old["sources"], *([] if source in old["sources"] else [source])]}
    if "boundary" in new:
        told |= {"boundary_source": source, "boundary_crs": None}
    try:
        with records.attempt(session):
            store.add_version(session, old, told, author)
    except errors.RowRefused as refused:
        report.refused.append(Refusal(report.file, line, refused.column or "row", old["slug"], str(refused)))


def refuse_meeting(session: Session, report: Report, lines: dict[str, int]) -> None:
    for slug, other, shared_m2 in store.select_meeting(session, list(lines), ALLOWED_M2):
        reason = f"this outline shares {shared_m2:.0f} m² with that of {other}"
        report.refused.append(Refusal(report.file, lines[slug], "geometry", slug, reason))
