"""What the store tells of targets, as the rules of `gis.progress` take it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from api.workflows import figures
from gis.dates import Dated, parse_edtf
from gis.fill_rate import Areas, Lot, Lots
from gis.progress import MEASURES, Observation, Register, Step, Target, Zone, unnamed_zones
from gis.progress.unnamed import COUNTED

Row = dict[str, Any]
SUMMED = {one.summed for one in MEASURES.values() if one.summed}
OF_ZONES = {"fill_rate_pct", *SUMMED, *(name for name, one in MEASURES.items() if one.kind in ("level", "period"))}
OF_UNITS = {
    *MEASURES,
    *(name for one in MEASURES.values() for name in one.related),
    *(name for names in COUNTED.values() for name in names),
}


def register_of(found: Row) -> Register:
    """The register as far as targets ask for it."""
    observations = defaultdict[tuple[str, str], list[Observation]](list)
    for one in found["observations"]:
        observations[one["indicator"], one["subject"]].append(observation(one))
    steps = by_zone(found["steps"])
    lots, phases, areas = (by_zone(found[name]) for name in ("lots", "phases", "areas"))
    zones = [
        zone_of(one, steps[one["slug"]], lots[one["slug"]], phases[one["slug"]], areas[one["slug"]], observations)
        for one in found["zones"]
    ]
    targets = [target(one) for one in found["targets"]]
    return Register(targets, zones, observations, found["ranks"] or {}, unnamed_zones(targets, zones, observations))


def by_zone(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    made = defaultdict[str, list[Row]](list)
    for one in rows:
        made[one["zone"]].append(one)
    return made


def zone_of(
    row: Row, steps: list[Row], lots: list[Row], phases: list[Row], areas: list[Row],
    observations: dict[tuple[str, str], list[Observation]],
) -> Zone:  # fmt: skip
    slug = row["slug"]
    expansion = [number(one["area_ha"]) for one in phases]
    return Zone(
        slug=slug, kind=row["kind"],
        units=frozenset(filter(None, (row["province_uid"], row["historic_province_uid"]))),
        steps=tuple(step(one) for one in steps), lots=lots_of(lots), areas=tuple(areas_of(one) for one in areas),
        reported=tuple(observations.get(("fill_rate_pct", slug), ())),
        figures=tuple(one for name in sorted(SUMMED) for one in observations.get((name, slug), ())),
        expansion_ha=sum((one or Decimal(0) for one in expansion), Decimal(0)) if None not in expansion else None,
        expansion_in_force=all(one["in_force"] for one in phases) if phases else None,
        is_listed=row["life"] == "listed",
    )  # fmt: skip


def areas_of(row: Row) -> Areas:
    """Leasable and leased land as one document states it of one time."""
    stated = {figures.AREAS[name]: Decimal(value) for name, value in row["stated"].items()}
    return Areas(**stated, as_of=when(row["as_of"]), source=row["source"])


def lots_of(rows: list[Row]) -> Lots | None:
    """A zone's lots as they stand; dated by the latest of them, undated where one is."""
    if not rows:
        return None
    dates = [when(one["as_of"]) for one in rows]
    known = [one for one in dates if one is not None]
    sources = {one["source"] for one in rows}
    return Lots(
        tuple(Lot(one["land_use"], one["status"], Decimal(one["area_ha"])) for one in rows),
        max(known, key=lambda one: one.end) if len(known) == len(dates) else None,
        sources.pop() if len(sources) == 1 else None,
    )


def target(row: Row) -> Target:
    written = [date.fromisoformat(row[name]) for name in ("issued_on", "latest_date_cited") if row[name]]
    return Target(
        id=row["id"], indicator=row["indicator"], unit_uid=row["unit_uid"], subject_kind=row["subject_kind"],
        zone=row["zone"], comparator=row["comparator"], value=number(row["value"]), value_max=number(row["value_max"]),
        milestone=row["milestone"], applies_to=row["applies_to"], period=when(row["period"]), source=row["source"],
        written_on=written[0] if written else None, rank=row["rank"],
        is_retold=row["source_kind"] == "report",
    )  # fmt: skip


def observation(row: Row) -> Observation:
    return Observation(
        id=row["id"], indicator=row["indicator"], comparator=row["comparator"], value=Decimal(row["value"]),
        value_max=number(row["value_max"]), when=when(row["as_of"]), source=row["source"],
        subject_kind=row["subject_kind"],
    )  # fmt: skip


def step(row: Row) -> Step:
    return Step(row["step"], row["rank"], when(row["as_of"]), row["basis"] == "stated", row["fact_id"], row["source"])


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def when(text: str | None) -> Dated | None:
    return parse_edtf(text or "")
