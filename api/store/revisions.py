"""The revision of the register: what a kept answer is compared with, asked anew for every request."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from api.errors import StoreUnavailable
from api.store.connect import Reader
from gis.dates import LEGAL_ZONE

log = logging.getLogger(__name__)

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

    turn: what is to be done before the first question of a legal day, such as putting in force what waited for it;
    where it fails, it is tried again with the first question after `pause` seconds.
    """

    def __init__(
        self, reader: Reader, turn: Callable[[], Awaitable[object]] | None = None, *, pause: float = 60.0
    ) -> None:
        self.reader = reader
        self.turn = turn
        self.pause = pause
        self.day: date | None = None
        self.turn_failed_at: float | None = None
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
                await self.begin_day()
                rows = await self.reader.rows(QUESTION)
            except StoreUnavailable:
                self.failed_at = time.monotonic()
                raise
        return {part: Standing(*standing) for part, *standing in rows}

    async def begin_day(self) -> None:
        """Once a day; a register that cannot be written to is read as it is."""
        today = datetime.now(LEGAL_ZONE).date()
        if self.turn is None or self.day == today:
            return
        if self.turn_failed_at is not None and time.monotonic() - self.turn_failed_at < self.pause:
            return
        try:
            await self.turn()
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("what waits for its day could not be put in force")
            self.turn_failed_at = time.monotonic()
            return
        self.day, self.turn_failed_at = today, None
