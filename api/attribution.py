"""Who the data come from, as every page, map and answer says it. English msgids."""

from collections.abc import Callable

from api.language import N_

ZONES = N_(
    "Zones and facts: five policy documents of Sóc Trăng and Kiên Giang, 2017–2021, each value with its source. "
    "Village points: GeoNames (CC BY), via Who’s On First. Indicative outlines are discs of the declared area, "
    "not boundaries."
)
SYNTHETIC = N_(
    "Zones, lots and facts: synthetic data made by a program from a number; they do not exist. Only the administrative "
    "units are real."
)
UNITS = N_(
    "Administrative boundaries: Thang Le Quoc, vietnamese-provinces-database (MIT), after sapnhap.bando.com.vn, whose "
    "terms are not stated; former districts derived from these. Historic districts: Data from Who’s On First "
    "(Mesoshapes, CC0)."
)


def of_collection(name: str, *, synthetic: bool) -> str:
    """Who a collection comes from."""
    if name == "admin-units":
        return UNITS
    return SYNTHETIC if synthetic else ZONES


def whole(_: Callable[[str], str], *, synthetic: bool) -> str:
    """Who everything comes from, translated by `_`."""
    return f"{_(SYNTHETIC if synthetic else ZONES)} {_(UNITS)}"
