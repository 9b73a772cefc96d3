"""What changed in the register: pages of the feed that a copy is kept in step by, and the last news for readers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from api.errors import BadFeedPlace, SinceAhead
from api.store import feed as store
from api.store.connect import Reader
from api.store.feed import COVERED, Place

Row = dict[str, Any]
OURS = UUID("6f7f5a0e-6f0c-5d9b-9a53-0c9d3c1a7a10")
"""The namespace of ids of registers; those of a register's news lie in its own."""
NUMBERS = {one.name: number for number, one in enumerate(COVERED)}
BEGUN_WITH = 12  # entries of a revision on the page for people


@dataclass(frozen=True)
class Identity:
    """Which register this is and where it stands. `id` is the same in every copy of its database."""

    id: UUID
    revision: int
    began_at: datetime
    moved_at: datetime


@dataclass(frozen=True)
class Page:
    """A page of the feed. `to`: who has applied all pages up to this one stands there; `after` is the place to go on
    from, None at the end. It leads on behind `to`, or, where a revision was cut, behind its last entry in `since`.
    """

    revision: int
    entries: list[Row]
    to: int
    since: int | None = None
    after: str | None = None


async def identify(reader: Reader) -> Identity:
    """The register, by when it began to count its revisions."""
    revision, began_at, moved_at = await store.select_standing(reader)
    return Identity(uuid5(OURS, began_at.isoformat()), revision, began_at, moved_at)


async def read_feed(reader: Reader, since: int, after: str | None, limit: int) -> Page:
    """The entries behind a revision, by revision, collection and id. A page ends with a whole revision where one fits.

    after: `collection:id`, to go on within the revision that follows `since`. Raises SinceAhead, BadFeedPlace.
    """
    place = Place(since) if after is None else place_of(since + 1, after)
    revision, entries = await store.select_page(reader, place, limit + 1)
    if since > revision:
        raise SinceAhead("since", value=since, revision=revision)
    if len(entries) <= limit:
        return Page(revision, entries, revision)
    whole = entries[limit]["revision"] - 1  # all before this one fit
    fitting = [one for one in entries if one["revision"] <= whole]
    if fitting:
        return Page(revision, fitting, whole, whole)
    last = entries[limit - 1]
    return Page(revision, entries[:limit], whole, whole, f"{COVERED[last['number']].name}:{last['id']}")


def place_of(revision: int, after: str) -> Place:
    name, colon, id = after.partition(":")
    if not colon or not id or name not in NUMBERS:
        raise BadFeedPlace("after", value=after)
    return Place(revision, NUMBERS[name], id)
