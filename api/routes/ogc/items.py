"""Features as GeoJSON, the hot way: a request's meaning is worked out once, its features' bytes are made once."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import orjson
from starlette.requests import Request

from api.errors import Gone, UnknownItem
from api.routes.asked import Asked
from api.routes.offers import Headers, Offer, strong_etag
from api.routes.ogc.collections import find_collection
from api.routes.ogc.links import GEOJSON, link, self_and_alternate
from api.routes.ogc.paging import neighbours
from api.routes.ogc.params import (
    DEFAULT_LIMIT,
    MOST,
    crs_of,
    item_query,
    item_variant,
    items_query,
    known_item_parameters,
    known_parameters,
)
from api.routes.press import PIECES, compressed, gzipped
from api.routes.requests import FEATURES, ITEMS, Wish
from api.store.collections import Collection
from api.store.connect import Reader
from api.store.features import Count, select_end, select_item_key, select_keys
from api.store.queries import Query, part_of
from api.store.rendering import KeptFeatures, Rendered, Variant

MEDIA = GEOJSON.encode()
PLANS = 2_000
ITEM_TAG = re.compile(r'"([0-9]{1,9})\.([0-9]{1,15})-[0-9a-f]{24}(-[a-z]+)?"')
BUILD = b"2"  # to be raised when the same features are written in another way


@dataclass(slots=True)
class Plan:
    """What an address of features means: the query, and the bytes of the answer that do not change."""

    collection: Collection
    query: Query
    variant: Variant
    links: list[dict[str, str]]
    base: str
    headers: Headers
    salt: bytes
    count: Count | None = None


@dataclass(slots=True)
class ItemPlan:
    """What the address of one feature means."""

    collection: Collection
    item: str
    variant: Variant
    query: Query | None
    tail: bytes
    headers: Headers


class Items:
    """Makes offers for /collections/{c}/items and /items/{id} where GeoJSON is wanted."""

    def __init__(self, reader: Reader, kept: KeptFeatures) -> None:
        self.reader = reader
        self.kept = kept
        self.plans: OrderedDict[object, Plan | ItemPlan] = OrderedDict()

    @property
    def mark(self) -> bytes:
        """The member that says that features are made up; empty for the register's."""
        return b',"synthetic":true' if self.reader.synthetic else b""

    async def offer(self, asked: Asked) -> Offer | None:
        """The answer, or None where something else than GeoJSON features is asked for. Raises RegistryError."""
        plan = self.plans.get(asked.key)
        if plan is None:
            parts = asked.path.split("/")
            if len(parts) not in (4, 5) or parts[1] != "collections" or parts[3] != "items" or not parts[-1]:
                return None
            plan = await (self.plan_page(asked, parts[2]) if len(parts) == 4 else self.plan_item(asked, *parts[2::2]))
            if plan is None:
                return None
            if isinstance(plan, ItemPlan) or plan.query.province_uid is None:  # what a name means can change
                self.plans[asked.key] = plan
            if len(self.plans) > PLANS:
                self.plans.popitem(last=False)
        return await (self.page(plan) if isinstance(plan, Plan) else self.item(plan))

    async def plan_page(self, asked: Asked, name: str) -> Plan | None:
        collection = find_collection(name)
        wish = Wish(Request(asked.scope), known=known_parameters(collection), media=ITEMS)
        if wish.format != "json":
            return None
        query = await items_query(wish.params, collection, self.reader, limit=wish.limit(DEFAULT_LIMIT, MOST))
        links = self_and_alternate(wish, GEOJSON)
        links.append(link(wish.url(f"/collections/{name}", f="json"), "collection", "application/json"))
        return Plan(
            collection, query, Variant(query.crs, query.properties, query.has_geometry), links,
            to_be_continued(wish.same(f="json", after=None, before=None)), content_crs(collection, wish),
            orjson.dumps(links) + BUILD,
        )  # fmt: skip

    async def page(self, plan: Plan) -> Offer:
        found = await select_keys(self.reader, plan.collection, plan.query, plan.count)
        plan.count = Count(found.revision, found.matched)
        pin = found.revision if plan.query.order and plan.query.place is None else 0  # it stands in the next link
        state = orjson.dumps([found.matched, found.has_more, pin, *found.keys])

        async def make(coding: str) -> bytes:
            features = await self.kept.render(plan.collection, found.keys, plan.variant)
            beside = await neighbours(self.reader, plan.collection, plan.query, found, features)
            links = [*plan.links, *(link(plan.base + place, rel, GEOJSON) for rel, place in beside.items())]
            head = b'{"type":"FeatureCollection","links":%b,"numberMatched":%d,"numberReturned":%d%b,"features":[' % (
                orjson.dumps(links), found.matched, len(features), self.mark,
            )  # fmt: skip
            return joined(head, features, b"]}\n", coding)

        return Offer(
            strong_etag(plan.salt, state, self.mark), MEDIA, make, part_of(plan.collection, plan.query),
            found.changed_at, PIECES, plan.headers,
        )  # fmt: skip

    async def plan_item(self, asked: Asked, name: str, item: str) -> ItemPlan | None:
        collection = find_collection(name)
        wish = Wish(Request(asked.scope), known=known_item_parameters(collection), media=FEATURES)
        if wish.format != "json":
            return None
        links = [
            *self_and_alternate(wish, GEOJSON),
            link(wish.url(f"/collections/{name}", f="json"), "collection", "application/json"),
        ]
        if collection.part == "zones":
            history = wish.url(f"/collections/zones/items/{quote(item, safe='')}/history", f="json")
            links.append(link(history, "version-history", "application/json"))
        tail = b',"links":' + orjson.dumps(links) + b"}\n"
        return ItemPlan(
            collection, item, item_variant(collection, wish), item_query(wish.params), tail,
            content_crs(collection, wish),
        )  # fmt: skip

    async def item(self, plan: ItemPlan) -> Offer:
        found = await find_item(self.reader, plan.collection, plan.item, plan.query)
        key, changed_at = found

        async def make(coding: str) -> bytes:
            (feature,) = await self.kept.render(plan.collection, [key], plan.variant)
            return joined(feature.body[:-1] + self.mark + plan.tail, (), b"", coding)

        etag = item_etag(key, BUILD, plan.tail, b"%d" % key, self.mark)
        return Offer(etag, MEDIA, make, plan.collection.part, changed_at, PIECES, plan.headers)


def item_etag(key: int, *parts: bytes) -> bytes:
    """The ETag of a feature in some form: its number and the revision of its state stand before the digest, so that a
    write which comes back with it tells what it was made from, whichever form that was.
    """
    return b'"%d.%d-' % (key >> 32, key & 0xFFFFFFFF) + strong_etag(*parts)[1:]


def states_of(tags: Sequence[str]) -> list[tuple[int, int]]:
    """The number and the revision of the features that tags stand for, of those that are ours."""
    found = [ITEM_TAG.fullmatch(tag) for tag in tags]
    return [(int(one[1]), int(one[2])) for one in found if one]


async def find_item(reader: Reader, collection: Collection, item: str, query: Query | None) -> tuple[int, int]:
    """The state of a feature and when its part was last changed. Raises UnknownItem, Gone."""
    if "\0" not in item:
        found = await select_item_key(reader, collection, item, query)
        if found is not None:
            return found
        reason = await select_end(reader, item) if collection.part == "zones" else None
        if reason is not None:
            raise Gone(id=item, reason=reason)
    raise UnknownItem(id=item, collection=collection.name)


def to_be_continued(address: str) -> str:
    """An address to which one more parameter can be added."""
    return address + ("&" if "?" in address else "?")


def content_crs(collection: Collection, wish: Wish) -> Headers:
    if not collection.geometry:
        return []
    return [(b"content-crs", f"<{crs_of(wish.params, 'crs').uri}>".encode())]


def joined(head: bytes, features: Sequence[Rendered], tail: bytes, coding: str) -> bytes:
    """A body of features: for gzip from the pieces that were compressed before."""
    if coding == "gzip":
        return gzipped(head, features, tail)
    first = (features[0].body,) if features else ()
    body = b"".join((head, *first, *(one.piece for one in features[1:]), tail))
    return compressed(body, coding) if coding else body
