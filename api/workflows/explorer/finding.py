"""What a state of the explorer finds."""

from dataclasses import dataclass
from typing import Any

from api.language import Language
from api.store import explorer as store
from api.store import queries
from api.store.connect import Reader
from api.workflows.explorer.facets import conditions_of, loosened, widened
from api.workflows.explorer.state import PAGE, UNKNOWN, Near, Province, Range, State

Row = dict[str, Any]
MAY_BE_UNKNOWN = ("free", "rate", "area", "status", "wastewater", "cleared")
COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")


@dataclass(frozen=True)
class Found:
    """What a state finds. `zones` are those of its page, within its bbox; all else is of all that match.

    counts: by `filter:value`, each with all the other filters applied. loosen: for each filter the state without it
    and how many that finds, the most first; widen: the same with the zones of which it is not stated, where
    that finds more. fids: None where nothing is filtered. extent: west, south, east, north.
    stated: of how many zones of the register a figure is known.
    """

    total: int
    matched: int
    in_view: int
    zones: list[Row]
    fids: list[int] | None
    extent: list[float] | None
    counts: dict[str, int]
    provinces: list[tuple[Province, int]]
    loosen: list[tuple[str, State, int]]
    widen: list[tuple[str, State, int]]
    stated: dict[str, int]

    @property
    def pages(self) -> int:
        return max(1, -(-self.in_view // PAGE))


async def find(reader: Reader, state: State, language: Language) -> Found:
    row = await store.select_found(reader, search_of(state, language))
    provinces = [(province_of(one), one["n"]) for one in row["provinces"] or []]
    counts: dict[str, int] = dict(row["counts"] or {})
    counts |= {f"province:{one.key}": n for one, n in provinces}
    counts[f"province:{UNKNOWN}"] = row["no_province"]
    loosen = [(name, loosened(state, name), row["loosened"][name]) for name in state.active]
    unstated = {name: counts.get(f"{name}:{UNKNOWN}", 0) for name in MAY_BE_UNKNOWN if name in state.active}
    widen = [
        (name, widened(state, name), row["matched"] + n) for name, n in unstated.items() if n and lacks(state, name)
    ]
    return Found(
        total=row["total"], matched=row["matched"], in_view=row["in_view"],
        zones=[card(one, state.near) for one in row["zones"] or []],
        fids=(row["fids"] or []) if state.is_filtered else None, extent=row["extent"], counts=counts,
        provinces=provinces, loosen=sorted(loosen, key=lambda one: -one[2]),
        widen=sorted(widen, key=lambda one: -one[2]), stated=row["stated"],
    )  # fmt: skip


def lacks(state: State, name: str) -> bool:
    """Whether a filter leaves out the zones of which its figure or answer is not stated."""
    limits = getattr(state, name)
    return not limits.or_unknown if isinstance(limits, Range) else UNKNOWN not in limits


async def slugs_of(reader: Reader, state: State) -> list[str]:
    """The ids of all zones that a state finds, wherever its map is."""
    return await store.select_slugs(reader, search_of(state, "vi"))


def search_of(state: State, language: Language) -> store.Search:
    near = None
    if state.near:
        metres = None if state.within is None else float(state.within * 1000)
        near = queries.Near(state.near.lon, state.near.lat, metres)
    return store.Search(
        facets=conditions_of(state), words=state.q, near=near, box=state.bbox, order=state.sort.lstrip("-"),
        descending=state.sort.startswith("-"), limit=PAGE, offset=(state.page - 1) * PAGE, language=language,
    )  # fmt: skip


def province_of(row: Row) -> Province:
    """A unit as addresses name it: by its short name, unless one of today has that too."""
    key = row["uid"] if row["is_former"] and row["is_taken"] else row["short"]
    return Province(row["uid"], key, row["full_name"], row["is_former"])


def card(row: Row, near: Near | None) -> Row:
    """A zone of the list; `direction` is where it lies as seen from the point, one of eight; None where both points
    together may be off by the distance or more.
    """
    bearing, off = row["bearing"], row["location_accuracy_m"] + ((near.accuracy_m or 0) if near else 0)
    is_sure = bearing is not None and off < row["distance_m"]
    return {**row, "direction": COMPASS[round(bearing / 45) % 8] if is_sure else None}
