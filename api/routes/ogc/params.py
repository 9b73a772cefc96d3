"""Parameters of the items of a collection, read into a store query. Part 1 and 2 of OGC API Features."""

import math
import re
from datetime import UTC, date, datetime, time
from typing import Any

from api.errors import BadBbox, BadBoolean, BadDatetime, BadInteger, BadNumber, NoGeometry, UnknownProvince
from api.language import N_
from api.routes.requests import Wish
from api.store.collections import Collection
from api.store.connect import Reader
from api.store.features import Box, Query, select_province
from gis.crs import CRS84, Crs, parse_crs
from gis.dates import LEGAL_ZONE

DEFAULT_LIMIT, MOST = 100, 10_000
STANDARD = ("limit", "after", "bbox", "bbox-crs", "crs", "datetime")
NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
WHOLE = re.compile(r"[0-9]{1,18}")


def known_parameters(collection: Collection) -> list[str]:
    """What may be asked of a collection; geometry's parameters are named too, to be refused with a reason."""
    return [*STANDARD, *(one.name for one in collection.properties if one.kind != "array")]


async def items_query(wish: Wish, collection: Collection, reader: Reader) -> Query:
    """The query a request means. Raises BadParameter and its kinds, UnknownCrs."""
    params = dict(wish.params)
    limit = wish.limit(DEFAULT_LIMIT, MOST)
    for name in ("bbox", "bbox-crs", "crs"):
        if name in params and collection.geometry is None:
            raise NoGeometry(name, collection=collection.name)
    province = params.pop("province", None) if collection.has_province else None
    province_uid = None
    if province is not None:
        province_uid = await select_province(reader, province)
        if province_uid is None:
            raise UnknownProvince("province", value=province)
    since, until = interval(params["datetime"]) if "datetime" in params else (None, None)
    return Query(
        limit=limit,
        after=params.get("after"),
        bbox=box(params["bbox"], crs_of(params, "bbox-crs")) if "bbox" in params else None,
        crs=crs_of(params, "crs"),
        filters={name: typed(collection, name, value) for name, value in params.items() if name not in STANDARD},
        province_uid=province_uid,
        since=since,
        until=until,
    )


def crs_of(params: dict[str, str], name: str) -> Crs:
    return parse_crs(params[name]) if name in params else CRS84


def box(text: str, crs: Crs) -> Box:
    """A bbox in the axis order of its CRS: four numbers, or six whose heights are left out of account."""
    lat_first = crs.axis_order == "lat,lon"
    order = "south,west,north,east" if lat_first else "west,south,east,north"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadBbox("bbox", value=text, order=order, reason=N_("not all are numbers")) from None
    if len(numbers) not in (4, 6):
        raise BadBbox("bbox", value=text, order=order, reason=N_("neither four nor six numbers"))
    if not all(math.isfinite(one) for one in numbers):
        raise BadBbox("bbox", value=text, order=order, reason=N_("not all are finite"))
    low, high = numbers[:2], numbers[len(numbers) // 2 :][:2]
    (west, south), (east, north) = (low[::-1], high[::-1]) if lat_first else (low, high)
    if south > north:
        raise BadBbox("bbox", value=text, order=order, reason=N_("its south is north of its north"))
    if crs.is_projected:
        if west > east:
            raise BadBbox("bbox", value=text, order=order, reason=N_("its west is east of its east"))
        reach = 2.1e7
        if max(map(abs, (west, south, east, north))) > reach:
            raise BadBbox("bbox", value=text, order=order, reason=N_("that is beyond the earth"))
    elif not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise BadBbox("bbox", value=text, order=order, reason=N_("degrees end at 180 and 90"))
    return Box(west, south, east, north, crs)


def interval(text: str) -> tuple[date | None, date | None]:
    """The first and last legal day of a `datetime`; None is open."""
    first, slash, last = text.partition("/")
    if not slash:
        day = legal_day(first, text)
        return day, day
    start = None if first in ("", "..") else legal_day(first, text)
    end = None if last in ("", "..") else legal_day(last, text)
    if start is None and end is None and text not in ("../..", "/", "../", "/.."):
        raise BadDatetime("datetime", value=text)
    if start and end and start > end:
        raise BadDatetime("datetime", value=text)
    return start, end


def legal_day(text: str, whole: str) -> date:
    """A day, or the day in Viet Nam of a moment."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadDatetime("datetime", value=whole) from None
    if moment.tzinfo is None:
        raise BadDatetime("datetime", value=whole)
    try:
        return moment.astimezone(LEGAL_ZONE).date()
    except OverflowError:
        return datetime.combine(moment.date(), time(), UTC).date()


def typed(collection: Collection, name: str, text: str) -> Any:
    """A property's value as its type."""
    known = collection.find(name)
    assert known is not None
    match known.kind:
        case "number":
            return plain_number(name, text)
        case "integer":
            if not WHOLE.fullmatch(text):
                raise BadInteger(name, value=text, minimum=0)
            return text
        case "boolean":
            if text not in ("true", "false"):
                raise BadBoolean(name, value=text)
            return text == "true"
        case "date":
            first, last = interval(text)
            if first is None or first != last:
                raise BadDatetime(name, value=text)
            return first
        case "date-time":
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                raise BadDatetime(name, value=text) from None
        case _:
            return text


def plain_number(name: str, text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise BadNumber(name, value=text)
    return text
