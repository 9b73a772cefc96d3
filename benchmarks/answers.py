"""What an answer holds: features of GeoJSON or of a vector tile, counted without a library."""

import gzip
import json
from collections.abc import Iterator

GZIP, LENGTHS = b"\x1f\x8b", {1: 8, 5: 4}  # fixed lengths by protobuf wire type
TILE_LAYER, LAYER_FEATURE = 3, 2  # field numbers of the Mapbox Vector Tile specification


def count_features(body: bytes) -> int:
    """How many features are in GeoJSON (one Feature counts as one) or in all layers of a vector tile."""
    body = unpacked(body)
    if body[:1] == b"{":
        answer = json.loads(body)
        return len(answer["features"]) if "features" in answer else 1
    return sum(1 for number, layer in messages(body) if number == TILE_LAYER
               for part, _ in messages(layer) if part == LAYER_FEATURE)  # fmt: skip


def slugs(body: bytes) -> list[str]:
    """The slugs of GeoJSON features, in their order; empty where features have none."""
    answer = json.loads(unpacked(body))
    features = answer.get("features", [answer])
    return [one["properties"]["slug"] for one in features if "slug" in (one.get("properties") or {})]


def unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == GZIP else body


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Field number and content of the length-delimited fields of a protobuf message; numbers are passed over."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            _, at = varint(data, at)
            continue
        size, at = varint(data, at) if kind == 2 else (LENGTHS[kind], at)
        if at + size > len(data):
            raise ValueError(f"the message ends inside field {key >> 3}")
        if kind == 2:
            yield key >> 3, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
