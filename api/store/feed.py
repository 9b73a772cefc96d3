"""What changed in what is served, by revision: read from the rows as they stand and those that were superseded.

A row of `served_*` began at its `revision`; one of `past_*` did too, and ended at `until`. A feature that ends and
begins at a revision changed there; one that only begins was added, one that only ends was removed. All of it is read in
one statement, and revisions follow each other as their transactions committed: what a statement sees has no gap, and
nothing is added later to a revision that was seen.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text

from api.store.collections import COLLECTIONS, Collection
from api.store.connect import Reader, Session

Row = dict[str, Any]
Cause = Literal["load", "import", "publication", "effect", "report", "demo"]
HIGHEST = "\U0010ffff"  # no id lies behind it
COVERED = tuple(COLLECTIONS[name] for name in ("zones", "facts", "lots", "admin-units"))
"""A collection for each part, in the order of the entries of a revision; `zone-points` are the zones again."""
NAMES = {  # of a row: in Vietnamese, in English, and the zone that it is of
    "zones": ("{0}.name_vi", "{0}.name_en", "{0}.slug"),
    "facts": ("{0}.indicator_vi", "{0}.indicator_en", "{0}.zone"),
    "lots": ("{0}.code || ', ' || {0}.zone_name_vi", "{0}.code || ', ' || {0}.zone_name_en", "{0}.zone"),
    "units": ("{0}.full_name", "coalesce({0}.name_en, {0}.full_name)", "NULL::text"),
}


@dataclass(frozen=True)
class Place:
    """Behind a feature of a revision: where a page of the feed goes on. `number` is that of the part in COVERED."""

    revision: int
    number: int = len(COVERED)
    id: str = ""


def beginning(found: Collection) -> str:
    """`served` and `past` rows alike: the columns that entries tell of, by the revision with which they began."""
    columns = ", ".join(dict.fromkeys((found.id, "revision", *(column for _, column in compared(found)))))
    return (
        f"(SELECT {columns} FROM served_{found.part} WHERE {found.id} = k.id AND revision = k.revision "
        f"UNION ALL SELECT {columns} FROM past_{found.part} WHERE {found.id} = k.id AND revision = k.revision)"
    )


def compared(found: Collection) -> list[tuple[str, str]]:
    """What an item shows, as it is called there, and the column it is read from."""
    shown = [(one.name, one.name) for one in found.properties]
    if found.geometry:
        shown.append(("geometry", found.geometry))
    if found.part == "zones":
        shown.append(("location", "location"))
    return shown


KINDS = (("served", "revision", True), ("past", "revision", True), ("past", "until", False))
"""Tables, their columns of a revision, and whether features begin there."""


def keys(number: int, found: Collection, which: str) -> str:
    """The features of a part that began or ended, those first that come first, at most %(limit)s of each kind.

    which: a condition on REVISION and ID.
    """
    told = []
    for table, revision, _ in KINDS:
        condition = which.replace("REVISION", revision).replace("ID", found.id)
        told.append(
            f"(SELECT {revision} AS revision, {number} AS number, {found.id} AS id FROM {table}_{found.part} "
            f"WHERE {condition} ORDER BY {revision}, {found.id} LIMIT %(limit)s)"
        )
    return "\nUNION ".join(told)


def entries(number: int, found: Collection) -> str:
    """Each key of a part with what became of it."""
    now, then = ("a.version", "b.version") if found.part == "zones" else ("NULL::integer",) * 2
    name_vi, name_en, zone = (
        f"CASE WHEN a.{found.id} IS NULL THEN {one.format('b')} ELSE {one.format('a')} END" for one in NAMES[found.part]
    )
    differing = ", ".join(
        f"CASE WHEN a.{column} IS DISTINCT FROM b.{column} THEN '{name}' END" for name, column in compared(found)
    )
    columns = ", ".join(dict.fromkeys((found.id, "until", *(column for _, column in compared(found)))))
    return f"""
SELECT k.revision, k.number, k.id,
    CASE WHEN b.{found.id} IS NULL THEN 'added' WHEN a.{found.id} IS NULL THEN 'removed' ELSE 'changed' END AS what,
    {name_vi} AS name_vi, {name_en} AS name_en, {zone} AS zone, {then} AS before, {now} AS after,
    CASE WHEN a.{found.id} IS NOT NULL AND b.{found.id} IS NOT NULL
        THEN array_remove(ARRAY[{differing}], NULL) END AS properties
FROM keys k
LEFT JOIN LATERAL {beginning(found)} a ON true
LEFT JOIN LATERAL (SELECT {columns} FROM past_{found.part} WHERE {found.id} = k.id AND until = k.revision) b ON true
WHERE k.number = {number}"""


def statement(chosen: str) -> str:
    """The entries of the keys that are chosen, with the version of the zone that each came with, and its cause.

    A fact or a lot came with the version of its zone that began at the same revision; a zone that was deleted ended
    with the version that says so.
    """
    told = "\nUNION ALL".join(entries(number, found) for number, found in enumerate(COVERED))
    return f"""
WITH keys AS MATERIALIZED ({chosen}),
told AS ({told}),
versioned AS (
    SELECT told.*, CASE
        WHEN number > 0 THEN (
            SELECT max(version) FROM (
                SELECT version FROM served_zones z WHERE z.slug = told.zone AND z.revision = told.revision
                UNION ALL SELECT version FROM past_zones z WHERE z.slug = told.zone AND z.revision = told.revision) z)
        WHEN after IS NULL THEN (
            SELECT min(version) FROM zone_versions v
            WHERE v.slug = told.id AND v.version > told.before AND v.life = 'deleted')
        ELSE after END AS version
    FROM told)
SELECT r.revision AS stands, e.revision, e.number, e.id, e.what, e.name_vi, e.name_en, e.zone, e.before, e.version,
    e.properties, t.at, t.cause, v.author, v.reviewer, c.action, c.document, d.title, d.number AS document_number,
    v.life, v.valid_from
FROM revisions r
LEFT JOIN versioned e ON true
LEFT JOIN revision_times t ON t.revision = e.revision
LEFT JOIN zone_versions v ON v.slug = e.zone AND v.version = e.version
    AND CASE WHEN e.number = 0 THEN e.before IS DISTINCT FROM e.version ELSE t.cause = 'publication' END
LEFT JOIN published_changes c ON c.id = v.change_id
LEFT JOIN sources d ON d.id = c.document
WHERE r.part = 'register'
ORDER BY e.revision, e.number, e.id COLLATE "C"
"""


NAMED = (
    "revision", "number", "id", "what", "name_vi", "name_en", "zone", "before", "version", "properties", "at", "cause",
    "author", "reviewer", "action", "document", "document_title", "document_number", "life", "valid_from",
)  # fmt: skip
BEHIND = "(REVISION, ID) > (%(revision_{number})s, %(id_{number})s)"
PAGE = statement(
    "SELECT * FROM (\n"
    + "\nUNION ".join(keys(number, found, BEHIND.format(number=number)) for number, found in enumerate(COVERED))
    + '\n) every ORDER BY revision, number, id COLLATE "C" LIMIT %(limit)s'
)
OF_REVISIONS = statement(
    "SELECT key.* FROM unnest(%(revisions)s::bigint[]) one (revision) CROSS JOIN LATERAL (SELECT * FROM (\n"
    + "\nUNION ".join(keys(number, found, "REVISION = one.revision") for number, found in enumerate(COVERED))
    + '\n) every ORDER BY number, id COLLATE "C" LIMIT %(limit)s) key'
)


async def select_page(reader: Reader, place: Place, limit: int) -> tuple[int, list[Row]]:
    """Where the register stands, and the entries behind a place by revision, part and id: at most `limit`."""
    values: dict[str, object] = {"limit": limit}
    for number in range(len(COVERED)):
        values[f"revision_{number}"] = place.revision
        values[f"id_{number}"] = place.id if number == place.number else "" if number > place.number else HIGHEST
    rows = await reader.rows(PAGE, values)
    return rows[0][0], [dict(zip(NAMED, row[1:], strict=True)) for row in rows if row[1] is not None]


TIMELINE = """
SELECT revision, at, cause FROM revision_times
WHERE revision > %(since)s AND revision < %(before)s AND revision > 0 ORDER BY revision DESC LIMIT %(limit)s
"""
COUNTS = (
    "SELECT revision, number, count(*) FILTER (WHERE began AND NOT ended), count(*) FILTER (WHERE began AND ended), "
    "count(*) FILTER (WHERE NOT began) FROM (SELECT revision, number, id, bool_or(began) AS began, "
    "bool_or(NOT began) AS ended FROM (\n"
    + "\nUNION ALL ".join(
        f"SELECT {revision} AS revision, {number} AS number, {found.id} AS id, {began} AS began "
        f"FROM {table}_{found.part} WHERE {revision} = ANY(%(revisions)s::bigint[])"
        for number, found in enumerate(COVERED)
        for table, revision, began in KINDS
    )
    + "\n) rows GROUP BY revision, number, id) features GROUP BY revision, number ORDER BY revision, number"
)


@dataclass(frozen=True)
class Revision:
    """A revision in short. `counts`: for each number of a part how many features were added, changed and removed;
    `entries` are the first of them.
    """

    revision: int
    at: datetime
    cause: Cause | None
    counts: list[tuple[int, int, int, int]]
    entries: list[Row]


async def select_timeline(reader: Reader, *, since: int, before: int, limit: int, most: int) -> list[Revision]:
    """The last revisions between two, both left out, the newest first, each with at most `most` entries."""
    times = await reader.rows(TIMELINE, {"since": since, "before": before, "limit": limit})
    revisions = [revision for revision, _, _ in times]
    counted = await reader.rows(COUNTS, {"revisions": revisions})
    rows = await reader.rows(OF_REVISIONS, {"revisions": revisions, "limit": most})
    told = [dict(zip(NAMED, row[1:], strict=True)) for row in rows if row[1] is not None]
    return [
        Revision(revision, at, cause, [tuple(row[1:]) for row in counted if row[0] == revision],
                 [one for one in told if one["revision"] == revision])
        for revision, at, cause in times
    ]  # fmt: skip


STANDING = """
SELECT r.revision, (SELECT at FROM revision_times ORDER BY revision LIMIT 1),
    (SELECT at FROM revision_times ORDER BY revision DESC LIMIT 1) FROM revisions r WHERE r.part = 'register'
"""


async def select_standing(reader: Reader) -> tuple[int, datetime, datetime]:
    """Where the register stands, when it began to count, and when it came to where it stands."""
    return (await reader.rows(STANDING))[0]


VERSIONS = """
SELECT revision, 0 AS number, id FROM (
    SELECT min(revision) AS revision, slug AS id FROM (
        SELECT slug, version, revision FROM served_zones UNION ALL SELECT slug, version, revision FROM past_zones) rows
    GROUP BY slug, version
    UNION
    SELECT until, slug FROM past_zones p
    WHERE NOT EXISTS (SELECT FROM served_zones s WHERE s.slug = p.slug AND s.revision = p.until)
        AND NOT EXISTS (SELECT FROM past_zones s WHERE s.slug = p.slug AND s.revision = p.until)) begun
ORDER BY revision DESC, id LIMIT %(limit)s
"""
OF_VERSIONS = statement(VERSIONS)
DOCUMENTS = """
SELECT n.revision, t.at, s.id, n.facts, s.title, s.number, s.issuer, s.issued_on FROM (
    SELECT source, min(revision) AS revision, count(DISTINCT id) AS facts FROM (
        SELECT source, id, revision FROM served_facts UNION ALL SELECT source, id, revision FROM past_facts) rows
    GROUP BY source) n
JOIN sources s ON s.id = n.source LEFT JOIN revision_times t ON t.revision = n.revision
ORDER BY n.revision DESC, s.id LIMIT %(limit)s
"""
DOCUMENT = ("revision", "at", "id", "facts", "title", "number", "issuer", "issued_on")


async def select_versions(reader: Reader, limit: int) -> list[Row]:
    """The entries with which versions of zones came into force or zones were removed, the newest first."""
    rows = await reader.rows(OF_VERSIONS, {"limit": limit})
    told = [dict(zip(NAMED, row[1:], strict=True)) for row in rows if row[1] is not None]
    return sorted(told, key=lambda one: (-one["revision"], one["id"]))


async def select_documents(reader: Reader, limit: int) -> list[Row]:
    """The documents that facts of the register came from last, the newest first, with the number of their facts."""
    return [dict(zip(DOCUMENT, row, strict=True)) for row in await reader.rows(DOCUMENTS, {"limit": limit})]


def note_cause(session: Session, cause: Cause) -> None:
    """Say why this transaction writes; it stands with the revision that it becomes."""
    session.execute(text("SELECT set_config('registry.cause', :cause, true)"), {"cause": cause})
