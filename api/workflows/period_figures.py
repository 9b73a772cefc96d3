"""What an editor does with the figures of a period: take the form, see what it would change, make changes of it.

Nothing is published here: each zone with something new gets a change, which somebody reviews as any other
(docs/figures.md). All of a sheet is stored, or nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api import errors
from api.language import Gettext, Language
from api.people import Person
from api.store import changes as changes_store
from api.store import period_figures as store
from api.store.connect import Session
from api.store.log import record_act
from api.store.projects import list_sources, source_kinds
from api.store.publishing import legal_today
from api.workflows import changes
from api.workflows.beside import run_beside
from api.workflows.changes import need_role
from api.workflows.figure_checks import in_period, last_of
from api.workflows.figure_plans import WITHDRAWN, Entry, Known, Plan, default_day, look_up, make_plan
from gis.errors import BadPeriod, UnreadableFile
from gis.figures import FIGURES, Sheet
from gis.figures.fields import INDICATORS
from gis.figures.form import figure_titles, write_form
from gis.issues import N_, Issue
from gis.periods import Period, parse_period
from gis.wording import edtf, number

Row = dict[str, Any]
SECONDS, MEGABYTES = 20.0, 400  # for reading a sheet
COMPARED = {"gt": "> ", "gte": "≥ ", "approx": "≈ "}
TITLE = N_("Figures of {period}")
LAST_KNOWN = N_("last known: {value} ({as_of}, {source})")
KNOWN = N_("known by {source}, {as_of}")
UNDATED = N_("undated")


@dataclass(frozen=True)
class Scope:
    """A province, old or new, and a period; the listed zones there that somebody may edit."""

    unit: Row
    period: Period
    zones: tuple[Row, ...]
    today: date


@dataclass(frozen=True)
class Made:
    """A change that was made of a row. issues: what keeps a draft from being submitted, where that was asked for."""

    id: int
    zone: str
    state: str
    issues: Sequence[Issue] = ()


def read_period(text: str) -> Period:
    """Raises NotAPeriod."""
    try:
        return parse_period(text)
    except BadPeriod as error:
        raise errors.NotAPeriod("period", value=text) from error


def open_scope(session: Session, person: Person, province: str, period: Period) -> Scope:
    """Raises UnknownProvince, FuturePeriod, RoleMissing where none of its zones may be edited."""
    unit, today = store.select_unit(session, province), legal_today(session)
    if unit is None:
        raise errors.UnknownProvince("province", value=province)
    if period.start > today:
        raise errors.FuturePeriod("period", value=period.text, start=period.start.isoformat())
    zones = tuple(one for one in store.list_zones(session, unit) if person.may("editor", one["province_uid"]))
    if not zones and not any(person.may("editor", uid) for uid in unit["provinces"]):
        need_role(session, person, "editor", unit["provinces"][0] if unit["provinces"] else None)
    return Scope(unit, period, zones, today)


def list_figures(session: Session, person: Person, province: str, period: Period) -> Row:
    """Each zone with how many figures of the period are known, and one's own open changes of it."""
    scope = open_scope(session, person, province, period)
    known = look_up(session, person, {one["slug"]: one for one in scope.zones})
    rows = []
    for zone in scope.zones:
        slug = zone["slug"]
        there = {one["indicator"] for one in known.observations.get(slug, ()) if in_period(one, period)}
        rows.append({
            "slug": slug, "name_vi": zone["name_vi"], "name_en": zone["name_en"], "kind": zone["kind"],
            "version": zone["version"], "known": sorted(there, key=INDICATORS.index), "of": len(FIGURES),
            "changes": [{"id": one["id"], "state": one["state"]} for one in known.changes.get(slug, ())],
        })  # fmt: skip
    return {"province": scope.unit["full_name"], "period": period.text, "zones": rows, "today": scope.today.isoformat()}


def make_form(session: Session, person: Person, province: str, period: Period, language: Language, _: Gettext) -> bytes:
    """The workbook to fill in: a row for each zone, with what is known of the period."""
    scope = open_scope(session, person, province, period)
    known = look_up(session, person, {one["slug"]: one for one in scope.zones})
    rows = [form_row(zone, known, scope, language, _) for zone in scope.zones]
    label = f"label_{language}"
    return write_form(
        rows, period, scope.unit["full_name"], language=language, gettext=_,
        steps=[one[label] for one in known.steps if one["step"] != WITHDRAWN],
        sources=[(one["id"], one["title"]) for one in list_sources(session)],
        kinds=[one[label] for one in source_kinds(session)],
    )  # fmt: skip


def form_row(zone: Row, known: Known, scope: Scope, language: Language, _: Gettext) -> Row:
    """A zone as a row of the form. Figures of the period are values; what is known of earlier is told beside them."""
    slug, day, kind = zone["slug"], default_day(scope.period, scope.today), KINDS[zone["kind"]]
    row: Row = {
        "slug": slug, "name": zone[f"name_{language}"], "kind": _(kind), "version": zone["version"],
        "as_of": day, "notes": {},
    }  # fmt: skip
    observations, titles, earlier = known.observations.get(slug, ()), figure_titles(language), []
    for name in INDICATORS:
        mine = [one for one in observations if one["indicator"] == name]
        there = next((one for one in mine if one["comparator"] == "eq" and in_period(one, scope.period)), None)
        last = last_of(mine, day)
        if there:
            row[name] = there["value"]
            row["notes"][name] = _(KNOWN).format(source=there["source"], as_of=edtf(there["as_of"], language))
        elif last:
            facts = {"value": worded(last, language), "source": last["source"]}
            facts["as_of"] = edtf(last["as_of"], language) if last["as_of"] else _(UNDATED)
            row["notes"][name] = _(LAST_KNOWN).format(**facts)
            earlier.append("{title}: {value} ({as_of}, {source})".format(title=titles[name], **facts))
    row["last_known"] = "; ".join(earlier) or None
    step = next((one for one in known.milestones.get(slug, ()) if in_period(one, scope.period)), None)
    if step:
        label = next(one[f"label_{language}"] for one in known.steps if one["step"] == step["step"])
        row |= {"step": label, "step_on": step["as_of"]}
    return row


KINDS = {
    "industrial_park": N_("Industrial park"), "industrial_cluster": N_("Industrial cluster"),
    "economic_zone": N_("Economic zone"),
}  # fmt: skip


def worded(one: Mapping[str, Any], language: Language) -> str:
    """A value as a reader writes it: 96,5 or > 14.000."""
    value = COMPARED.get(one["comparator"], "") + number(float(one["value"]), language, 4)
    return value if one["value_max"] is None else f"{value}–{number(float(one['value_max']), language, 4)}"


async def read_beside(content: bytes, name: str, period: Period, today: date) -> Sheet:
    """Read what a stranger sends in a process of its own. Raises BadBody, TakesTooLong, TakesTooMuch."""
    try:
        found = await run_beside(
            "gis.figures.sheet:read_sheet", (content, name, period.text, today), SECONDS, MEGABYTES
        )
    except UnreadableFile as error:
        raise errors.BadBody("file", str(error.facts["reason"])) from error
    assert isinstance(found, Sheet)
    return found


def plan_of(session: Session, person: Person, province: str, sheet: Sheet, period: Period) -> Plan:
    """What a sheet would do. Raises RoleMissing where every zone that it names is in a province of others."""
    scope = open_scope(session, person, province, period)
    plan = make_plan(session, person, sheet, period, scope.today)
    foreign = {one.row for one in plan.issues if one.code == "role-missing"}
    if sheet.lines and foreign == {line.origin.row for line in sheet.lines}:
        zones = store.select_zones(session, [one.values["slug"] for one in sheet.lines])
        need_role(session, person, "editor", next(iter(zones.values()))["province_uid"])
    return plan


def preview(
    session: Session, person: Person, province: str, sheet: Sheet, period: Period, name: str, content: bytes
) -> tuple[int, Plan]:
    """What a sheet would do. It is kept for a day under the number; nothing else is stored."""
    plan = plan_of(session, person, province, sheet, period)
    return store.keep_preview(session, person, province, period.text, name, content), plan


def find_preview(session: Session, person: Person, number: int) -> Row:
    """A kept sheet: `province`, `period`, `name`, `content`. Raises PreviewGone."""
    found = store.select_preview(session, person, number)
    if found is None:
        raise errors.PreviewGone(id=number)
    return found


def take_in(
    session: Session,
    person: Person,
    province: str,
    sheet: Sheet,
    period: Period,
    _: Gettext,
    *,
    name: str,
    content: bytes,
    number: int | None = None,
    submits: bool = False,
) -> tuple[Plan, list[Made]]:
    """Make a change of each zone with something new, all of them or none. number: of the preview that it comes from.

    Raises BadFigures where a cell is wrong, NoNewFigures, PreviewGone, and what `changes.begin` raises.
    """
    store.lock_entry(session, person.account)
    if number is not None and not store.drop_preview(session, number):
        raise errors.PreviewGone(id=number)
    plan = plan_of(session, person, province, sheet, period)
    wrong = [one for one in plan.issues if one.severity == "error"]
    if wrong:
        raise errors.BadFigures(wrong)
    if not plan.entries:
        raise errors.NoNewFigures
    title = _(TITLE).format(period=period.text)
    # In the order of their ids, so that two people who hand in at once do not wait for each other.
    made = [propose(session, person, entry, title, submits=submits)
            for entry in sorted(plan.entries, key=lambda one: one.zone["slug"])]  # fmt: skip
    record_act(session, person, "figures.imported", text=name,
              details={"period": period.text, "sha256": hashlib.sha256(content).hexdigest(),
                       "changes": [one.id for one in made]})  # fmt: skip
    return plan, made


def propose(session: Session, person: Person, entry: Entry, title: str, *, submits: bool) -> Made:
    """A draft of what a row newly says, by the same way as the desk's; submitted where that is asked for and no warning
    of its zone waits for a reason.
    """
    zone = entry.zone["slug"]
    id = changes.begin(session, person, {
        "zone": zone, "action": "update", "title": title, "document": entry.line.values["source"],
        "observations": list(entry.observations), "milestones": list(entry.milestones),
        "documents": list(entry.documents),
    })  # fmt: skip
    if not submits:
        return Made(id, zone, "draft")
    try:
        changes.submit(session, person, id)
    except errors.ChecksFailed as error:
        return Made(id, zone, "draft", tuple(error.issues))
    found = changes_store.select_change(session, id)
    assert found
    return Made(id, zone, found["state"])
