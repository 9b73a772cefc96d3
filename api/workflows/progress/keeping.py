"""Assessed targets, kept while the register stands where it stood: filters and languages are all of the same rows."""

import asyncio
from collections import OrderedDict
from datetime import date

from api.store.connect import Reader
from api.workflows.progress.assessing import Row, assess

MOST = 2  # all provinces, and the one that was asked for last


class KeptProgress:
    """Rows by revision, unit and day. Whoever asks while they are worked out waits for them too."""

    def __init__(self) -> None:
        self.made: OrderedDict[tuple[int, str | None, date], asyncio.Future[list[Row]]] = OrderedDict()

    async def rows(self, reader: Reader, revision: int, unit_uid: str | None, today: date) -> list[Row]:
        """All targets, or those of a unit, as `assess` gives them. They are not to be changed."""
        key = (revision, unit_uid, today)
        making = self.made.get(key)
        if making is None:
            making = asyncio.ensure_future(assess(reader, unit_uids=unit_uid and [unit_uid], today=today))
            self.made[key] = making
            while len(self.made) > MOST:
                self.made.popitem(last=False)
        self.made.move_to_end(key)
        try:
            return await asyncio.shield(making)
        except BaseException:
            if making.done():
                self.made.pop(key, None)
            raise
