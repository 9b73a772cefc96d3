"""A read request before it is routed: the headers that decide about its answer, read once."""

import re
from functools import lru_cache

from starlette.types import Scope

from api.language import parse_quality

ETAG = re.compile(rb'(?:W/)?("[^"]*")')


class Asked:
    """A GET or HEAD. `key` holds all that an answer depends on beside the register itself."""

    __slots__ = ("accept_encoding", "if_modified_since", "if_none_match", "key", "path", "query", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        host = accept = language = b""
        self.accept_encoding = self.if_none_match = self.if_modified_since = b""
        for name, value in scope["headers"]:
            match name:
                case b"host":
                    host = value
                case b"accept":
                    accept = accept + b"," + value if accept else value
                case b"accept-language":
                    language = language + b"," + value if language else value
                case b"accept-encoding":
                    self.accept_encoding += b"," + value
                case b"if-none-match":
                    self.if_none_match += b"," + value
                case b"if-modified-since":
                    self.if_modified_since = value
        self.key = (scope["scheme"], host, scope["root_path"], self.path, self.query, accept, language)

    @property
    def is_signed(self) -> bool:
        """Whether it says who asks. What everybody may read never depends on that."""
        return any(name in (b"authorization", b"cookie") for name, _ in self.scope["headers"])

    def has(self, etag: bytes, last_modified: bytes) -> bool:
        """Whether the asker holds this state already. A date counts only if it is the very one we gave out: nobody can
        tell states apart within a second otherwise.
        """
        if self.if_none_match:
            held = ETAG.findall(self.if_none_match)
            return etag.removeprefix(b"W/") in held or self.if_none_match.strip(b", ") == b"*"
        return bool(self.if_modified_since) and self.if_modified_since == last_modified


@lru_cache(maxsize=500)
def choose_coding(accept_encoding: bytes, offered: tuple[str, ...]) -> str:
    """The coding that an Accept-Encoding header wants most, of those offered the first of equals; "" is none."""
    wishes: dict[str, float] = {}
    for part in accept_encoding.decode("latin-1").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip():
            wishes[name.strip()] = parse_quality(quality)
    others = wishes.get("*", 0.0)
    best = max(offered, key=lambda name: wishes.get(name, others), default="")
    return best if best and wishes.get(best, others) > 0 else ""
