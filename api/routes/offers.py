"""What an answer will be, before its body is made: its validators are compared first, and often no body is needed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from hashlib import blake2b

Headers = list[tuple[bytes, bytes]]
Make = Callable[[str], Awaitable[bytes]]
KEEP = b"public, no-cache"  # whoever keeps an answer asks each time whether it still holds


@dataclass(slots=True)
class Offer:
    """An answer of status 200. `etag` is quoted and without regard to the coding; `make` gives the body in a coding.

    `changed_at` is in seconds since 1970, None where nobody knows. `part` is the part of the
    register that it depends on.
    """

    etag: bytes
    media: bytes
    make: Make
    part: str
    changed_at: int | None = None
    codings: tuple[str, ...] = ()
    headers: Headers = field(default_factory=list)


def strong_etag(*parts: bytes) -> bytes:
    """The ETag of content that `parts` determine to the byte."""
    digest = blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
        digest.update(b"\0")
    return b'"' + digest.hexdigest().encode() + b'"'


def coded(etag: bytes, coding: str) -> bytes:
    """The ETag of the same content in a coding; a weak one holds for all of them."""
    if not coding or etag.startswith(b"W/"):
        return etag
    return etag[:-1] + b"-" + coding.encode() + b'"'


@lru_cache(maxsize=100)
def http_date(seconds: int) -> bytes:
    return formatdate(seconds, usegmt=True).encode()
