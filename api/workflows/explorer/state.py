"""A state of the explorer: what its address says, and how that address is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.store.collections import CHOICES, ZONE_KINDS
from api.store.queries import Box

UNKNOWN = "unknown"
ANSWERS = ("yes", "no", UNKNOWN)
LISTS = {
    "kind": ZONE_KINDS,
    "status": (*CHOICES["status"], UNKNOWN),
    "province": (),  # names and codes of units; the register knows them
    "outline": (*CHOICES["boundary_quality"], "none"),
    "wastewater": ANSWERS,
    "cleared": ANSWERS,
}
RANGES = ("free", "rate", "area")
LIMITS = ("free_min", "rate_min", "rate_max", "area_min", "area_max")
SORTS = ("name", "area", "free", "rate", "status", "distance")
COLOURS = ("rate", "status", "kind")
UNITS = ("new", "former", "none")
MOST_PICKED = 4
PAGE = 50  # zones on a page of the list
FILTERS = ("q", *LISTS, *RANGES, "near")
Params = list[tuple[str, str]]


@dataclass(frozen=True)
class Range:
    """Limits of a figure, both included; None is open. `or_unknown` adds zones of which it is not stated."""

    low: Decimal | None = None
    high: Decimal | None = None
    or_unknown: bool = False

    def __bool__(self) -> bool:
        return self != Range()

    @property
    def is_open(self) -> bool:
        """Whether it sets no limit."""
        return self.low is None and self.high is None


@dataclass(frozen=True)
class Near:
    """A point to measure from, WGS 84 degrees. `place` is the id of the reference place that it is, if it is one."""

    lon: float
    lat: float
    place: str = ""
    name_vi: str = ""
    name_en: str = ""
    accuracy_m: float | None = None
    source: str = ""

    @property
    def text(self) -> str:
        """As an address says it."""
        return self.place or f"{self.lon:.10g},{self.lat:.10g}"


@dataclass(frozen=True)
class Province:
    """A province of today or a former one. `key` is its shortest name that means no other one."""

    uid: str
    key: str
    full_name: str
    is_former: bool


@dataclass(frozen=True)
class State:
    """What the page shows. `provinces` are those named in the address; `has_no_province` asks for zones without any.

    `sort` has - before it where it is turned round; `view` is zoom/lat/lon.
    """

    q: str = ""
    kind: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    provinces: tuple[Province, ...] = ()
    has_no_province: bool = False
    outline: tuple[str, ...] = ()
    wastewater: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    free: Range = Range()
    rate: Range = Range()
    area: Range = Range()
    near: Near | None = None
    within: Decimal | None = None  # km
    sort: str = "name"
    page: int = 1
    colour: str = "rate"
    units: str = "new"
    view: str = ""
    bbox: Box | None = None
    zone: str = ""
    pick: tuple[str, ...] = ()

    @property
    def province(self) -> tuple[str, ...]:
        """The provinces as the address names them."""
        return (*(one.key for one in self.provinces), *((UNKNOWN,) if self.has_no_province else ()))

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the filters that are set, as in FILTERS; a point alone is none."""
        return tuple(name for name in FILTERS if (self.within is not None if name == "near" else getattr(self, name)))

    @property
    def is_filtered(self) -> bool:
        return bool(self.active)

    def filters(self) -> Params:
        """The parameters that say which zones, in their order."""
        params: Params = [("q", self.q)]
        params += [(name, ",".join(getattr(self, name))) for name in LISTS]
        for name in RANGES:
            one: Range = getattr(self, name)
            params += [(f"{name}_min", number(one.low)), (f"{name}_max", number(one.high))]
            params.append((name, UNKNOWN if one.or_unknown else ""))
        params += [("near", self.near.text if self.near else ""), ("within", number(self.within))]
        return [one for one in params if one[1]]

    def params(self, leave_out: Sequence[str] = ()) -> Params:
        """All parameters of the address but those left out, in their order; what is as if unsaid is not there."""
        box = self.bbox
        rest = [
            ("sort", self.sort if self.sort != "name" else ""),
            ("page", str(self.page) if self.page > 1 else ""),
            ("colour", self.colour if self.colour != COLOURS[0] else ""),
            ("units", self.units if self.units != UNITS[0] else ""),
            ("view", self.view),
            ("bbox", f"{box.west:.10g},{box.south:.10g},{box.east:.10g},{box.north:.10g}" if box else ""),
            ("zone", self.zone),
            ("pick", ",".join(self.pick)),
        ]
        return [(name, value) for name, value in (*self.filters(), *rest) if value and name not in leave_out]


def number(value: Decimal | None) -> str:
    """A number as an address says it: no exponent, no zeros at its end."""
    return "" if value is None else f"{value.normalize():f}"
