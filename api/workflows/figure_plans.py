"""What a sheet of figures would propose for each zone, worked out before anything is stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.language import N_
from api.people import Person
from api.store import period_figures as store
from api.store.connect import Session
from api.store.projects import source_kinds
from api.workflows.figure_checks import compare, recorded
from api.workflows.sheet_documents import NO_SOURCE, new_sources
from gis.dates import parse_edtf
from gis.figures import FIGURES, LAND, Sheet
from gis.figures.fields import INDICATORS, TITLES
from gis.periods import Period
from gis.sheets.cells import MISSING
from gis.sheets.fields import plain
from gis.sheets.issues import CellIssue, Ours, When
from gis.sheets.tables import Line

Row = dict[str, Any]
UNKNOWN_ZONE = N_("There is no zone “{slug}”. Take its id from the form.")
OTHER_NAME = N_("“{slug}” is {name}, not “{found}”. Was one column sorted without the others?")
NOT_EDITOR = N_("{zone} lies in {province}, where you are not an editor.")
ENDED = N_("{zone} is no longer listed, so nothing is entered for it.")
TWICE = N_("{zone} stands in two rows.")
NO_VERSION = N_("{zone}: the version from which this row was filled in is missing. Take a new form.")
OUTDATED = N_("{zone} is at version {now} by now, and this row was filled in from version {seen}. Take a new form.")
WAITS = N_("A version of {zone} takes effect on {day}; until then nothing else can be published after it.")
HAS_DRAFT = N_(
    "You have a draft of {zone} already, change {change}. Submit or withdraw it, enter these figures there, or leave "
    "this row out."
)
UNKNOWN_STEP = N_("“{step}” is no step that can be reached here. It can be: {known}.")
ENDS = N_("A zone is withdrawn by a change of its own, with a reason; see its line at the desk.")
OLDER_DOCUMENT = N_("{source} was issued on {day}, before the day that these figures describe.")
DOCUMENT_TWICE = N_("{id} stands in two rows with different values.")
WITHDRAWN = "withdrawn"
FOLLOWS = ("missing", "land-incomplete")  # of a cell that could not be read


@dataclass(frozen=True)
class Entry:
    """What a row newly says of its zone, as a change takes it. before: the last known value of each figure and step,
    None where nothing was known.
    """

    line: Line
    zone: Row
    observations: tuple[Row, ...]
    milestones: tuple[Row, ...]
    documents: tuple[Row, ...]
    before: Mapping[str, Row | None]

    @property
    def is_new(self) -> bool:
        return bool(self.observations or self.milestones)


@dataclass(frozen=True)
class Plan:
    """Rows with something new and rows without, and what is noticed; documents are those that go along."""

    period: Period
    entries: tuple[Entry, ...]
    unchanged: tuple[Line, ...]
    documents: tuple[Row, ...]
    issues: tuple[CellIssue, ...]

    @property
    def is_sound(self) -> bool:
        return not any(one.severity == "error" for one in self.issues)


@dataclass(frozen=True)
class Known:
    """What is known and proposed of the zones that a sheet names, by their ids."""

    zones: Mapping[str, Row]
    observations: Mapping[str, Sequence[Row]]
    milestones: Mapping[str, Sequence[Row]]
    changes: Mapping[str, Sequence[Row]]
    steps: Sequence[Row]


def look_up(session: Session, person: Person, zones: Mapping[str, Row]) -> Known:
    """What is known of zones, and what this person proposes of them."""
    slugs = list(zones)
    return Known(
        zones, by_zone(store.list_observations(session, slugs, INDICATORS)),
        by_zone(store.list_milestones(session, slugs)),
        by_zone(store.list_open_changes(session, person.account, slugs)), store.list_steps(session),
    )  # fmt: skip


def by_zone(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["zone"], []).append(row)
    return found


def make_plan(session: Session, person: Person, sheet: Sheet, period: Period, today: date) -> Plan:
    """Compare a sheet with what is known, and with what this person proposes already."""
    named = sorted({one.values["slug"] for one in sheet.lines if one.values["slug"]})
    known = look_up(session, person, store.select_zones(session, named))
    issues = list(sheet.issues)
    cited = [one.values["source"] for one in sheet.lines] + [one.values["id"] for one in sheet.documents]
    there = store.select_issue_days(session, [one for one in cited if one])
    brought = {row["id"]: row for _, row in new_sources(sheet.documents, set(there), source_kinds(session), issues)}
    issues += differing_documents(sheet.documents)
    days = {**there, **{id: row["issued_on"] for id, row in brought.items()}}
    entries: list[Entry] = []
    unchanged: list[Line] = []
    seen: set[str] = set()
    for line in sheet.lines:
        zone = known.zones.get(line.values["slug"] or "")
        noticed = list(of_zone(person, line, zone, seen))
        issues += noticed
        if zone is None or noticed:
            continue
        entry, found = read_entry(known, line, zone, brought, period)
        issues += found
        if entry.is_new:
            entries.append(entry)
            issues += [*said_by(line, days, is_over=period.end <= today), *can_begin(known, line, zone)]
        else:
            unchanged.append(line)
    used = {document["id"]: document for entry in entries for document in entry.documents}
    refused = {(one.row, one.field) for one in sheet.issues if one.severity == "error"}
    issues = [one for one in issues if one.code not in FOLLOWS or (one.row, one.field) not in refused]
    order = sorted(issues, key=lambda one: (one.severity != "error", one.row or 0))
    return Plan(period, tuple(entries), tuple(unchanged), tuple(used.values()), tuple(order))


def default_day(period: Period, today: date) -> str:
    """The day that the form offers for figures of a period: its last, or today while it runs."""
    return min(period.end, today).isoformat()


def of_zone(person: Person, line: Line, zone: Row | None, seen: set[str]) -> Iterator[CellIssue]:
    """Whether a row is about a zone that this person may edit, and the only one about it."""
    slug, issue = line.values["slug"], line.origin.issue
    if slug is None:
        return  # it is missing, which was noticed, or could not be read
    if zone is None:
        yield issue("unknown-zone", UNKNOWN_ZONE, "slug", slug=slug)
        return
    facts = {"zone": zone["name_vi"], "province": zone["province"] or Ours(N_("a province that is not known"))}
    name = line.values["name"]
    if slug in seen:
        yield issue("zone-twice", TWICE, "slug", zone=zone["name_vi"])
    seen.add(slug)
    if not person.may("editor", zone["province_uid"]):
        yield issue("role-missing", NOT_EDITOR, "slug", **facts)
    elif zone["life"] != "listed":
        yield issue("zone-ended", ENDED, "slug", zone=zone["name_vi"])
    elif name and plain(name) not in (plain(zone["name_vi"]), plain(zone["name_en"])):
        yield issue("other-name", OTHER_NAME, "name", slug=slug, name=zone["name_vi"], found=name)


def read_entry(
    known: Known, line: Line, zone: Row, brought: Mapping[str, Row], period: Period
) -> tuple[Entry, list[CellIssue]]:
    """What a row says newly, as of the period's last day where it names none."""
    slug, values = zone["slug"], line.values
    says = {"as_of": values["as_of"] or period.end.isoformat(), "source": values["source"]}
    observations, changes = known.observations.get(slug, ()), known.changes.get(slug, ())
    given = [one.name for one in FIGURES if values[one.name] is not None]
    new = {name for name in given if not recorded(name, values[name], says, observations, changes, period)}
    if new & set(LAND):  # a rate is worked out from land of one document and day: the row's goes together
        new |= {name for name in LAND if values[name] is not None
                and not recorded(name, values[name], says, observations, changes, None)}  # fmt: skip
    issues: list[CellIssue] = []
    before: dict[str, Row | None] = {}
    for name in given:
        if name in new:
            before[name], noticed = compare(line, name, says, observations, changes, period)
            issues += noticed
    issues += land_is_complete(line, new)
    step, noticed = read_step(known, line, slug)
    issues += noticed
    if step:
        before["step"] = next(iter(known.milestones.get(slug, ())), None)
    cites = {"source": says["source"], "place": values["place"], "quote": values["quote"]}
    facts = [{"indicator": name, "value": float(values[name]), "as_of": says["as_of"], **cites}
             for name in given if name in new]  # fmt: skip
    steps = [{"step": step, "as_of": values["step_on"], **cites}] if step else []
    document = brought.get(says["source"] or "")
    goes_along = (told(document),) if document and (facts or steps) else ()
    return Entry(line, zone, tuple(facts), tuple(steps), goes_along, before), issues


LAND_INCOMPLETE = N_(
    "{field} is missing: the fill rate is worked out only where all four figures of land are given. Write 0 where "
    "there is none."
)
STEP_KNOWN = N_("This step is in the register with another date, {other}; both are kept.")
STEP_BEHIND = N_("The zone has come further already: {other}. Its status stays that.")


def land_is_complete(line: Line, new: set[str]) -> Iterator[CellIssue]:
    missing = [name for name in LAND if line.values[name] is None]
    if new & set(LAND) and missing:
        facts = {"field": Ours(TITLES[missing[0]])}
        yield line.origin.issue("land-incomplete", LAND_INCOMPLETE, missing[0], "warning", **facts)


def read_step(known: Known, line: Line, slug: str) -> tuple[str | None, list[CellIssue]]:
    """The step that a row says newly to be reached, None where it says none, and what is noticed."""
    written, on = line.values["step"], line.values["step_on"]
    if not written or not on:
        return None, []
    words = {plain(word): one for one in known.steps for word in (one["step"], one["label_vi"], one["label_en"])}
    step = words.get(plain(written))
    if step is None:
        codes = ", ".join(one["step"] for one in known.steps if one["step"] != WITHDRAWN)
        return None, [line.origin.issue("unknown-step", UNKNOWN_STEP, "step", step=written, known=codes)]
    reached = known.milestones.get(slug, ())
    dated = parse_edtf(on)
    assert dated
    same = [one for one in reached if one["step"] == step["step"]]
    proposed = [one for change in known.changes.get(slug, ()) for one in change["milestones"]
                if one["step"] == step["step"] and one["as_of"] == on]  # fmt: skip
    if proposed or any(one["as_of"] == on for one in same):
        return None, []
    if step["step"] == WITHDRAWN:
        return None, [line.origin.issue("step-ends", ENDS, "step")]
    issues = []
    if same:
        issues.append(
            line.origin.issue("step-known", STEP_KNOWN, "step_on", "warning", other=When(same[0]["as_of"] or "–"))
        )
    elif reached and reached[0]["rank"] > step["rank"]:
        further = next(one for one in known.steps if one["step"] == reached[0]["step"])
        facts = {"other": Ours(further["label_en"])}
        issues.append(line.origin.issue("step-behind", STEP_BEHIND, "step", "warning", **facts))
    return step["step"], issues


def said_by(line: Line, days: Mapping[str, date | None], *, is_over: bool) -> Iterator[CellIssue]:
    """A row with something new names its document, which is there, and the words; its day while the period runs."""
    values, issue = line.values, line.origin.issue
    for name in ("source", "quote") if is_over else ("as_of", "source", "quote"):
        if values[name] is None:
            yield issue("missing", MISSING, name, field=Ours(TITLES[name]))
    source = values["source"]
    if source and source not in days:
        yield issue("unknown-source", NO_SOURCE, "source", source=source)
    issued, as_of = days.get(source or ""), parse_edtf(values["as_of"] or "")
    if issued and as_of and issued < as_of.start:
        facts = {"source": source, "day": When(issued.isoformat())}
        yield issue("document-older", OLDER_DOCUMENT, "source", "warning", **facts)


def can_begin(known: Known, line: Line, zone: Row) -> Iterator[CellIssue]:
    """Whether a draft of the zone can be begun from the version that the row was filled in from."""
    name, issue = zone["name_vi"], line.origin.issue
    draft = next((one for one in known.changes.get(zone["slug"], ()) if one["state"] == "draft"), None)
    if draft:
        yield issue("draft-exists", HAS_DRAFT, "slug", zone=name, change=draft["id"])
    if zone["waits_for"]:
        yield issue("version-waits", WAITS, "slug", zone=name, day=When(zone["waits_for"].isoformat()))
    elif line.version is None:
        yield issue("no-version", NO_VERSION, "version", zone=name)
    elif line.version != zone["version"]:
        yield issue("outdated", OUTDATED, "version", zone=name, now=zone["version"], seen=line.version)


def differing_documents(lines: Sequence[Line]) -> Iterator[CellIssue]:
    """Two rows of the sheet of documents that are about one document and do not agree."""
    first: dict[str, Line] = {}
    for line in lines:
        id = line.values["id"]
        if id and first.setdefault(id, line).values != line.values:
            yield line.origin.issue("document-twice", DOCUMENT_TWICE, "id", id=id)


def told(document: Row) -> Row:
    """A new document as a change has it."""
    day = document["issued_on"]
    return {**document, "issued_on": day.isoformat() if day else None}
