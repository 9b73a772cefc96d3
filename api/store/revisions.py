"""The revision of the register: what a kept answer is compared with, asked anew for every request."""

import asyncio
import time
from dataclasses import dataclass

from api.errors import StoreUnavailable
from api.store.connect import Reader

QUESTION = "SELECT part, revision, floor(extract(epoch FROM changed_at))::bigint FROM revisions"


@dataclass(frozen=True, slots=True)
class Standing:
    """A part of the register now: its last revision, and when that was, in seconds since 1970."""

    revision: int
    changed_at: int


State = dict[str, Standing]


class Revisions:
    """Asks the database where the register stands. Requests that come at once share one question, and each gets an
    answer to a question that was put after it came: what was committed before a request is never missed.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.asking = asyncio.Lock()
        self.failed_at = 0.0
        self.next: asyncio.Future[State] | None = None

    async def current(self) -> State:
        """Every part's standing. Raises StoreUnavailable and its kinds."""
        if self.next is None:
            self.next = asyncio.ensure_future(self.ask())
        return await asyncio.shield(self.next)

    async def ask(self) -> State:
        came = time.monotonic()
        async with self.asking:
            self.next = None  # who comes from now on shares the question after this one
            if self.failed_at > came:  # who waited while a question failed has waited long enough
                raise StoreUnavailable
            try:
                rows = await self.reader.rows(QUESTION)
            except StoreUnavailable:
                self.failed_at = time.monotonic()
                raise
        return {part: Standing(*standing) for part, *standing in rows}
