"""What an operator sees of requests: an id that follows each through the logs, and figures for Prometheus."""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import Message, Receive, Scope, Send

from api.logs import REQUEST
from api.routes.offers import Headers

log = logging.getLogger(__name__)
GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
STEPS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
KINDS = (
    ("/tiles/", "tile"), ("/items", "items"), ("/collections", "collections"), ("/assets/", "asset"),
    ("/health/", "health"), ("/metrics", "metrics"), ("/desk", "desk"), ("/changes", "changes"), ("/qgis/", "qgis"),
    ("/maps/", "map"),
)  # fmt: skip
"""What an address is of, by what it holds: as many as a graph can show."""
SECURE = (b"strict-transport-security", b"max-age=31536000")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
Answer = Callable[[Scope, Receive, Send], Awaitable[None]]


def kind_of(path: str) -> str:
    return next((kind for part, kind in KINDS if part in path), "page")


class Figures:
    """Counters of one process. In several they are summed by prometheus_client's files, whose folder is in
    PROMETHEUS_MULTIPROC_DIR.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter("registry_requests_total", "Requests answered.", ("kind", "method", "status"),
                                registry=registry)  # fmt: skip
        self.seconds = Histogram("registry_request_seconds", "From a request to the end of its answer.", ("kind",),
                                 buckets=STEPS, registry=registry)  # fmt: skip
        self.running = self.gauge("registry_requests_running", "Requests under way.")
        self.answers = Counter("registry_answers_total", "Reads, by where the answer came from: kept, features or "
                               "tiles made for it, or the application.", ("origin",), registry=registry)  # fmt: skip
        self.broken = Counter("registry_broken_total", "Requests that ended in an exception.", registry=registry)
        self.kept_bytes = self.gauge("registry_kept_bytes", "Memory for answers and features kept.", ("what",))
        self.sessions = self.gauge("registry_sessions", "Sessions with the database.", ("of", "state"))

    def gauge(self, name: str, text: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry, multiprocess_mode="livesum")


class Observer:
    """Follows requests. `look` sets the gauges of what is used; it is called after each request. is_secure: the service
    is reached by https alone, and every answer says so for a year.
    """

    def __init__(self, look: Callable[[Figures], None], *, is_secure: bool = False) -> None:
        self.figures = Figures()
        self.look = look
        self.always: Headers = [SECURE] if is_secure else []

    async def follow(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        """Let `answer` answer, give what it says its X-Request-Id, count it and write it down."""
        id = request_id(scope)
        token = REQUEST.set(id)
        begun, status, size = time.perf_counter(), 0, 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", id.encode()),
                                                  *self.always]}  # fmt: skip
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        figures = self.figures
        figures.running.inc()
        try:
            await answer(scope, receive, sending)
        except Exception:
            figures.broken.inc()
            raise
        finally:
            took = time.perf_counter() - begun
            figures.running.dec()
            kind, method = kind_of(scope["path"]), scope["method"] if scope["method"] in METHODS else "other"
            figures.requests.labels(kind, method, str(status)).inc()
            figures.seconds.labels(kind).observe(took)
            origin = scope.get("answered_from")
            if origin:
                figures.answers.labels(origin).inc()
            self.look(figures)
            if log.isEnabledFor(logging.INFO):
                log.info("%s %s", scope["method"], scope["path"], extra=told(scope, status, took, size))
            REQUEST.reset(token)


def request_id(scope: Scope) -> str:
    """The id that a proxy gave, if it is one; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and GIVEN.fullmatch(value):
            return str(value.decode())
    return uuid.uuid4().hex


def told(scope: Scope, status: int, took: float, size: int) -> dict[str, Any]:
    client = scope.get("client")
    return {"status": status, "ms": round(took * 1000, 1), "bytes": size, "client": client[0] if client else None,
            "origin": scope.get("answered_from")}  # fmt: skip
