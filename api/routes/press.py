"""Compression of answers, by what the asker takes: gzip and zstd, and brotli where that was done beforehand."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import brotli
import zstandard
from isal import isal_zlib

from api.routes.asked import Asked, choose_coding
from api.settings import ROOT
from api.store.rendering import Rendered

CODINGS = ("zstd", "gzip")  # of equals the first
PIECES = ("gzip", "zstd")  # the same for features, of which the pieces for gzip are kept
ASSETS = ("br", *CODINGS)  # the same for scripts and styles
PRESSED = ROOT / "node_modules" / ".pressed"  # the libraries' files by the digest of what they are of
SHORTEST = 500  # bytes; below it compressing saves nothing
TEXT = ("text/", "application/json", "application/geo+json", "application/problem+json", "application/vnd.oai.openapi",
        "application/javascript", "application/xml", "application/vnd.google-earth.kml+xml", "application/geo+json-seq",
        "application/x-qgis-layer-definition",
        "application/schema+json", "application/vnd.mapbox-vector-tile", "image/svg+xml", "application/atom+xml",
        "application/vnd.ogc.fg+json")  # fmt: skip
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


def is_text(media: str) -> bool:
    """Whether answers of a media type get smaller by compressing."""
    return media.startswith(TEXT)


def compressed(body: bytes, coding: str) -> bytes:
    """A whole body in a coding, the same bytes each time."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=6).compress(body)
    press = zlib.compressobj(6, zlib.DEFLATED, 31)
    return press.compress(body) + press.flush()


def codings_for(path: str) -> tuple[str, ...]:
    """The codings of whole answers at a path."""
    return ASSETS if path.startswith("/assets/") else CODINGS


def in_coding(body: bytes, media: str, asked: Asked) -> tuple[str, bytes]:
    """A whole body in the coding that suits its asker best, and its name; as it is, where none does."""
    if not is_text(media) or len(body) < SHORTEST:
        return "", body
    coding = choose_coding(asked.accept_encoding, codings_for(asked.path))
    if coding == "br":
        before = pressed(body)
        if before is not None:
            return coding, before
        coding = choose_coding(asked.accept_encoding, CODINGS)
    return coding, compressed(body, coding) if coding else body


def pressed(body: bytes) -> bytes | None:
    """A file in brotli, if `press` was given it."""
    try:
        return place_of(body).read_bytes()
    except OSError:
        return None


def press(files: Iterable[Path]) -> int:
    """Compress files as far as brotli can, seconds for the large ones, and forget all others; how many there are."""
    PRESSED.mkdir(exist_ok=True)
    made = set[Path]()
    for file in files:
        body = file.read_bytes()
        place = place_of(body)
        if len(body) >= SHORTEST and place not in made:
            place.write_bytes(brotli.compress(body, quality=11))
            made.add(place)
    for old in set(PRESSED.iterdir()) - made:
        old.unlink()
    return len(made)


def place_of(body: bytes) -> Path:
    return PRESSED / f"{sha256(body).hexdigest()}.br"


def gzipped(head: bytes, features: Sequence[Rendered], tail: bytes) -> bytes:
    """One gzip member of `head`, the features (the first without its comma) and `tail`. The features' own pieces were
    compressed when they were first needed; only what is around them is compressed now.
    """
    head += features[0].body if features else b""
    crc, size = isal_zlib.crc32(head), len(head)
    parts = [GZIP_HEAD, deflated(head, isal_zlib.Z_FULL_FLUSH)]
    for one in features[1:]:
        parts.append(one.deflated())
        crc = isal_zlib.crc32(one.piece, crc)
        size += len(one.piece)
    crc, size = isal_zlib.crc32(tail, crc), size + len(tail)
    parts += (deflated(tail, isal_zlib.Z_FINISH), struct.pack("<II", crc, size & 0xFFFFFFFF))
    return b"".join(parts)


def deflated(data: bytes, flush: int) -> bytes:
    press = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    return press.compress(data) + press.flush(flush)
