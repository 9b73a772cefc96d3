"""The front of the service, before any routing: kept answers, validators, codings, CORS, HEAD and OPTIONS.

What a request may depend on is the register's state and nothing else, so an answer holds as long as the revision of the
part that it was read from; the database is asked for that before any answer goes out. Health checks, snapshots and
what is written piece by piece pass through.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api.errors import RegistryError, StoreUnavailable, UnknownItem
from api.routes import problems
from api.routes.asked import Asked, choose_coding
from api.routes.bodies import close_form
from api.routes.observed import Observer
from api.routes.offers import KEEP, Headers, Offer, coded, http_date, strong_etag
from api.routes.press import PIECES, codings_for, in_coding
from api.routes.requests import media_taken, methods_at
from api.store.revisions import Revisions, Standing, State
from gis.dates import LEGAL_ZONE

VARY = (b"vary", b"Accept, Accept-Language, Accept-Encoding")
CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Crs, Content-Disposition, ETag, Last-Modified, Link, Retry-After"),
]
FIXED: Headers = [VARY, (b"x-content-type-options", b"nosniff"), *CORS]
NOT_KEPT: Headers = [(b"cache-control", b"no-store"), (b"x-frame-options", b"DENY")]
PROGRAM = {"/api", "/conformance"}  # what the program says of itself, whatever the register holds
NOW = ("/health/", "/metrics")  # what is asked to know how things stand
FILES = "/snapshots"  # what lies in files, whatever the register holds by now
PRIVATE = ("/desk", "/changes")  # what depends on who asks: never kept, here or elsewhere
LARGEST_PAGE = 4_000_000  # bytes; what is larger is not held in memory to be looked at
FIND = {"etag", "last-modified", "cache-control", "content-type", "content-length", "content-encoding"}
Hot = Callable[[Asked], Awaitable[Offer | None]]


@dataclass(slots=True)
class Kept:
    """A whole answer, good as long as its part of the register is at `revision`, and on `day` only if that is set."""

    part: str
    revision: int
    day: date | None
    etag: bytes
    last_modified: bytes
    headers: Headers
    body: bytes


class Answers:
    """Whole answers within a number of bytes; those not asked for longest go first."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self.kept: OrderedDict[object, Kept] = OrderedDict()

    def find(self, key: object, state: State) -> Kept | None:
        """The answer kept under `key`, if it still holds."""
        found = self.kept.get(key)
        if found is None:
            return None
        if found.revision != state[found.part].revision or found.day not in (None, today()):
            self.drop(key)
            return None
        self.kept.move_to_end(key)
        return found

    def keep(self, key: object, answer: Kept) -> None:
        if len(answer.body) > self.room // 2:
            return
        self.drop(key)
        self.kept[key] = answer
        self.size += self.weight(key, answer)
        while self.size > self.room:
            self.drop(next(iter(self.kept)))

    def drop(self, key: object) -> None:
        if key in self.kept:
            self.size -= self.weight(key, self.kept.pop(key))

    @staticmethod
    def weight(key: object, answer: Kept) -> int:
        return len(answer.body) + len(repr(key)) + 1_500  # its headers; a key may be longer than an answer


class Front:
    """Wraps the service. `hot` makes the answers that are asked for most, without routing; None leaves it to `app`."""

    def __init__(self, app: FastAPI, *, hot: Hot, revisions: Revisions, room: int, observer: Observer) -> None:
        self.app = app
        self.observer = observer
        self.hot = hot
        self.revisions = revisions
        self.answers = Answers(room)
        self.making: dict[object, asyncio.Event] = {}
        self.started = int(time.time())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self.observer.follow(self.answer, scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Any request, by its kind."""
        if scope["method"] in ("GET", "HEAD") and not scope["path"].startswith((*NOW, FILES, *PRIVATE)):
            scope["app"] = self.app
            await self.read(Asked(scope), receive, send)
        elif scope["method"] == "OPTIONS":
            await self.tell_methods(scope, receive, send)
        else:
            await self.pass_on(scope, receive, send)

    async def read(self, asked: Asked, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD from what is kept, by a hot way, or from the application."""
        codings = (codings_for(asked.path), PIECES)
        key = (asked.key, *(choose_coding(asked.accept_encoding, offered) for offered in codings))
        try:
            state = await self.standing(asked.path) if self.answers.room else None
            if await self.send_kept(asked, send, key, state):
                return
            try:
                offer = await self.hot(asked)
            except UnknownItem:
                if not asked.is_signed:
                    raise
                offer = None  # whoever proposed it reads it from the application, and nothing of that is kept
            if offer is not None:
                await self.serve(asked, send, offer, state, key)
                return
        except Exception as error:
            request = Request(asked.scope)
            known = isinstance(error, RegistryError)
            response = await (problems.answer_known if known else problems.answer_unknown)(request, error)
            await response(asked.scope, receive, with_headers(send, CORS))
            return
        if state is None:
            await self.from_app(asked, receive, send, None, key, asyncio.Event())
            return
        making = self.making.get(key)
        if making is not None:  # for somebody who asked the same a moment before
            await making.wait()
            if await self.send_kept(asked, send, key, state):
                return
        making = self.making[key] = asyncio.Event()
        try:
            await self.from_app(asked, receive, send, state, key, making)
        finally:
            making.set()
            if self.making.get(key) is making:
                del self.making[key]

    async def send_kept(self, asked: Asked, send: Send, key: object, state: State | None) -> bool:
        """Send what is kept, if it still holds."""
        kept = None if state is None else self.answers.find(key, state)
        if kept is None:
            return False
        asked.scope["answered_from"] = "kept"
        await respond(asked, send, kept.etag, kept.last_modified, kept.headers, kept.body)
        return True

    async def standing(self, path: str) -> State:
        """Where that stands which an answer at a path may depend on: the register, or the program, and that only knows
        after its first session whether the data are made up. Raises StoreUnavailable.
        """
        reader, is_asset = self.revisions.reader, path.startswith("/assets/")
        if path not in PROGRAM and not is_asset:
            return await self.revisions.current()
        if not reader.has_looked and not is_asset:
            with suppress(StoreUnavailable):
                await self.revisions.current()
        return {"register": Standing(int(reader.has_looked), self.started)}

    async def serve(self, asked: Asked, send: Send, offer: Offer, state: State | None, key: object) -> None:
        """Send an offer: its body is made only where the asker does not hold it."""
        asked.scope["answered_from"] = "made"
        coding = choose_coding(asked.accept_encoding, offer.codings) if offer.codings else ""
        etag = coded(offer.etag, coding)
        last_modified = b"" if offer.changed_at is None else http_date(offer.changed_at)
        headers = answer_headers(etag, last_modified, offer.media, coding, offer.headers)
        if asked.has(etag, last_modified):
            await send_not_modified(send, headers)
            return
        body = await offer.make(coding)
        if state is not None:
            revision = state[offer.part].revision  # asked before the offer was made: what it holds is no older
            self.answers.keep(key, Kept(offer.part, revision, None, etag, last_modified, headers, body))
        await send_whole(asked, send, headers, body)

    async def from_app(
        self, asked: Asked, receive: Receive, send: Send, state: State | None, key: object, known: asyncio.Event
    ) -> None:
        """Let the application answer; give what it says a validator and a coding, and keep it.

        `known` is set as soon as it is clear that nothing will be kept.
        """
        asked.scope["answered_from"] = "application"
        standing = state
        if standing is None:
            with suppress(StoreUnavailable):
                standing = await self.standing(asked.path)  # before anything is read
        day = today()  # before anything is made: what is made of it may be done on the next
        start: Message = {}
        chunks: list[bytes] = []
        passes = is_whole = False

        async def look(message: Message) -> None:
            nonlocal start, passes, is_whole
            if message["type"] == "http.response.start":
                start, passes = message, is_piecewise(message)
                if passes or start["status"] != 200:
                    known.set()
                if passes:
                    await send({**message, "headers": [*message["headers"], *CORS]})
            elif passes:
                await send(message)
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))
                is_whole = not message.get("more_body", False)

        given = [one for one in asked.scope["headers"] if one[0] not in (b"if-none-match", b"if-modified-since")]
        try:
            await self.app({**asked.scope, "method": "GET", "headers": given, "asked": asked}, receive, look)
        except Exception:  # written down and answered, but for what is in our hands
            if passes or not is_whole:
                raise
        if passes or not is_whole:  # half of an answer is left by who went away, and nobody else is to have it
            return
        body, said = b"".join(chunks), header_values(start["headers"])
        others = [(name, value) for name, value in start["headers"] if name.decode().lower() not in {*FIND, "vary"}]
        others = [one for one in others if one not in FIXED]
        media = said.get("content-type", b"")
        if start["status"] != 200 or said.get("cache-control") == b"no-store":
            plain = [
                *others,
                *FIXED,
                *((name.encode(), value) for name, value in said.items() if name != "content-length"),
            ]
            await send({"type": "http.response.start", "status": start["status"],
                        "headers": [*plain, (b"content-length", b"%d" % len(body))]})  # fmt: skip
            await send({"type": "http.response.body", "body": b"" if asked.scope["method"] == "HEAD" else body})
            return
        etag = said.get("etag") or strong_etag(body)
        last_modified = said.get("last-modified", b"")
        if not last_modified:
            changed_at = None if standing is None else max(standing["register"].changed_at, began(day))
            last_modified = b"" if changed_at is None else http_date(changed_at)
        coding, body = in_coding(body, media.decode("latin-1"), asked)
        etag = coded(etag, coding)
        headers = answer_headers(etag, last_modified, media, coding, others, said.get("cache-control", KEEP))
        if state is not None:  # a page also tells ages in years, which change with the day
            revision = state["register"].revision
            self.answers.keep(key, Kept("register", revision, day, etag, last_modified, headers, body))
        await respond(asked, send, etag, last_modified, headers, body)

    async def tell_methods(self, scope: Scope, receive: Receive, send: Send) -> None:
        """OPTIONS: what can be done at an address, and by whom (reading: by a script of any page).

        Where features can be written it is 200, with the media types that are taken: OGC API Features Part 4 wants so.
        """
        methods = methods_at(self.app, scope)
        if not methods:
            await self.pass_on({**scope, "method": "GET"}, receive, send)
            return
        taken = [
            (f"accept-{method.lower()}".encode(), ", ".join(types).encode())
            for method, types in media_taken(self.app, scope).items()
        ]
        headers = [(b"allow", ", ".join(sorted({"OPTIONS", *methods})).encode()), *taken, *CORS,
                   (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
                   (b"access-control-allow-headers", b"*"), (b"access-control-max-age", b"86400")]  # fmt: skip
        if taken:
            headers.append((b"content-length", b"0"))
        await send({"type": "http.response.start", "status": 200 if taken else 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server keeps its own scope and leaves the body out
        private = scope["path"].startswith(PRIVATE)
        scope.setdefault("state", {})
        try:
            await self.app(scope, receive, with_headers(send, NOT_KEPT if private else CORS))
        finally:
            await close_form(scope)


def today() -> date:
    return datetime.now(LEGAL_ZONE).date()


def began(day: date) -> int:
    """When a legal day began, in seconds since 1970: what depends on the day is no older than that."""
    return int(datetime.combine(day, time_of_day(), LEGAL_ZONE).timestamp())


def is_piecewise(start: Message) -> bool:
    """Whether an answer is too large to be held, or of a length that nobody knows yet."""
    length = header_values(start["headers"]).get("content-length")
    return length is None or int(length) > LARGEST_PAGE


def header_values(headers: Any) -> dict[str, bytes]:
    return {name.decode().lower(): value for name, value in headers if name.decode().lower() in FIND}


def answer_headers(
    etag: bytes, last_modified: bytes, media: bytes, coding: str, others: Headers, keep: bytes = KEEP
) -> Headers:
    headers = [(b"content-type", media), (b"etag", etag), (b"cache-control", keep), *FIXED, *others]
    if last_modified:
        headers.append((b"last-modified", last_modified))
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    return headers


async def respond(asked: Asked, send: Send, etag: bytes, last_modified: bytes, headers: Headers, body: bytes) -> None:
    if asked.has(etag, last_modified):
        await send_not_modified(send, headers)
    else:
        await send_whole(asked, send, headers, body)


async def send_whole(asked: Asked, send: Send, headers: Headers, body: bytes) -> None:
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if asked.scope["method"] == "HEAD" else body})


async def send_not_modified(send: Send, headers: Headers) -> None:
    headers = [one for one in headers if one[0] not in (b"content-type", b"content-encoding")]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def with_headers(send: Send, more: Headers) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sending
