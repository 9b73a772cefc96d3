"""Drawing the map of fill rates."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from api.store.connect import Reader
from api.workflows.maps import draw_fill_rates


def test_others_are_answered_while_it_is_drawn(loaded_url: str) -> None:
    """It takes seconds for thousands of zones: the thread that answers requests does none of it."""
    drawing = set[int]()

    def link(slug: str) -> str:
        drawing.add(threading.get_ident())
        return f"/zones/{slug}"

    async def draw() -> int:
        reader = Reader(loaded_url, size=1, statement_timeout_ms=5000)
        async with reader.opened():
            await draw_fill_rates(reader, "vi", link=link)
        return threading.get_ident()

    with ThreadPoolExecutor(1) as own_thread:  # the event loop of this one may be Playwright's
        answering = own_thread.submit(asyncio.run, draw()).result()
    assert drawing
    assert answering not in drawing
