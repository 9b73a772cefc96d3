"""The state of the explorer as an address says it: read with every value checked, and written back."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from api import errors
from api.routes.ogc.params import FARTHEST, box, point_of, words
from api.store.connect import Reader
from api.store.explorer import select_provinces
from api.store.places import select_place
from api.workflows.explorer import Near, Range, State
from api.workflows.explorer.finding import province_of
from api.workflows.explorer.state import (
    COLOURS,
    LIMITS,
    LISTS,
    MOST_PICKED,
    RANGES,
    SORTS,
    UNITS,
    UNKNOWN,
    Params,
    Province,
)
from gis.crs import CRS84

LISTED = tuple(LISTS)
REPEATED = (*LISTED, "pick")
FILTERING = ("q", *LISTS, *RANGES, *LIMITS, "near", "within")  # what says which zones
PARAMETERS = (
    *FILTERING, "sort", "page", "colour", "units", "view", "bbox", "zone", "pick",
)  # fmt: skip
FIGURE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
VIEW = re.compile(rf"[0-9]{{1,2}}(\.[0-9]{{1,6}})?/{DEGREES}/{DEGREES}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PLACE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MOST_PAGES = 1_000_000
LONGEST = 200  # letters of q or of a name


async def read_state(params: Mapping[str, str], reader: Reader) -> State:
    """The state that parameters mean; empty ones are as if unsaid, as forms send them. Raises BadParameter's kinds."""
    given = {name: value.strip() for name, value in params.items() if value.strip()}
    near = await read_near(given, reader)
    within = figure(given, "within")
    if within is not None and not 0 < within <= FARTHEST:
        raise errors.BadDistance("within", value=given["within"], most=FARTHEST)
    if within is not None and near is None:
        raise errors.NeedsNear("within")
    sort = choice(given, "sort", tuple(sign + one for one in SORTS for sign in ("", "-")))
    if sort.endswith("distance") and near is None:
        raise errors.NeedsNear("sort", value=sort)
    provinces, has_no_province = await read_provinces(given, reader)
    lists: dict[str, Any] = {name: listed(given, name) for name in LISTS if name != "province"}
    ranges: dict[str, Any] = {name: limits(given, name) for name in RANGES}
    return State(
        q=read_words(given), provinces=provinces, has_no_province=has_no_province, near=near, within=within, sort=sort,
        **ranges, **lists, page=page_number(given),
        colour=choice(given, "colour", COLOURS), units=choice(given, "units", UNITS), view=read_view(given),
        bbox=box(given["bbox"], CRS84) if "bbox" in given else None, zone=slug(given, "zone"), pick=picked(given),
    )  # fmt: skip


def address(path: str, params: Params, **more: str) -> str:
    """An address of ours as people can read it: commas, colons and slashes stand as they are."""
    query = urlencode([*params, *more.items()], safe=",:/")
    return f"{path}?{query}" if query else path


def read_words(given: Mapping[str, str]) -> str:
    if len(given.get("q", "")) > LONGEST:
        raise errors.BadLength("q", most=LONGEST)
    return words(dict(given)) or ""


def choice(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    """One of the values that a parameter can have; the first where it is unsaid."""
    value = given.get(name, known[0])
    if value not in known:
        raise errors.BadChoice(name, value=value, known=", ".join(known))
    return value


def members(given: Mapping[str, str], name: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in given.get(name, "").split(",") if part.strip()))


def listed(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Values of a list, in the order of the codes."""
    found = members(given, name)
    for one in found:
        if one not in LISTS[name]:
            raise errors.BadChoice(name, value=one, known=", ".join(LISTS[name]))
    return tuple(one for one in LISTS[name] if one in found)


def figure(given: Mapping[str, str], name: str) -> Decimal | None:
    if name not in given:
        return None
    if not FIGURE.fullmatch(given[name]):
        raise errors.BadFigure(name, value=given[name])
    return Decimal(given[name])


def limits(given: Mapping[str, str], name: str) -> Range:
    low, high = figure(given, f"{name}_min"), figure(given, f"{name}_max")
    if low is not None and high is not None and low > high:
        raise errors.LimitsCross(f"{name}_min", low=low, other=f"{name}_max", high=high)
    if given.get(name, UNKNOWN) != UNKNOWN:
        raise errors.BadChoice(name, value=given[name], known=UNKNOWN)
    return Range(low, high, name in given)


def page_number(given: Mapping[str, str]) -> int:
    text = given.get("page", "1")
    if not (text.isascii() and text.isdecimal()) or len(text) > 7 or not 1 <= int(text) <= MOST_PAGES:
        raise errors.BadInteger("page", value=text, minimum=1)
    return int(text)


def slug(given: Mapping[str, str], name: str) -> str:
    text = given.get(name, "")
    if text and (len(text) > LONGEST or not SLUG.fullmatch(text)):
        raise errors.BadSlug(name, value=text)
    return text


def picked(given: Mapping[str, str]) -> tuple[str, ...]:
    found = members(given, "pick")
    for one in found:
        slug({"pick": one}, "pick")
    if len(found) > MOST_PICKED:
        raise errors.TooManyPicked("pick", most=MOST_PICKED, count=len(found))
    return tuple(found)


def read_view(given: Mapping[str, str]) -> str:
    """zoom/lat/lon, as the map writes it."""
    text = given.get("view", "")
    if not text:
        return ""
    if VIEW.fullmatch(text):
        zoom, lat, lon = map(float, text.split("/"))
        if zoom <= 24 and -90 <= lat <= 90 and -180 <= lon <= 180:
            return text
    raise errors.BadView("view", value=text)


async def read_near(given: Mapping[str, str], reader: Reader) -> Near | None:
    """A point, or a reference place by its id."""
    text = given.get("near")
    if text is None:
        return None
    if not PLACE.fullmatch(text) or len(text) > LONGEST:
        lon, lat = point_of("near", text)
        return Near(lon, lat)
    row = await select_place(reader, text)
    if row is None:
        raise errors.UnknownPlace("near", value=text)
    return Near(
        row["lon"], row["lat"], row["id"], row["name_vi"], row["name_en"], row["accuracy_m"],
        f"{row['source']} ({row['source_licence']})",
    )  # fmt: skip


async def read_provinces(given: Mapping[str, str], reader: Reader) -> tuple[tuple[Province, ...], bool]:
    """The provinces that are named, those of today first, and whether zones without any are asked for."""
    names = members(given, "province")
    named = [one for one in names if one != UNKNOWN]
    if len(named) > 100 or any(len(one) > LONGEST for one in named):
        raise errors.BadLength("province", most=LONGEST)
    found = []
    for name, row in zip(named, await select_provinces(reader, named) if named else [], strict=True):
        if row is None:
            raise errors.UnknownProvince("province", value=name)
        found.append(province_of(row))
    ordered = sorted({one.uid: one for one in found}.values(), key=lambda one: (one.is_former, one.uid))
    return tuple(ordered), len(named) < len(names)
