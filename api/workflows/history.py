"""The history of a zone: its versions with what each changed, and any two of them compared."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from api.errors import UnknownItem, UnknownVersion
from api.store import history as store
from api.store.connect import Reader
from api.store.history import Entry, State
from api.store.provenance import select_sources
from api.workflows.comparison import changed_values, compare_outlines, land_between, plane_of
from gis.dates import LEGAL_ZONE

Row = dict[str, Any]
APART = ("valid_from", "sources")  # told of each version anyhow


async def tell_history(reader: Reader, slug: str, *, below: int | None = None, limit: int) -> Row:
    """The versions of a zone, newest first, those below a number where one is given: `zone`, `versions`, `total` and
    `next`, the number to go on below. Raises UnknownItem.
    """
    entries = await known_entries(reader, slug)
    shown = [one for one in entries if below is None or one.version < below][:limit]
    numbers = [one.version for one in shown]
    former = [number - 1 for number in numbers if number > 1]
    states = await store.select_states(reader, slug, sorted({*numbers, *former, entries[0].version}))
    changed = await asyncio.to_thread(steps, numbers, states)
    documents = await titles(reader, shown)
    today = datetime.now(LEGAL_ZONE).date()
    standing = in_force(entries, today)
    return {
        "zone": head(slug, states[entries[0].version], standing),
        "versions": [
            {**described(one, entries, standing, today), **changed[one.version],
             "documents": [documents[id] for id in ids_of(one) if id in documents]} for one in shown
        ],
        "total": len(entries), "next": numbers[-1] if numbers and numbers[-1] > entries[-1].version else None,
    }  # fmt: skip


async def compare_versions(reader: Reader, data_dir: Path, slug: str, one: int, other: int) -> Row:
    """Two versions side by side: `before` and `after` as in the history, `values` that differ and the `outline`.

    Raises UnknownItem, UnknownVersion.
    """
    entries = await known_entries(reader, slug)
    by_number = {entry.version: entry for entry in entries}
    for number in (one, other):
        if number not in by_number:
            raise UnknownVersion(zone=slug, version=number, newest=entries[0].version)
    states = await store.select_states(reader, slug, [one, other, entries[0].version])
    documents = await titles(reader, [by_number[one], by_number[other]])
    today = datetime.now(LEGAL_ZONE).date()
    standing = in_force(entries, today)
    before, after = states[one], states[other]
    sides = [
        {**described(entry, entries, standing, today),
         "documents": [documents[id] for id in ids_of(entry) if id in documents]}
        for entry in (by_number[one], by_number[other])
    ]  # fmt: skip
    outline = await asyncio.to_thread(
        compare_outlines, before.boundary, after.boundary, qualities(before, after),
        plane_of(after.values["boundary_crs"] or before.values["boundary_crs"], after.province, data_dir),
    )  # fmt: skip
    return {
        "zone": head(slug, states[entries[0].version], standing), "before": sides[0], "after": sides[1],
        "values": changed_values(before.values, after.values), "outline": outline, "total": len(entries),
    }  # fmt: skip


async def known_entries(reader: Reader, slug: str) -> list[Entry]:
    entries = [] if "\0" in slug else await store.list_versions(reader, slug)
    if not entries:
        raise UnknownItem(id=slug, collection="zones")
    return entries


def head(slug: str, newest: State, standing: Entry | None) -> Row:
    return {
        "slug": slug, "name_vi": newest.values["name_vi"], "name_en": newest.values["name_en"],
        "version": standing and standing.version, "life": standing.life if standing else "listed",
        "reason": standing and standing.life_reason, "successor": standing and standing.successor,
    }  # fmt: skip


def in_force(entries: Sequence[Entry], day: date) -> Entry | None:
    """The version that holds on a day: the highest whose day has come."""
    return next((one for one in entries if one.valid_from is None or one.valid_from <= day), None)


def described(entry: Entry, entries: Sequence[Entry], standing: Entry | None, today: date) -> Row:
    """A version as people and programs are told of it. `opens` is the day on which it can be read as of, if any."""
    if entry is standing:
        state = "in_force" if entry.life == "listed" else entry.life
    elif entry.valid_from is not None and entry.valid_from > today:
        state = "waits"
    else:
        state = "superseded"
    return {
        "version": entry.version, "state": state, "action": entry.action, "from_version": entry.from_version,
        "author": entry.author, "reviewer": entry.reviewer, "valid_from": entry.valid_from,
        "recorded_at": entry.recorded_at, "reason": entry.life_reason, "successor": entry.successor,
        "observations": entry.observations or 0, "milestones": entry.milestones or 0,
        "opens": opening_day(entry, entries, today), "known_at": entry.known_at,
    }  # fmt: skip


def opening_day(entry: Entry, entries: Sequence[Entry], today: date) -> date | None:
    """A day on which this version is the one in force, by today's knowledge; None where there is no such day."""
    if not entry.was_served:
        return None
    later = [one.valid_from for one in entries if one.version > entry.version]
    if None in later:
        return None
    next_day = min((one for one in later if one), default=None)
    if entry.valid_from is None:
        return min(next_day - timedelta(days=1), today) if next_day else today
    return entry.valid_from if next_day is None or entry.valid_from < next_day else None


def steps(numbers: Sequence[int], states: Mapping[int, State]) -> dict[int, Row]:
    """What each version changed of the one before: the names of values, and the outline with gained and lost land."""
    found: dict[int, Row] = {}
    for number in numbers:
        after, before = states[number], states.get(number - 1)
        names = [] if before is None else [one["name"] for one in changed_values(before.values, after.values)]
        outline: Row = {"changed": before is None and after.boundary is not None, "gained_ha": None, "lost_ha": None}
        if before is not None and before.boundary != after.boundary:
            gained, lost = land_between(before.boundary, after.boundary, qualities(before, after))
            outline = {"changed": True, "gained_ha": gained, "lost_ha": lost}
        found[number] = {"changed": [name for name in names if name not in APART], "outline": outline}
    return found


def qualities(before: State, after: State) -> tuple[str | None, str | None]:
    return before.values["boundary_quality"], after.values["boundary_quality"]


def ids_of(entry: Entry) -> list[str]:
    """The documents of a version: what its change rests on, and where its outline is from; all that the data files
    name where it came from these.
    """
    first = [entry.document] if entry.change else entry.sources
    return list(dict.fromkeys(one for one in (*first, entry.boundary_source) if one))


async def titles(reader: Reader, entries: Sequence[Entry]) -> dict[str, Row]:
    names = ("id", "kind", "kind_vi", "kind_en", "title", "number", "issuer", "issued_on")
    ids = sorted({id for one in entries for id in ids_of(one)})
    return {row["id"]: {name: row[name] for name in names} for row in await select_sources(reader, ids)}
