"""What a state asks of the register: each filter as CQL2 text, so that the same state is an address of items too."""

from dataclasses import replace
from typing import Any

from api.store.collections import COLLECTIONS
from api.store.filters import compile_filter
from api.store.queries import Condition
from api.workflows.explorer.state import UNKNOWN, Params, Range, State, number

ZONES = COLLECTIONS["zone-points"]
PROPERTIES = {
    "kind": "kind", "status": "status", "outline": "boundary_quality", "wastewater": "has_wastewater_plant",
    "cleared": "has_cleared_land", "free": "available_area_ha", "rate": "fill_rate_pct", "area": "declared_area_ha",
}  # fmt: skip
TRUTHS = {"yes": "TRUE", "no": "FALSE"}


def texts_of(state: State) -> dict[str, str]:
    """The filters that are conditions on properties, as CQL2 text."""
    found = {
        "kind": listed("kind", state.kind),
        "status": listed("status", state.status),
        "province": of_provinces(state),
        "outline": listed("outline", state.outline, unknown="none"),
        "wastewater": answered("wastewater", state.wastewater),
        "cleared": answered("cleared", state.cleared),
        "free": within_range("free", state.free),
        "rate": within_range("rate", state.rate),
        "area": within_range("area", state.area),
    }
    return {name: text for name, text in found.items() if text}


def conditions_of(state: State) -> dict[str, Condition]:
    """The same as conditions of SQL, the values of each under names of its own."""
    return {
        name: compile_filter(ZONES, text, language="cql2-text", prefix=name) for name, text in texts_of(state).items()
    }


def items_params(state: State) -> Params:
    """The parameters of /collections/zones/items and zone-points that select the same zones."""
    params: Params = []
    texts = list(texts_of(state).values())
    if texts:
        params.append(("filter", texts[0] if len(texts) == 1 else " AND ".join(f"({one})" for one in texts)))
    if state.q:
        params.append(("q", state.q))
    if state.near and state.within is not None:
        params += [("near", f"{state.near.lon:.10g},{state.near.lat:.10g}"), ("within", number(state.within))]
    return params


def without(state: State, name: str, value: str = "") -> State:
    """The state without a filter, or without one value of it; from its first page on."""
    state = replace(state, page=1)
    if name == "q":
        return replace(state, q="")
    if name in ("free", "rate", "area"):
        changed: dict[str, Any] = {name: Range()}
        return replace(state, **changed)
    if name == "within":
        return replace(state, within=None)
    if name == "near":
        sort = "name" if state.sort.endswith("distance") else state.sort
        return replace(state, near=None, within=None, sort=sort)
    if name == "province":
        return replace(
            state, provinces=tuple(one for one in state.provinces if value and one.key != value),
            has_no_province=state.has_no_province and value not in ("", UNKNOWN),
        )  # fmt: skip
    changed = {name: tuple(one for one in getattr(state, name) if value and one != value)}
    return replace(state, **changed)


def loosened(state: State, name: str) -> State:
    """The state without one of its `active` filters; a distance goes, and its point stays."""
    return without(state, "within" if name == "near" else name)


def widened(state: State, name: str) -> State:
    """The state in which a filter also takes the zones of which its figure or answer is not stated."""
    now = getattr(state, name)
    changed: dict[str, Any] = {name: replace(now, or_unknown=True) if isinstance(now, Range) else (*now, UNKNOWN)}
    return replace(state, page=1, **changed)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def either(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else " OR ".join(parts)


def listed(name: str, values: tuple[str, ...], unknown: str = UNKNOWN) -> str:
    codes = ", ".join(quoted(one) for one in values if one != unknown)
    parts = [f"{PROPERTIES[name]} IN ({codes})"] if codes else []
    if unknown in values:
        parts.append(f"{PROPERTIES[name]} IS NULL")
    return either(parts) if parts else ""


def answered(name: str, values: tuple[str, ...]) -> str:
    parts = [f"{PROPERTIES[name]} = {TRUTHS[one]}" for one in values if one in TRUTHS]
    if UNKNOWN in values:
        parts.append(f"{PROPERTIES[name]} IS NULL")
    return either(parts) if parts else ""


def of_provinces(state: State) -> str:
    parts = [
        f"{'historic_province' if one.is_former else 'province'} = {quoted(one.full_name)}" for one in state.provinces
    ]
    if state.has_no_province:
        parts.append("(province IS NULL AND historic_province IS NULL)")
    return either(parts) if parts else ""


def within_range(name: str, limits: Range) -> str:
    column, parts = PROPERTIES[name], list[str]()
    if limits.low is not None:
        parts.append(f"{column} >= {number(limits.low)}")
    if limits.high is not None:
        parts.append(f"{column} <= {number(limits.high)}")
    text = " AND ".join(parts)
    if not limits.or_unknown:
        return text
    unknown = f"{column} IS NULL"
    return f"({text}) OR {unknown}" if text else unknown
