"""The whole data set, from a seed and the outlines of the provinces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from shapely.geometry.base import BaseGeometry

from gis.synthetic import lots as lot_module
from gis.synthetic.chance import Chance
from gis.synthetic.ground import Scale, scale_at
from gis.synthetic.histories import (
    WITH_LOTS,
    Land,
    Observation,
    Target,
    Zone,
    draw_kind,
    draw_land,
    draw_plant,
    draw_steps,
    draw_targets,
    draw_versions,
    observe,
    odds_of_lots,
    share_statuses,
)
from gis.synthetic.lots import Lots, draw_lots, lay_grid, share_lots
from gis.synthetic.names import KINDS, PREFIX, draw_names, plain, slug_of
from gis.synthetic.outlines import FEWEST_VERTICES, MOST_VERTICES, Outline, draw_outline
from gis.synthetic.places import place_circles, share_out

GENERATION = 2  # goes up with every change of what a seed gives
SMALLEST_HA, LARGEST_HA = 10.5, 580.0
REPORTED_ONLY = 0.5  # share of zones in operation without lots of which no areas are known either
DELAY_MIN = 200 * 24 * 60
# What each stream of chance is for.
SHAPE, PLACE, NAME, STATUS, GRID, LOT, HISTORY, TARGET, PLANT = range(9)

Show = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Province:
    """A real province: its outline in WGS 84 lon, lat degrees, its published area."""

    uid: str
    name: str
    area_km2: float
    outline: BaseGeometry


@dataclass(frozen=True)
class DataSet:
    """Zones in the order of their provinces, their lots, and the targets of the provinces."""

    zones: tuple[Zone, ...]
    lots: Lots
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Site:
    """Where a zone lies and what it looks like: `centre` is lon, lat."""

    province: Province
    name: str
    outline: Outline
    centre: tuple[float, float]
    scale: Scale


def make(
    provinces: Sequence[Province], seed: int, zones: int, lots: int,
    show: Show = lambda _what, _done, _of: None,
) -> DataSet:  # fmt: skip
    """The data set of a seed. `show` is told the step and how far it has come.

    The zones do not overlap and lie inside their province, the lots inside their zone, and they do not overlap
    either; all of that holds for the rounded coordinates. Raises TooManyZones, TooManyLots.
    """
    ordered = sorted(provinces, key=lambda one: one.uid)
    sites = find_sites(ordered, seed, zones, show)
    statuses = share_statuses(Chance(seed, STATUS), zones)
    luck = Chance(seed, STATUS, 1).draw(zones, 2)
    fills = [0.15 + 0.85 * one for one in luck[:, 0].tolist()]
    planned = [place for place, status in enumerate(statuses) if float(luck[place, 1]) < WITH_LOTS.get(status, 0.0)]
    made_lots = divide(sites, planned, statuses, fills, seed, lots, show)
    lands = land_of_lots(made_lots, zones)
    found = []
    for place, site in enumerate(sites):
        show("histories", place + 1, zones)
        plant = draw_plant(Chance(seed, PLANT, place), statuses[place])
        zone = tell(Chance(seed, HISTORY, place), site, statuses[place], fills[place], lands.get(place))
        found.append(replace(zone, has_plant=plant))
    targets: list[Target] = []
    for place, province in enumerate(ordered):
        operating = sum(zone.province == province.uid and zone.status == "operating" for zone in found)
        targets += draw_targets(Chance(seed, TARGET, place), province.uid, operating)
    return DataSet(tuple(found), made_lots, tuple(targets))


def find_sites(provinces: Sequence[Province], seed: int, zones: int, show: Show) -> list[Site]:
    """Names, shapes and places of all zones."""
    sites: list[Site] = []
    shares = share_out([province.area_km2 for province in provinces], zones)
    for number, (province, count) in enumerate(zip(provinces, shares, strict=True)):
        show("zones", len(sites), zones)
        names = draw_names(Chance(seed, NAME, number), count)
        outlines = [draw_shape(Chance(seed, SHAPE, number, place)) for place in range(count)]
        radii = np.array([outline.reach_m for outline in outlines])
        centres = place_circles(Chance(seed, PLACE, number), province.outline, radii)
        sites += [
            Site(province, name, outline, (lon, lat), scale_at(lat))
            for name, outline, (lon, lat) in zip(names, outlines, centres.tolist(), strict=True)
        ]
    show("zones", len(sites), zones)
    return sites


def draw_shape(chance: Chance) -> Outline:
    """Most zones are small and of few vertices, some large, some of many."""
    size, detail = chance.draw(2).tolist()
    area_ha = SMALLEST_HA + (LARGEST_HA - SMALLEST_HA) * size * size * size * size
    vertices = FEWEST_VERTICES + int((MOST_VERTICES - FEWEST_VERTICES + 1) * detail * detail * detail)
    return draw_outline(chance, area_ha * 10_000.0, vertices)


def divide(
    sites: Sequence[Site], planned: Sequence[int], statuses: Sequence[str], fills: Sequence[float], seed: int,
    count: int, show: Show,
) -> Lots:  # fmt: skip
    """Lots for the zones that have a plan, by their areas."""
    shares = share_lots([sites[place].outline.area_m2 / 10_000.0 for place in planned], count)
    grids, done = [], 0
    for place, share in zip(planned, shares, strict=True):
        if share:
            grids.append((place, lay_grid(Chance(seed, GRID, place), sites[place].outline, share)))
            show("lots", done := done + share, count)
    odds = np.array([odds_of_lots(*one) for one in zip(statuses, fills, strict=True)])
    return draw_lots(Chance(seed, LOT), grids, [(site.centre, site.scale) for site in sites], odds)


def land_of_lots(lots: Lots, zones: int) -> dict[int, Land]:
    """By place of zone what its lots sum up to; without those that have nothing to lease."""

    def sums(land_use: int, *, leased: bool) -> list[int]:
        chosen = lots.land_use == land_use
        if leased:
            chosen &= lots.status == lot_module.STATUSES.index("leased")
        metres: list[int] = np.bincount(lots.zone[chosen], lots.area_m2[chosen], zones).astype(np.int64).tolist()
        return metres

    columns = (sums(0, leased=False), sums(0, leased=True), sums(1, leased=False), sums(1, leased=True))
    lands = {
        place: Land(*(Decimal(metres).scaleb(-4) for metres in row))
        for place, row in enumerate(zip(*columns, strict=True))
    }
    return {place: land for place, land in lands.items() if land.leasable}


def tell(chance: Chance, site: Site, status: str, fill: float, land: Land | None) -> Zone:
    """Everything that is known of a zone; `land` where its lots tell it."""
    kind = draw_kind(chance, site.outline.area_m2 / 10_000.0)
    word_vi, word_en, short = KINDS[kind]
    steps = draw_steps(chance, status)
    versions = draw_versions(chance, site.outline, status, int(steps[0].as_of[:4]), site.centre, site.scale)
    observations: tuple[Observation, ...] = ()
    if status == "operating":
        tells_areas = land is not None or chance.one() >= REPORTED_ONLY
        known = land or draw_land(chance, versions[-1].declared_area_ha, fill)
        observations = observe(chance, known, int(steps[-1].as_of[:4]), tells_areas=tells_areas)
    return Zone(
        slug=f"{PREFIX}{short}-{slug_of(f'{site.name} {site.province.name}')}",
        name_vi=f"{word_vi} {site.name}", name_en=f"{plain(site.name)} {word_en}", kind=kind,
        province=site.province.uid, status=status, lon=round(site.centre[0], 9), lat=round(site.centre[1], 9),
        delay_min=chance.whole(0, DELAY_MIN),
        versions=versions, steps=steps, observations=observations,
    )  # fmt: skip
