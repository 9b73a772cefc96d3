"""The demo: made-up zones in the real provinces, put into a database of their own and marked there as made up."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from api.errors import DataRefused, NoDemoPossible
from api.store import demo, migrations, records
from api.store.connect import Session, writing
from api.store.demo import Mark
from api.store.feed import note_cause
from api.workflows import figures, sketches
from api.workflows.data_files import read
from api.workflows.demo_rows import (
    FACT_COLUMNS,
    LOT_COLUMNS,
    VERSION_COLUMNS,
    facts_of,
    lot_rows,
    source_rows,
    version_rows,
    zone_rows,
)
from api.workflows.load import historic_file
from api.workflows.readings import Known, files
from gis.errors import TooManyLots, TooManyZones
from gis.synthetic import GENERATION, DataSet, Province, make

# Of the data files those about things that are real in a demo too.
REAL = (
    "source_kinds.csv", "indicators.csv", "values.csv", "milestone_steps.csv", "admin_units.geojson",
    "admin_units_historic_derived.geojson", "admin_units_historic.geojson", "admin_succession.csv", "places.csv",
)  # fmt: skip
SHOWN_EVERY = 500  # rows
Show = Callable[[str, int, int], None]
T = TypeVar("T")


def build(database_url: str, data_dir: Path, seed: int, zones: int, lots: int, show: Show) -> bool:
    """Have the demo of this seed and size in the database; False if it was there already.

    An empty database becomes a demo, another demo is replaced, and any other database is refused untouched: raises
    NotADemo. `show` is told the step, how far it has come and to where (0: not known). Also raises DatabaseInUse,
    DataRefused, NoDemoPossible.
    """
    mark = Mark(seed, zones, lots, GENERATION)
    found = demo.inspect(database_url)
    if found == mark:
        migrations.move(database_url)
        return False
    with_real = Real(data_dir, show)
    try:
        data = make(with_real.provinces, seed, zones, lots, show)
    except (TooManyZones, TooManyLots) as error:
        raise NoDemoPossible(reason=str(error)) from error
    if found:
        demo.refuse_strangers(database_url)
        migrations.move(database_url, "base")
    migrations.move(database_url)
    with writing(database_url) as session:
        records.lock_loads(session)
        note_cause(session, "demo")
        demo.claim(session, mark)
        with_real.store(session)
        store(session, with_real, data, show)
        show("figures", 0, 0)
        demo.analyse(session)
        figures.refresh(session)
        sketches.refresh(session)
        show("publishing", 0, 0)
        records.check_deferred(session)
        demo.refuse_company(session)
    show("statistics", 0, 0)
    demo.tidy(database_url)
    return True


class Real:
    """What the data files say of things that are real: administrative units, indicators, steps, kinds of document."""

    def __init__(self, data_dir: Path, show: Show) -> None:
        """Read the files. Raises DataRefused with the first row that cannot be taken."""
        known, wanted = Known(), {*REAL}
        self.tables: list[tuple[str, list[dict[str, Any]]]] = []
        steps = [step for step in files(known, historic_file(data_dir)) if step[0] in wanted]
        for place, (name, columns, reading) in enumerate(steps):
            show(name, place, len(steps))
            if not (data_dir / name).exists():
                raise DataRefused(reason=f"{data_dir / name} is missing")
            parsed = read(data_dir / name, columns, reading)
            if parsed.refused:
                raise DataRefused(reason=str(parsed.refused[0]))
            for table, numbered in parsed.rows.items():
                self.tables.append((table, [row for _, row in numbered]))

    @property
    def units(self) -> dict[str, dict[str, Any]]:
        """Today's provinces by uid."""
        return {
            row["uid"]: row
            for table, rows in self.tables
            if table == "admin_units"
            for row in rows
            if row["level"] == "province" and row["valid_to"] is None
        }

    @property
    def provinces(self) -> list[Province]:
        """Those with an outline and a published area."""
        return [
            Province(uid, row["name"], float(row["area_km2_published"]), row["geom"])
            for uid, row in self.units.items()
            if row["geom"] is not None and row["area_km2_published"]
        ]

    def store(self, session: Session) -> None:
        """Add it all to an empty register."""
        for table, rows in self.tables:
            records.merge(session, table, rows)
        demo.label_steps(session)


def store(session: Session, real: Real, data: DataSet, show: Show) -> None:
    """Add the made-up records. Facts pass several times: once for themselves, once for each class."""

    def put(table: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]], of: int) -> None:
        demo.copy_rows(session, table, columns, counted(rows, lambda done: show(table, done, max(of, done))))

    units = real.units
    records.merge(session, "sources", list(source_rows(units)))
    put("zones", ("slug", "current_version", "created_at"), zone_rows(data), len(data.zones))
    put("zone_versions", VERSION_COLUMNS, version_rows(data), sum(len(zone.versions) for zone in data.zones))
    amount = sum(
        len(zone.versions) + len(zone.steps) + len(zone.observations) + (zone.has_plant is not None)
        for zone in data.zones
    )
    put("facts", FACT_COLUMNS, (fact.row for fact in facts_of(data, units)), amount + len(data.targets))
    for table, columns in (
        ("observations", ("fact_id", "class", "comparator", "value")),
        ("targets", ("fact_id", "class", "comparator", "value", "applies_to")),
        ("obligations", ("fact_id", "class", "requirement", "met")),
        ("milestones", ("fact_id", "zone", "step", "wording", "as_of", "as_of_start", "as_of_end", "basis")),
    ):
        put(table, columns, (fact.details for fact in facts_of(data, units) if fact.table == table), amount)
    put("lots", LOT_COLUMNS, lot_rows(data), len(data.lots))


def counted(rows: Iterable[T], tell: Callable[[int], None]) -> Iterator[T]:
    """The rows as they are; `tell` hears now and then how many have passed."""
    for done, row in enumerate(rows):
        if done % SHOWN_EVERY == 0:
            tell(done)
        yield row
