"""What the service writes down: one line an event, as JSON for machines or as text for people, with the request's id.

Neither queries of addresses nor headers, bodies or values of statements are written: they may hold secrets or people.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, TextIO

Form = Literal["text", "json"]
REQUEST: ContextVar[str] = ContextVar("request", default="")
OURS = {*vars(logging.makeLogRecord({})), "message", "asctime", "color_message"}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request, and what the event carries beside."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "process": record.process, "logger": record.name,
            "message": record.getMessage(),
        }  # fmt: skip
        if REQUEST.get():
            line["request"] = REQUEST.get()
        line |= {name: value for name, value in vars(record).items() if name not in OURS}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """The same for who reads it in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        beside = {name: value for name, value in vars(record).items() if name not in OURS}
        told = "".join(f" {name}={value}" for name, value in beside.items())
        request = f" [{REQUEST.get()}]" if REQUEST.get() else ""
        error = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return f"{time} {record.levelname} {record.name}: {record.getMessage()}{told}{request}{error}"


def write_logs(form: Form, *, requests: bool, stream: TextIO | None = None) -> None:
    """Send all that is logged in this process to standard error, requests too where that is wanted."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("api").setLevel(logging.INFO if requests else logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = [], True
    logging.getLogger("uvicorn.error").setLevel(logging.INFO if requests else logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True  # ours says more, and no queries
