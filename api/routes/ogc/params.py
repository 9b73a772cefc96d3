"""Parameters of the items of a collection, read into a store query. Part 1 and 2 of OGC API Features."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any, Literal

from api import errors
from api.language import N_
from api.routes.ogc.paging import place
from api.routes.requests import Wish
from api.store.collections import Collection, Property
from api.store.connect import Reader
from api.store.features import select_province
from api.store.filters import compile_filter
from api.store.queries import Box, Condition, Near, Order, Query
from api.store.rendering import Variant
from gis.crs import CRS84, Crs, parse_crs
from gis.dates import LEGAL_ZONE, parse_day, parse_moment
from gis.errors import MisspeltCrs, UnknownCrs

FILTER_LANGUAGES: tuple[Literal["cql2-text", "cql2-json"], ...] = ("cql2-text", "cql2-json")
DEFAULT_LIMIT, MOST = 100, 10_000
FARTHEST = 20_004  # kilometres; nothing on earth is farther from anything
FAR = 1e8  # metres; a rectangle may reach beyond the earth, and ends there
STANDARD = (
    "limit", "after", "before", "bbox", "bbox-crs", "crs", "datetime", "known_at", "q", "sortby", "properties",
    "skipGeometry", "filter", "filter-lang", "filter-crs",
)  # fmt: skip
DISTANCE = ("near", "within")  # of collections of zones
TIMES = ("datetime", "known_at", "as_of")
NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,2})?")
WHOLE = re.compile(r"[0-9]{1,1000}")


def known_parameters(collection: Collection) -> list[str]:
    """What may be asked of a collection; geometry's parameters are named too, to be refused with a reason."""
    distance = DISTANCE if collection.part == "zones" else ()
    return [*STANDARD, *distance, *(one.name for one in collection.properties if one.kind != "array")]


def known_item_parameters(collection: Collection) -> list[str]:
    """What may be asked of one feature."""
    return [*(("crs", "skipGeometry") if collection.geometry else ()), "properties", *TIMES]


async def items_query(asked: Mapping[str, str], collection: Collection, reader: Reader, *, limit: int) -> Query:
    """The query that parameters mean, each of `known_parameters`. Raises BadParameter and its kinds."""
    params = dict(asked)
    for name in ("bbox", "bbox-crs", "crs", "filter-crs"):
        if name in params and collection.geometry is None:
            raise errors.NoGeometry(name, collection=collection.name)
    province = params.pop("province", None) if collection.has_province else None
    province_uid = None
    if province is not None:
        province_uid = await select_province(reader, province)
        if province_uid is None:
            raise errors.UnknownProvince("province", value=province)
    since, until = interval(params["datetime"]) if "datetime" in params else (None, None)
    bbox_crs = crs_of(params, "bbox-crs")
    order = ordering(collection, params)
    return Query(
        limit=limit,
        place=place(params, order),
        bbox=box(params["bbox"], bbox_crs) if "bbox" in params else None,
        crs=crs_of(params, "crs"),
        near=near(params),
        filters={
            name: typed(collection, name, value) for name, value in params.items() if name not in (*STANDARD, *DISTANCE)
        },
        province_uid=province_uid,
        since=since,
        until=until,
        known_at=known_at(params),
        words=words(params),
        order=order,
        condition=condition(collection, params),
        properties=selection(collection, params),
        has_geometry=not boolean(params, "skipGeometry"),
    )


def condition(collection: Collection, params: dict[str, str]) -> Condition | None:
    """`filter` in CQL2; `filter-lang` and `filter-crs` say how it is written and stand only beside it."""
    language = params.get("filter-lang", FILTER_LANGUAGES[0])
    wanted = next((one for one in FILTER_LANGUAGES if one == language), None)
    if wanted is None:
        raise errors.BadChoice("filter-lang", value=language, known=", ".join(FILTER_LANGUAGES))
    crs = crs_of(params, "filter-crs")
    if "filter" not in params:
        return None
    return compile_filter(collection, params["filter"], language=wanted, crs=crs)


def item_variant(collection: Collection, wish: Wish) -> Variant:
    """How one feature is to be written."""
    properties = selection(collection, wish.params)
    return Variant(crs_of(wish.params, "crs"), properties, not boolean(wish.params, "skipGeometry"))


def words(params: dict[str, str]) -> str | None:
    """The words to be found; such as plain text knows none of are none."""
    text = params.get("q")
    if text is not None and not any(letter.isalnum() for letter in text):
        raise errors.BadWords("q", value=text)
    return text


def ordering(collection: Collection, params: dict[str, str]) -> tuple[Order, ...]:
    """`sortby`: properties from the most important on, each with + or nothing before it, or - for the other way."""
    found: dict[str, Order] = {}
    for part in params.get("sortby", "").split(",") if "sortby" in params else ():
        text = part.strip()  # a + that was not written as %2B arrives as a space
        name = text.lstrip("+-")
        known = collection.find(name)
        if known is None or known.kind == "array" or len(text) - len(name) > 1:
            raise errors.BadChoice("sortby", value=part, known=", ".join(one.name for one in sortables(collection)))
        found.setdefault(name, Order(known, descending=text.startswith("-")))
    return tuple(found.values())


def sortables(collection: Collection) -> list[Property]:
    """What features can be sorted by: all but lists."""
    return [one for one in collection.properties if one.kind != "array"]


def selection(collection: Collection, params: dict[str, str]) -> tuple[str, ...] | None:
    """`properties`: the names wanted, in the order of the collection."""
    if "properties" not in params:
        return None
    wanted = {name.strip() for name in params["properties"].split(",") if name.strip()}
    known = [one.name for one in collection.properties]
    for name in sorted(wanted.difference(known)):
        raise errors.BadChoice("properties", value=name, known=", ".join(known))
    return tuple(name for name in known if name in wanted)


def boolean(params: dict[str, str], name: str) -> bool:
    text = params.get(name, "false")
    if text not in ("true", "false"):
        raise errors.BadBoolean(name, value=text)
    return text == "true"


def crs_of(params: dict[str, str], name: str) -> Crs:
    """The system that a parameter names, CRS84 where it is not given. Raises BadCrs, MisspeltCrs."""
    if name not in params:
        return CRS84
    try:
        return parse_crs(params[name])
    except MisspeltCrs as error:
        raise errors.MisspeltCrs(name, value=params[name], **error.facts) from None
    except UnknownCrs as error:
        raise errors.BadCrs(name, value=params[name], **error.facts) from None


def box(text: str, crs: Crs) -> Box:
    """A bbox in the axis order of its CRS: four numbers, or six whose heights are left out of account."""
    lat_first = crs.axis_order == "lat,lon"
    order = "south,west,north,east" if lat_first else "west,south,east,north"
    parts = [part.strip(" ") for part in text.split(",")]
    if not all(NUMBER.fullmatch(part) for part in parts):
        raise errors.BadBbox("bbox", value=text, order=order, reason=N_("not all are plain numbers"))
    if len(parts) not in (4, 6):
        raise errors.BadBbox("bbox", value=text, order=order, reason=N_("neither four nor six numbers"))
    numbers = [float(part) for part in parts]
    low, high = numbers[:2], numbers[len(numbers) // 2 :][:2]
    (west, south), (east, north) = (low[::-1], high[::-1]) if lat_first else (low, high)
    if south > north:
        raise errors.BadBbox("bbox", value=text, order=order, reason=N_("its south is north of its north"))
    if crs.is_projected:
        if west > east:
            raise errors.BadBbox("bbox", value=text, order=order, reason=N_("its west is east of its east"))
        west, south, east, north = (max(-FAR, min(FAR, one)) for one in (west, south, east, north))
    elif not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise errors.BadBbox("bbox", value=text, order=order, reason=N_("degrees end at 180 and 90"))
    return Box(west, south, east, north, crs)


def point_of(name: str, text: str) -> tuple[float, float]:
    """Longitude and latitude in degrees, WGS 84. Raises BadPoint, which tells where the two may be swapped."""
    parts = [part.strip(" ") for part in text.split(",")]
    if len(parts) != 2 or not all(NUMBER.fullmatch(part) for part in parts):
        raise errors.BadPoint(name, value=text, reason=N_("it is not two numbers with a comma between them"))
    lon, lat = map(float, parts)
    if -180 <= lon <= 180 and -90 <= lat <= 90:
        return lon, lat
    if -180 <= lat <= 180 and -90 <= lon <= 90:
        raise errors.BadPoint(name, value=text, reason=N_("its latitude lies beyond 90 degrees; are the two swapped?"))
    raise errors.BadPoint(name, value=text, reason=N_("degrees end at 180 and 90"))


def near(params: Mapping[str, str]) -> Near | None:
    """`near` and `within`, kilometres: the zones whose point lies so near. Neither says anything alone."""
    if "within" not in params:
        if "near" in params:
            raise errors.NeedsWithin("near")
        return None
    if "near" not in params:
        raise errors.NeedsNear("within")
    text = plain_number("within", params["within"])
    kilometres = float(text)
    if not 0 < kilometres <= FARTHEST:
        raise errors.BadDistance("within", value=text, most=FARTHEST)
    lon, lat = point_of("near", params["near"])
    return Near(lon, lat, kilometres * 1000)


def interval(text: str) -> tuple[date | None, date | None]:
    """The first and last legal day of a `datetime`; None is open."""
    first, slash, last = text.partition("/")
    try:
        start = None if slash and first in ("", "..") else legal_day(first)
        end = None if slash and last in ("", "..") else legal_day(last if slash else first)
    except ValueError:
        raise errors.BadDatetime("datetime", value=text) from None
    if start and end and start > end:
        raise errors.BadInterval("datetime", value=text)
    return start, end


def known_at(params: Mapping[str, str]) -> datetime | None:
    """`known_at`: the end of a legal day, or a moment."""
    if "known_at" not in params:
        return None
    text = params["known_at"]
    try:
        with suppress(ValueError):
            return datetime.combine(parse_day(text), time.max, LEGAL_ZONE)
        return parse_moment(text)
    except ValueError:
        raise errors.BadMoment("known_at", value=text) from None


def item_query(params: Mapping[str, str]) -> Query | None:
    """Of what day one feature is wanted, and as known when; None where it is as it stands. `as_of` is a day too."""
    if "datetime" in params and "as_of" in params:
        raise errors.Contradiction("as_of", other="datetime")
    given = next((params[name] for name in ("datetime", "as_of") if name in params), None)
    if given is None and "known_at" not in params:
        return None
    since, until = interval(given) if given is not None else (None, None)
    return Query(since=since, until=until, known_at=known_at(params))


def legal_day(text: str) -> date:
    """A day, or the day in Viet Nam of a moment. Raises ValueError."""
    with suppress(ValueError):
        return parse_day(text)
    found = parse_moment(text)
    try:
        return found.astimezone(LEGAL_ZONE).date()
    except OverflowError:  # the first or last hours of the calendar
        return found.date()


def typed(collection: Collection, name: str, text: str) -> Any:
    """A property's value as its type, or as one of its codes."""
    known = collection.find(name)
    assert known is not None
    choices = collection.choices(name)
    if choices and text not in choices:
        raise errors.BadChoice(name, value=text, known=", ".join(choices))
    match known.kind:
        case "number":
            return plain_number(name, text)
        case "integer":
            if not WHOLE.fullmatch(text):
                raise errors.BadInteger(name, value=text, minimum=0)
            return text
        case "boolean":
            if text not in ("true", "false"):
                raise errors.BadBoolean(name, value=text)
            return text == "true"
        case "date":
            try:
                return parse_day(text)
            except ValueError:
                raise errors.BadDay(name, value=text) from None
        case "date-time":
            try:
                return parse_moment(text)
            except ValueError:
                raise errors.BadMoment(name, value=text) from None
        case _:
            return text


def plain_number(name: str, text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise errors.BadNumber(name, value=text)
    return text
