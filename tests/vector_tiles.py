"""Reading vector tiles (Mapbox Vector Tile 2.1) as a map does: features with their ids, properties and coordinates."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Drawn:
    """A feature of a tile; `rings` are its rings, or its points, in units of the tile from its upper left corner."""

    id: int
    properties: dict[str, Any]
    rings: list[list[tuple[int, int]]]

    @property
    def size(self) -> tuple[int, int]:
        """How far it reaches in x and y."""
        xs, ys = zip(*(point for ring in self.rings for point in ring), strict=True)
        return max(xs) - min(xs), max(ys) - min(ys)


def read_tile(body: bytes) -> dict[str, list[Drawn]]:
    """The features of each layer. A tile of another grid than 4096 units, or of another version, is refused."""
    return dict(read_layer(value) for number, value in fields(body) if number == 3)


def read_layer(body: bytes) -> tuple[str, list[Drawn]]:
    name, version, extent = "", 1, 4096
    keys: list[str] = []
    values: list[Any] = []
    features: list[bytes] = []
    for number, value in fields(body):
        match number:
            case 1:
                name = value.decode()
            case 2:
                features.append(value)
            case 3:
                keys.append(value.decode())
            case 4:
                values.append(read_value(value))
            case 5:
                extent = value
            case 15:
                version = value
    assert (version, extent) == (2, 4096)
    return name, [read_feature(one, keys, values) for one in features]


def read_feature(body: bytes, keys: list[str], values: list[Any]) -> Drawn:
    found = dict(fields(body))
    tags = list(varints(found.get(2, b"")))
    properties = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
    return Drawn(found.get(1, 0), properties, read_rings(list(varints(found[4]))))


def read_rings(commands: list[int]) -> list[list[tuple[int, int]]]:
    rings: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            x, y = x + signed(commands[at]), y + signed(commands[at + 1])
            at += 2
            if command == 1:
                rings.append([])
            rings[-1].append((x, y))
    return rings


def read_value(body: bytes) -> Any:
    ((number, value),) = fields(body)
    match number:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 6:
            return signed(value)
        case 7:
            return bool(value)
    return value


def fields(body: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message of Protocol Buffers, numbers or bytes."""
    at = 0
    while at < len(body):
        key, at = varint(body, at)
        match key & 7:
            case 0:
                value, at = varint(body, at)
                yield key >> 3, value
                continue
            case 1:
                size = 8
            case 5:
                size = 4
            case _:
                size, at = varint(body, at)
        yield key >> 3, body[at : at + size]
        at += size


def varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = varint(body, at)
        yield value


def varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
