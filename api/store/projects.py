"""Projects inside zones: versions are only added; readers see what the database lets them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as insert_or

from api.people import Person
from api.store.connect import Reader, Session
from api.store.tables import lots, project_previews, project_versions, projects, sources
from gis.dates import parse_edtf
from gis.projects.fields import DATES, FIELDS

Row = dict[str, Any]
VALUES = tuple(one.name for one in FIELDS)
COLUMNS = ", ".join(("id", "version", *VALUES, "author", "recorded_at"))
KEPT = timedelta(days=1)  # a preview

ZONE = """
SELECT z.slug, v.name_vi, v.name_en, v.province_uid, v.declared_area_ha, v.measured_area_ha
FROM registry.zones z JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version
WHERE z.slug = :slug AND v.life <> 'deleted'
"""
STATES = f"""
SELECT {COLUMNS}, is_public, (SELECT title FROM registry.sources s WHERE s.id = p.source) AS source_title,
    coalesce((SELECT array_agg(code ORDER BY code) FROM registry.lots l WHERE l.project = p.id), '{{}}') AS lots,
    (SELECT sum(area_ha) FROM registry.lots l WHERE l.project = p.id) AS lots_ha
FROM registry.project_states p WHERE zone = :zone
"""
HISTORY = f"""
SELECT {COLUMNS}, retired_because FROM registry.project_versions
WHERE id = (SELECT id FROM registry.projects WHERE id = :id AND zone = :zone) ORDER BY version
"""
PUBLIC = """
SELECT p.id, version, sector, state, land_ha, capital, currency, is_public, name, investor, decision, decided_on,
    licensed_on, land_handed_over_on, construction_started_on, operation_started_on, operation_planned_for, p.source,
    p.place, p.quote, s.title AS source_title, s.url AS source_url
FROM registry.public_projects p LEFT JOIN registry.sources s ON s.id = p.source
WHERE zone = %(zone)s ORDER BY is_public DESC, p.id
"""
PUBLIC_COLUMNS = (
    "id", "version", "sector", "state", "land_ha", "capital", "currency", "is_public", "name", "investor", "decision",
    *DATES, "source", "place", "quote", "source_title", "source_url",
)  # fmt: skip


def select_zone(session: Session, slug: str) -> Row | None:
    """What a zone is called, its province and areas; withdrawn ones too, since land is still recovered there."""
    row = session.execute(text(ZONE), {"slug": slug}).mappings().one_or_none()
    return dict(row) if row else None


def lock_zone(session: Session, slug: str) -> None:
    """Let one at a time write the projects of a zone: two imports do not both add what is new to them."""
    session.execute(text("SELECT pg_advisory_xact_lock(7206963, hashtext(:slug))"), {"slug": slug})


def list_projects(session: Session, zone: str) -> list[Row]:
    """What is known of each project of a zone, in the order in which they were entered."""
    return [dict(row) for row in session.execute(text(f"{STATES} ORDER BY id"), {"zone": zone}).mappings()]


def select_history(session: Session, zone: str, id: int) -> list[Row]:
    """All versions of a project of this zone, the first one first; none where there is no such project."""
    return [dict(row) for row in session.execute(text(HISTORY), {"zone": zone, "id": id}).mappings()]


def add_project(session: Session, zone: str) -> int:
    """A number for a new project."""
    return int(session.execute(insert(projects).values(zone=zone).returning(projects.c.id)).scalar_one())


def add_version(
    session: Session,
    person: Person,
    id: int,
    version: int,
    values: Mapping[str, Any],
    retired_because: str | None = None,
) -> bool:
    """Add a version; False where somebody else added it meanwhile."""
    row = {name: values[name] for name in VALUES} | {f"{name}_days": days(values[name]) for name in DATES}
    row |= {"id": id, "version": version, "retired_because": retired_because, "account": person.account,
            "author": person.name}  # fmt: skip
    statement = insert_or(project_versions).values(row).on_conflict_do_nothing().returning(project_versions.c.version)
    return session.execute(statement).scalar_one_or_none() is not None


def days(edtf: str | None) -> Range[Any] | None:
    """The days that a date of its own precision can mean."""
    dated = parse_edtf(edtf or "")
    return Range(dated.start, dated.end, bounds="[]") if dated else None


def sectors_in_use(session: Session) -> list[str]:
    rows = session.execute(text(
        'SELECT DISTINCT sector COLLATE "vi-x-icu" AS sector FROM registry.project_states WHERE sector IS NOT NULL '
        "ORDER BY sector LIMIT 500"
    ))  # fmt: skip
    return [row[0] for row in rows]


def list_sources(session: Session) -> list[Row]:
    """Documents, the newest first, and whether everybody can read them."""
    rows = session.execute(text(
        "SELECT id, title, number, coalesce(url ~* '^https?://[^/]', false) OR published IS NOT NULL AS is_public "
        "FROM registry.sources WHERE kind <> 'web_page' ORDER BY issued_on DESC NULLS LAST, id LIMIT 2000"
    ))  # fmt: skip
    return [dict(row) for row in rows.mappings()]


def known_sources(session: Session, ids: Sequence[str]) -> set[str]:
    rows = session.execute(text("SELECT id FROM registry.sources WHERE id = ANY(:ids)"), {"ids": list(ids)})
    return {row[0] for row in rows}


def source_kinds(session: Session) -> list[Row]:
    """Kinds of document by rank, each with what it is called."""
    rows = session.execute(text("SELECT kind, label_vi, label_en FROM registry.source_kinds ORDER BY rank DESC"))
    return [dict(row) for row in rows.mappings()]


def add_source(session: Session, row: Row) -> None:
    session.execute(insert_or(sources).values(row).on_conflict_do_nothing())


def set_lots(session: Session, zone: str, project: int, codes: Sequence[str]) -> list[str]:
    """Let exactly these lots of a zone point to a project; those that are not there or are another project's."""
    theirs = session.execute(
        text("SELECT code FROM registry.lots WHERE zone = :zone AND code = ANY(:codes) "
             "AND (project IS NULL OR project = :project) FOR UPDATE"),
        {"zone": zone, "codes": list(codes), "project": project},
    )  # fmt: skip
    missing = sorted(set(codes) - {row[0] for row in theirs})
    if not missing:
        here = (lots.c.zone == zone, lots.c.project == project)
        session.execute(update(lots).where(*here, lots.c.code.not_in(codes)).values(project=None))
        free = (lots.c.zone == zone, lots.c.project.is_(None), lots.c.code.in_(codes))
        session.execute(update(lots).where(*free).values(project=project))
    return missing


def keep_preview(session: Session, person: Person, zone: str, name: str, content: bytes) -> int:
    """Keep a sheet for a day; older ones, and all but the last four of this person, go."""
    session.execute(
        text("DELETE FROM registry.project_previews WHERE made_at < now() - CAST(:kept AS interval) OR number IN "
             "(SELECT number FROM registry.project_previews WHERE account = :account ORDER BY number DESC OFFSET 4)"),
        {"kept": KEPT, "account": person.account},
    )  # fmt: skip
    values = {"zone": zone, "account": person.account, "name": name, "content": content}
    return int(
        session.execute(insert(project_previews).values(values).returning(project_previews.c.number)).scalar_one()
    )


def select_preview(session: Session, person: Person, zone: str, number: int) -> tuple[str, bytes] | None:
    """The name and content of a sheet that this person keeps for a zone."""
    row = session.execute(
        text("SELECT name, content FROM registry.project_previews WHERE number = :number AND account = :account "
             "AND zone = :zone AND made_at >= now() - CAST(:kept AS interval)"),
        {"number": number, "account": person.account, "zone": zone, "kept": KEPT},
    ).one_or_none()  # fmt: skip
    return row and (row[0], bytes(row[1]))


def drop_preview(session: Session, number: int) -> bool:
    """Forget a sheet; False where it was taken in already."""
    statement = delete(project_previews).where(project_previews.c.number == number)
    return session.execute(statement.returning(project_previews.c.number)).scalar_one_or_none() is not None


async def select_public(reader: Reader, zone: str) -> list[Row]:
    """What everybody may know of a zone's projects: names and dates only of the public ones."""
    rows = await reader.rows(PUBLIC, {"zone": zone})
    return [dict(zip(PUBLIC_COLUMNS, row, strict=True)) for row in rows]
