"""Which column of a table holds what: by its headings, and where it has none by what stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gis.corners.grid import Line, shown
from gis.corners.numbers import is_coordinate, is_metres
from gis.corners.words import Role, plain, role_of

_NAME_BEFORE = re.compile(r"^\s*([XYNExyne])\s*(?:\([a-z]{1,3}\))?\s*[=:]")


@dataclass(frozen=True)
class Block:
    """One table of a section: which column holds what. Two tables side by side are two blocks."""

    roles: dict[Role, int]
    headings: dict[Role, str] = field(default_factory=dict)
    end: int = 10_000

    def cell(self, line: Line, role: Role) -> str | float:
        place = self.roles.get(role)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def others(self, line: Line) -> bool:
        """Whether anything stands in the columns of this block."""
        first = min(self.roles.values())
        return any(cell != "" for cell in line.cells[first : self.end])


@dataclass(frozen=True)
class Section:
    """Lines under one heading (or under none). after_blank: whether a blank line stood before the heading."""

    blocks: tuple[Block, ...]
    lines: tuple[Line, ...]
    after_blank: bool = False
    has_heading: bool = True


def sections(lines: Sequence[Line]) -> list[Section]:
    """A grid cut at its headings. What stands before the first is a section of its own, with what its cells show."""
    made: list[Section] = []
    start, blocks, after_blank = 0, None, False
    for place in range(len(lines)):
        found = blocks_of(lines, place)
        if found is None:
            continue
        top = place
        while top > start and is_upper(lines[top - 1]):  # the upper row of a heading in two
            top -= 1
        if top > start:
            made.append(Section(blocks or (), tuple(lines[start:top]), after_blank, blocks is not None))
        after_blank = top > 0 and lines[top - 1].is_blank
        start, blocks = place + 1, found
    made.append(Section(blocks or (), tuple(lines[start:]), after_blank, blocks is not None))
    bare = next((one.blocks for one in made if one.blocks), None)
    shown_by = bare or inferred(lines)
    return [one if one.blocks else Section(shown_by, one.lines, one.after_blank, False) for one in made]


def blocks_of(lines: Sequence[Line], place: int) -> tuple[Block, ...] | None:
    """The blocks that a line is the heading of; None where it is none."""
    line = lines[place]
    roles = [role_of(cell) if isinstance(cell, str) and cell else None for cell in line.cells]
    if "x" not in roles or "y" not in roles:
        return None
    if any(isinstance(cell, float) or is_coordinate(cell) for cell in line.cells if cell != ""):
        return None
    above = lines[place - 1] if place and is_upper(lines[place - 1]) else None
    upper = [role_of(cell) if isinstance(cell, str) and cell else None for cell in above.cells] if above else []
    for column, role in enumerate(upper):
        if role in ("label", "number", "side", "group", "area"):
            roles += [None] * (column + 1 - len(roles))
            roles[column] = roles[column] or role
    return cut(roles, line, above)


def is_upper(line: Line) -> bool:
    """Whether a line can be the upper row of a heading: words of headings, no numbers, no x and y of its own."""
    texts = [cell for cell in line.cells if isinstance(cell, str) and cell]
    roles = [role_of(cell) for cell in texts]
    if len(texts) < 2 or any(isinstance(cell, float) for cell in line.cells):
        return False
    return any(roles) and not {"x", "y"} <= set(roles)


def cut(roles: Sequence[Role | None], line: Line, above: Line | None) -> tuple[Block, ...]:
    """A block for each pair of x and y, with the label that stands before the pair and the side that stands behind."""
    blocks: list[dict[Role, int]] = [{}]
    for column, role in enumerate(roles):
        if role is None:
            continue
        if role in blocks[-1] or (role in ("label", "number") and {"x", "y"} <= set(blocks[-1])):
            if {"x", "y"} <= set(blocks[-1]):
                blocks.append({})
            else:
                continue
        blocks[-1][role] = column
    whole = [block for block in blocks if {"x", "y"} <= set(block)]
    ends = [min(block.values()) for block in whole[1:]] + [10_000]
    made = []
    for block, end in zip(whole, ends, strict=True):
        named = {role: heading(line, above, column) for role, column in block.items()}
        made.append(Block(with_label(block), named, end))
    return tuple(made)


def with_label(roles: dict[Role, int]) -> dict[Role, int]:
    """Where only running numbers are given, they are the corners' labels."""
    if "label" not in roles and "number" in roles:
        return {**{k: v for k, v in roles.items() if k != "number"}, "label": roles["number"]}
    return roles


def heading(line: Line, above: Line | None, column: int) -> str:
    for one in (line, above):
        if one is not None and column < len(one.cells) and one.cells[column] != "":
            return shown(one.cells[column])
    return ""


def inferred(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Columns without headings: the two in which most coordinates stand, the first of them x; the label is before them
    and the side behind."""
    counts: dict[int, int] = {}
    for line in lines:
        for column, cell in enumerate(line.cells):
            if (isinstance(cell, float) and is_metres(cell)) or (isinstance(cell, str) and is_coordinate(cell)):
                counts[column] = counts.get(column, 0) + 1
    if len(counts) < 2:
        return ()
    first, second = sorted(sorted(counts, key=lambda column: -counts[column])[:2])
    named = next((names for line in lines if (names := names_before(line, first, second))), "")
    x, y = (second, first) if named == "yx" else (first, second)
    roles: dict[Role, int] = {"x": x, "y": y}
    if first > 0:
        roles["label"] = label_column(lines, first)
    if any(len(line.cells) > second + 1 for line in lines):
        roles["side"] = second + 1
    return (Block(roles),)


def label_column(lines: Sequence[Line], before: int) -> int:
    """The column next to the coordinates that is filled most often."""
    filled = [sum(column < len(line.cells) and line.cells[column] != "" for line in lines) for column in range(before)]
    return max(range(before), key=lambda column: (filled[column], column))


def names_before(line: Line, first: int, second: int) -> str:
    """“yx” where the cells themselves say so: “Y = 551600.5”."""
    if second >= len(line.cells):
        return ""
    names = [_NAME_BEFORE.match(shown(line.cells[column])) for column in (first, second)]
    if not all(names):
        return ""
    letters = "".join(plain(one[1]) for one in names if one)
    return {"xy": "xy", "yx": "yx", "ne": "xy", "en": "yx"}.get(letters, "")
