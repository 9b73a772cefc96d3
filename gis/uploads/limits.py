"""How much a file may hold, and how much of it is told."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Upper limits, each inclusive.

    size, unpacked: bytes of the file and of what an archive unfolds to; entries: members of an archive; ratio: how many
    times its size a member of more than a megabyte may unfold to. layers, features, vertices: of the whole file.
    outline: vertices of one outline. nesting: levels of folders and elements. listed: features told of, of all layers;
    drawn: vertices of a feature's preview; attributes, letters: of a feature, and of one text.
    """

    size: int = 40 * MEGABYTE
    unpacked: int = 200 * MEGABYTE
    entries: int = 500
    ratio: int = 400
    layers: int = 200
    features: int = 20_000
    vertices: int = 1_000_000
    outline: int = 100_000
    nesting: int = 40
    listed: int = 1_000
    drawn: int = 500
    attributes: int = 50
    letters: int = 300


DEFAULT = Limits()
