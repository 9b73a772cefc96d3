"""From one page of features to the next and the one before: `after` and `before` in its links."""

import base64
import re
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import quote

import orjson

from api import errors
from api.store.collections import Collection, Property
from api.store.connect import Reader
from api.store.features import Keys, select_place_values
from api.store.queries import Order, Place, Query
from api.store.rendering import Rendered

# How the database writes values; the times of a session are in UTC.
NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?(e[+-][0-9]{1,2})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT = re.compile(rf"{DAY.pattern} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,6}})?\+00", re.ASCII)


async def neighbours(
    reader: Reader, collection: Collection, query: Query, found: Keys, features: Sequence[Rendered]
) -> dict[str, str]:
    """The pages beside this one: `next` and `prev`, each with the parameter that leads there, as in an address."""
    if not features:
        return {}
    backward = query.place is not None and query.place.backward
    ends = {}
    if found.has_more or backward:
        ends["next"] = ("after", -1)
    if found.has_more if backward else query.place is not None:
        ends["prev"] = ("before", 0)
    pinned = (query.place.revision if query.place else None) or found.revision
    beside = {}
    for rel, (name, end) in ends.items():
        values = await select_place_values(reader, collection, found.keys[end], query.order)
        beside[rel] = f"{name}={place_text(features[end].id, values, pinned if query.order else None)}"
    return beside


def place(params: dict[str, str], order: tuple[Order, ...]) -> Place | None:
    """Where the page begins, or ends: an id, or for a sorted one what `place_text` wrote. Raises BadPlace."""
    if "after" in params and "before" in params:
        raise errors.Contradiction("before", other="after")
    name = "before" if "before" in params else "after"
    if name not in params:
        return None
    text, backward = params[name], name == "before"
    if not order:
        return Place(text, backward=backward)
    try:
        revision, item, *values = orjson.loads(base64.urlsafe_b64decode(text))
        if type(revision) is not int or not 0 <= revision < 2**32 or len(values) != len(order):
            raise ValueError(text)
        if type(item) is not str or "\0" in item:
            raise ValueError(text)
        checked = tuple(sorting_value(one.property, value) for one, value in zip(order, values, strict=True))
    except (ValueError, TypeError):
        raise errors.BadPlace(name, value=text) from None
    return Place(item, checked, revision, backward)


def place_text(item: str, values: Sequence[str | None], revision: int | None) -> str:
    """A place in an order, for a link: the id alone where features stand in the order of their ids."""
    if revision is None:
        return quote(item, safe="")
    return base64.urlsafe_b64encode(orjson.dumps([revision, item, *values])).decode()


def sorting_value(known: Property, text: object) -> str | None:
    """A value of a place as the database wrote it. Raises ValueError."""
    if text is None:
        return None
    if type(text) is not str or "\0" in text:
        raise ValueError(text)
    match known.kind:
        case "number" | "integer":
            if not NUMBER.fullmatch(text):
                raise ValueError(text)
        case "boolean":
            if text not in ("true", "false"):
                raise ValueError(text)
        case "date":
            date.fromisoformat(text if DAY.fullmatch(text) else "")
        case "date-time":
            datetime.fromisoformat(text if MOMENT.fullmatch(text) else "")
    return text
