"""What somebody does with a corner table: have it read and placed, and get a zone's outline back as one."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

import shapely

from api.errors import BadTable, OversizedTable, UnknownProvince
from api.language import N_
from api.store.connect import Reader
from api.store.corners import Unit, ZoneOutline, select_provinces, select_unit_within
from api.store.features import select_province
from api.store.revisions import Revisions
from api.workflows.beside import run_beside
from gis.corners import CornerTable, LegalMeridian, Place, Solution, parse_meridians, read, solve
from gis.corners.meridians import bare, legal_zones
from gis.crs import Crs
from gis.dates import LEGAL_ZONE
from gis.errors import TableTooLarge, UnreadableTable
from gis.issues import Issue
from gis.receipts import code, nearest_zone

SMALL = 100_000  # letters of text that are read here, in a thread; the rest goes beside the service
SECONDS, MEGABYTES = 20, 500
MERIDIANS = "meridians.csv"
UNKNOWN_COMMUNE = N_("“{commune}” is not known within {place}, so it was not looked at.")
kept: WeakKeyDictionary[Reader, tuple[int, tuple[Unit, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Told:
    """What is said beside a table. province: by code, slug or name, old or new; commune: by name within it."""

    province: str | None = None
    commune: str | None = None
    crs: Crs | None = None
    document_date: date | None = None
    declared_area_ha: float | None = None


@dataclass(frozen=True)
class Ground:
    """What a table is compared with; all of it goes to the process that reads."""

    provinces: tuple[Place, ...]
    stated: tuple[Place, ...]
    commune: Place | None
    meridians: tuple[LegalMeridian, ...]
    told: Told
    today: date
    issues: tuple[Issue, ...] = ()


async def read_corners(
    reader: Reader, revisions: Revisions, data_dir: Path, source: bytes | str, told: Told | None = None
) -> Solution:
    """Read a corner table and find where it lies; nothing is stored.

    source: pasted text, or the bytes of a text file or workbook. Workbooks and long texts are read in a process of
    their own, within limits of time and memory. Raises UnknownProvince, BadTable, OversizedTable, TakesTooLong,
    TakesTooMuch, StoreUnavailable.
    """
    ground = await find_ground(reader, revisions, data_dir, told or Told())
    try:
        if isinstance(source, str) and len(source) <= SMALL:
            return await asyncio.to_thread(place, source, ground)
        solution: Solution = await run_beside("api.workflows.corners:place", (source, ground), SECONDS, MEGABYTES)
    except TableTooLarge as error:
        raise OversizedTable(error) from error
    except UnreadableTable as error:
        raise BadTable(error) from error
    return solution


def place(source: bytes | str, ground: Ground) -> Solution:
    """Read and solve, here. Raises TableTooLarge, UnreadableTable."""
    table: CornerTable = read(source)
    table = replace(table, issues=(*ground.issues, *table.issues))
    for one in (*ground.provinces, *ground.stated):
        if one.outline is not None:
            shapely.prepare(one.outline)
    return solve(
        table, provinces=ground.provinces, stated=ground.stated, commune=ground.commune, meridians=ground.meridians,
        crs=ground.told.crs, document_date=ground.told.document_date, declared_area_ha=ground.told.declared_area_ha,
        today=ground.today,
    )  # fmt: skip


async def find_ground(reader: Reader, revisions: Revisions, data_dir: Path, told: Told) -> Ground:
    """The provinces, the one that is meant in all its shapes, its commune, and the legal meridians."""
    units = await provinces(reader, revisions)
    meridians = legal_meridians(data_dir)
    stated: tuple[Place, ...] = ()
    commune, uid = None, None
    issues: tuple[Issue, ...] = ()
    if told.province is not None:
        uid, stated = await find_province(reader, units, meridians, told.province)
    if told.commune is not None:
        found = await select_unit_within(reader, told.commune, uid)
        if found is None:
            within = stated[0].name if stated else "Việt Nam"
            facts = {"commune": told.commune, "place": within}
            issues = (Issue("unknown-commune", "warning", UNKNOWN_COMMUNE, facts, field="commune"),)
        else:
            commune = place_of(found)
    today = datetime.now(LEGAL_ZONE).date()
    return Ground(tuple(map(place_of, units)), stated, commune, meridians, told, today, issues)


async def find_province(
    reader: Reader, units: tuple[Unit, ...], meridians: tuple[LegalMeridian, ...], name: str
) -> tuple[str | None, tuple[Place, ...]]:
    """The uid of the province that is meant, and it with those of the same name at other times. One of which only the
    legal meridian is known has no outline. Raises UnknownProvince.
    """
    uid = await select_province(reader, name)
    if uid is None:
        entries = legal_zones(meridians, name)
        if not entries:
            raise UnknownProvince("province", value=name)
        return None, (Place(entries[0].province, None, entries[0].first, entries[-1].last),)
    meant = next((one for one in units if one.uid == uid), None)
    if meant is None:
        raise UnknownProvince("province", value=name)
    others = [one for one in units if one.uid != uid and bare(one.name) == bare(meant.name)]
    return uid, tuple(place_of(one) for one in (meant, *others))


def place_of(unit: Unit) -> Place:
    return Place(unit.name, unit.outline, unit.first, unit.last)


async def provinces(reader: Reader, revisions: Revisions) -> tuple[Unit, ...]:
    """Every province with its outline, read again when the units have changed."""
    revision = (await revisions.current())["units"].revision
    found = kept.get(reader)
    if found is None or found[0] != revision:
        units = tuple(await select_provinces(reader))
        for one in units:
            if one.outline is not None:
                shapely.prepare(one.outline)
        found = kept[reader] = (revision, units)
    return found[1]


def legal_meridians(data_dir: Path) -> tuple[LegalMeridian, ...]:
    """Those of `meridians.csv`, read again when the file has changed."""
    path = data_dir / MERIDIANS
    if not path.exists():
        return ()
    state = path.stat()
    return meridians_of(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def meridians_of(path: Path, _changed: int, _size: int) -> tuple[LegalMeridian, ...]:
    return parse_meridians(path.read_text(encoding="utf-8"))


def legal_zone(data_dir: Path, province: str | None) -> Crs | None:
    """The zone of VN-2000 that is legal in a province today, by its name or full name."""
    today = datetime.now(LEGAL_ZONE).date()
    entries = legal_zones(legal_meridians(data_dir), province or "")
    return next((one.crs for one in entries if one.holds(today)), None)


def legal_crs(data_dir: Path, province: str | None) -> str | None:
    """Its code, such as EPSG:9209."""
    crs = legal_zone(data_dir, province)
    return code(crs) if crs else None


def usual_crs(zone: ZoneOutline, data_dir: Path) -> Crs:
    """The zone in which an outline is written unless another is asked for: the legal one of its province today, else
    the one with the nearest meridian.
    """
    assert zone.outline is not None
    return legal_zone(data_dir, zone.province) or nearest_zone(zone.outline)
