"""What happened to a zone: its steps, its outlines one after another, and what was reported of it year by year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from shapely.geometry import MultiPolygon

from gis.synthetic.chance import Chance
from gis.synthetic.ground import Scale
from gis.synthetic.outlines import Outline

LAST_YEAR, FIRST_REPORT = 2025, 2016
LADDER = (
    "proposed", "planned", "investment_policy_granted", "established", "site_clearance_in_progress",
    "site_clearance_done", "under_construction", "operating",
)  # fmt: skip
STATUS_SHARES = {
    "proposed": 0.06, "planned": 0.08, "investment_policy_granted": 0.06, "established": 0.06,
    "site_clearance_in_progress": 0.06, "site_clearance_done": 0.05, "under_construction": 0.12, "operating": 0.48,
    "withdrawn": 0.03,
}  # fmt: skip
WITH_LOTS = {"site_clearance_in_progress": 1.0, "site_clearance_done": 1.0, "under_construction": 1.0, "operating": 0.8}
PLANTS = {
    "operating": (0.6, 0.15),
    "under_construction": (0.05, 0.45),
}  # shares with a plant, and of which it is denied
SKIPPED_STEP, DATED_STEP = 0.4, 0.3  # shares of steps that no document tells, and that one dates by the day
VERSIONS = (0.72, 0.92, 0.98)  # up to where from 0 to 1 a zone has one, two, three versions; beyond, four
AREA_YEARS = (2020, 2023, 2025)
SQUARE_METRES = Decimal("0.0001")
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Step:
    """A milestone and when it was reached, as EDTF text."""

    name: str
    as_of: str


@dataclass(frozen=True)
class Observation:
    """A figure of a zone at the end of a year; ha, %, or a count."""

    indicator: str
    value: Decimal
    year: int


@dataclass(frozen=True)
class Version:
    """A zone as it stood from a day on; valid_from None: from the beginning. boundary: WGS 84 lon, lat."""

    declared_area_ha: Decimal
    area_year: int
    boundary: MultiPolygon
    quality: str
    accuracy_m: float
    valid_from: date | None


@dataclass(frozen=True)
class Target:
    """What a province resolved: of which zones, what, by when (EDTF year)."""

    province: str
    subject_kind: str
    indicator: str
    comparator: str
    value: int
    period: str
    applies_to: str


@dataclass(frozen=True)
class Zone:
    """A zone that does not exist. province: uid of the real one it lies in; versions: the last is current.

    delay_min: minutes from a document to its entry in the register.
    """

    slug: str
    name_vi: str
    name_en: str
    kind: str
    province: str
    status: str
    lon: float
    lat: float
    delay_min: int
    versions: tuple[Version, ...]
    steps: tuple[Step, ...]
    observations: tuple[Observation, ...]
    has_plant: bool | None = None  # whether its wastewater plant stands; None where nothing is said


@dataclass(frozen=True)
class Land:
    """What a zone has to lease and has leased in the last year, in hectares, by land use."""

    industrial: Decimal
    industrial_leased: Decimal
    service: Decimal
    service_leased: Decimal

    @property
    def leasable(self) -> Decimal:
        """Industrial and service land."""
        return self.industrial + self.service

    @property
    def leased(self) -> Decimal:
        """What of it is leased."""
        return self.industrial_leased + self.service_leased


def share_statuses(chance: Chance, count: int) -> list[str]:
    """Statuses in their shares, in any order."""
    ends = np.cumsum(list(STATUS_SHARES.values()))
    places = np.searchsorted(ends, (chance.order(count) + 0.5) / count)
    names = list(STATUS_SHARES)
    return [names[min(place, len(names) - 1)] for place in places.tolist()]


def draw_kind(chance: Chance, area_ha: float) -> str:
    """Clusters are small (75 ha at most), economic zones large and rare."""
    luck = chance.one()
    if area_ha <= 75.0:
        return "industrial_cluster" if luck < 0.85 else "industrial_park"
    return "economic_zone" if area_ha > 350.0 and luck < 0.15 else "industrial_park"


def odds_of_lots(status: str, fill: float) -> tuple[float, float, float]:
    """Up to where from 0 to 1 a lot is leased, reserved, available; beyond, its land is not cleared."""
    return {
        "operating": (fill, fill + 0.1 * (1.0 - fill), 1.0),
        "under_construction": (0.4 * fill, 0.4 * fill + 0.15, 0.9),
        "site_clearance_done": (0.0, 0.1, 1.0),
    }.get(status, (0.0, 0.0, 0.4))


def draw_steps(chance: Chance, status: str) -> tuple[Step, ...]:
    """The way to a status, the last step first known for sure; years between two steps that were told."""
    is_withdrawn = status == "withdrawn"
    names = [*LADDER[: chance.whole(1, 4)], status] if is_withdrawn else LADDER[: LADDER.index(status) + 1]
    year = chance.whole(2001, LAST_YEAR - 1) if status == "operating" else chance.whole(2014, LAST_YEAR)
    steps = [dated(chance, names[-1], year)]
    for name in reversed(names[:-1]):
        if chance.one() >= SKIPPED_STEP:
            year -= chance.whole(1, 2)
            steps.append(dated(chance, name, year))
    return tuple(reversed(steps))


def dated(chance: Chance, name: str, year: int) -> Step:
    if chance.one() >= DATED_STEP:
        return Step(name, str(year))
    return Step(name, f"{year}-{chance.whole(1, 12):02d}-{chance.whole(1, 28):02d}")


def draw_versions(
    chance: Chance, outline: Outline, status: str, first_year: int, centre: tuple[float, float], scale: Scale
) -> tuple[Version, ...]:
    """The zone as it grew: earlier outlines are smaller and lie inside the later ones. Years differ and rise."""
    luck = chance.one()
    count = min(1 + sum(luck >= end for end in VERSIONS), LAST_YEAR - first_year + 1)
    quality, accuracy = draw_quality(chance, status)
    is_off = chance.one() < 0.05  # a document and its own map that differ by more than 1 %
    error = chance.whole(-3, 3) / 100.0 if is_off else 0.0
    factors = [1.0]
    for _ in range(count - 1):
        factors.append(factors[-1] * float(chance.between(0.8, 0.95, 1)[0]))
    years = sorted(first_year + place for place in chance.order(LAST_YEAR - first_year + 1)[: count - 1].tolist())
    years = [first_year, *(max(year, first_year + 1 + place) for place, year in enumerate(years))]
    versions = []
    for number, (factor, year) in enumerate(zip(reversed(factors), years, strict=True)):
        starts = None if number == 0 and chance.one() < 0.2 else date(year, chance.whole(1, 12), chance.whole(1, 28))
        shape = outline.scaled(factor)
        area = Decimal(round(shape.area_m2 / 100.0 * (1.0 + error))) * HUNDREDTH
        versions.append(Version(area, year, shape.on_ground(*centre, scale), quality, accuracy, starts))
    return tuple(versions)


def draw_quality(chance: Chance, status: str) -> tuple[str, float]:
    """How sure an outline is, and to how many metres."""
    if status == "proposed":
        return "indicative", 500.0
    is_surveyed = status in LADDER[3:] and chance.one() < 0.6
    return ("surveyed", 0.2) if is_surveyed else ("digitised", float(chance.whole(5, 25)))


def draw_plant(chance: Chance, status: str) -> bool | None:
    """Whether the wastewater plant stands, as a document says it of some zones that are built or in operation."""
    stands, not_yet = PLANTS.get(status, (0.0, 0.0))
    luck = chance.one()
    return True if luck < stands else False if luck < stands + not_yet else None


def draw_land(chance: Chance, area_ha: Decimal, fill: float) -> Land:
    """The land of a zone whose lots are not known."""
    industrial = (area_ha * Decimal(chance.whole(55, 70)) / 100).quantize(HUNDREDTH)
    service = (area_ha * Decimal(chance.whole(3, 8)) / 100).quantize(HUNDREDTH)
    share = Decimal(int(fill * 100))
    return Land(industrial, (industrial * share / 100).quantize(HUNDREDTH), service,
                (service * share / 100).quantize(HUNDREDTH))  # fmt: skip


def observe(chance: Chance, land: Land, opened: int, *, tells_areas: bool) -> tuple[Observation, ...]:
    """What was reported of a zone in operation: its rate each year, areas in some, people and firms in the last.

    The last year agrees with `land`; before, less was leased.
    """
    first = max(opened, FIRST_REPORT)
    found = []
    for year in range(first, LAST_YEAR + 1):
        share = Decimal(year - opened + 1) / Decimal(LAST_YEAR - opened + 1)
        if year < LAST_YEAR:
            share *= Decimal(chance.whole(90, 100)) / 100
        found.append(Observation("fill_rate_pct", tenth(land.leased * share * 100 / land.leasable), year))
        if tells_areas and year in AREA_YEARS:
            leased, served = (
                (part * share).quantize(SQUARE_METRES) for part in (land.industrial_leased, land.service_leased)
            )
            found += [
                Observation("industrial_land_leasable_ha", land.industrial, year),
                Observation("industrial_land_leased_ha", leased, year),
                Observation("service_land_leasable_ha", land.service, year),
                Observation("service_land_leased_ha", served, year),
            ]
    leased_ha = int(land.leased)
    found += [
        Observation("workers", Decimal(leased_ha * chance.whole(40, 160)), LAST_YEAR),
        Observation("tenants", Decimal(leased_ha // chance.whole(2, 5)), LAST_YEAR),
        Observation("investment_vnd_bn", Decimal(leased_ha * chance.whole(30, 120)), LAST_YEAR),
    ]
    return tuple(found)


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))


def draw_targets(chance: Chance, province: str, operating: int) -> tuple[Target, ...]:
    """What a province resolved for 2025 and 2030; `operating` zones are in operation there now."""
    near, far = chance.whole(50, 70), chance.whole(71, 90)
    parks, clusters = "industrial_parks_of_province", "industrial_clusters_of_province"
    rate = "target_fill_rate_pct"
    return (
        Target(province, parks, rate, "gte", near, "2025", "operating"),
        Target(province, parks, rate, "gt", far, "2030", "all"),
        Target(province, clusters, rate, "gte", near - 10, "2025", "operating"),
        Target(province, clusters, rate, "gte", far - 10, "2030", "all"),
        Target(province, "zones_of_province", "target_operating_zones", "gte", operating + chance.whole(1, 9),
               "2030", "all"),
    )  # fmt: skip
