"""Reading a corner table: rows of cells become rings of corners, with everything that is odd about them.

Nothing is mended here. What cannot be read is an issue with its row; a line that says nothing of corners is kept in
`ignored`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from gis.corners.columns import Block, Section, sections
from gis.corners.grid import Grid, Line, grids, shown
from gis.corners.numbers import (
    Cell,
    Convention,
    Decimal,
    convention,
    decimals,
    degrees_of,
    is_degrees,
    is_metres,
    number,
    signs,
    tidied,
    told_by,
    value,
)
from gis.corners.rings import Break, Draft, Raw, finished, fitting, is_side, put_together, sides_after, sides_before
from gis.corners.table import Column, Corner, CornerTable, Ring, Stated
from gis.corners.words import announces_hole, announces_ring, figures, is_total, stated_system
from gis.crs import Crs
from gis.errors import TableTooLarge
from gis.issues import N_, Issue
from gis.shapes import SQUARE_METRES_PER_HA

MOST_IGNORED = 200
MOST_RINGS = 200


@dataclass
class Notes:
    """What is found on the way."""

    issues: list[Issue] = field(default_factory=list)
    areas: list[tuple[Stated, bool]] = field(default_factory=list)  # and whether it is called the total
    perimeters: list[tuple[Stated, bool]] = field(default_factory=list)
    ignored: list[tuple[int, str]] = field(default_factory=list)
    meridian: float | None = None
    width: int | None = None
    crs: Crs | None = None

    def warn(self, code: str, message: str, **more: Any) -> None:
        self.issues.append(issue("warning", code, message, more))

    def refuse(self, code: str, message: str, **more: Any) -> None:
        self.issues.append(issue("error", code, message, more))


def issue(severity: Any, code: str, message: str, more: dict[str, Any]) -> Issue:
    places = {name: more.pop(name) for name in ("row", "point", "field") if name in more}
    return Issue(code, severity, message, more, **places)


def read(source: bytes | str) -> CornerTable:
    """The corner table in a text, a CSV or a workbook.

    A text of whatever separators; bytes are a text in UTF-8, UTF-16 or a guessed coding, or a workbook (XLSX, XLS,
    ODS), of which the sheet with the most corners is taken. Without corners the table has no rings, and an issue.
    Raises TableTooLarge, UnreadableTable.
    """
    found = [read_grid(grid) for grid in grids(source)]
    found.sort(key=lambda table: -len(table.corners))  # stable: the first of equals
    if not found:
        return CornerTable((), issues=(Issue("no-corners", "error", NO_CORNERS),))
    best = found[0]
    others = [table.sheet for table in found[1:] if table.corners]
    if not others:
        return best
    notes = Notes()
    notes.warn(
        "other-sheets", N_("Corners stand on several sheets. Only “{sheet}” was read, not: {others}."),
        sheet=best.sheet, others=", ".join(map(str, others)),
    )  # fmt: skip
    return replace(best, issues=(*notes.issues, *best.issues))


NO_CORNERS = N_(
    "No corners were found. A table needs two columns of coordinates, X (northing) and Y (easting), and at least three "
    "rows."
)


def read_grid(grid: Grid) -> CornerTable:
    """The table of one sheet or text."""
    notes = Notes()
    if grid.guessed:
        notes.warn(
            "coding-guessed", N_("The text is not in UTF-8; it was read as {coding}. Check the labels."),
            coding=grid.guessed,
        )  # fmt: skip
    parts = sections(grid.lines)
    kept = conventions(parts, notes)
    events = list(walked(parts, kept, notes))
    drafts = put_together([event for _, event in events])
    if len(drafts) > MOST_RINGS:
        raise TableTooLarge(reason=N_("it has more than 200 rings"))
    rings = with_sides(drafts, kept, notes)
    if not rings:
        notes.refuse("no-corners", NO_CORNERS)
    joined = next((line.row for line in grid.lines if line.was_joined), None)
    if joined is not None and rings:
        notes.warn(
            "numbers-broken", N_("Numbers are broken by spaces; they were put together as thousands. Check this row."),
            row=joined,
        )  # fmt: skip
    block = next((section.blocks[0] for section in parts if section.blocks), None)
    corners = [corner for ring in rings for corner in ring.corners]
    values = [v for corner in corners for v in (corner.x, corner.y)]
    return CornerTable(
        rings, unit="degree" if values and all(map(is_degrees, values)) else "metre",
        columns=tuple(Column(role, block.headings.get(role, "")) for role in block.roles) if block else (),
        areas=attributed(notes.areas, rings), perimeters=attributed(notes.perimeters, rings),
        decimals=most_decimals(parts, kept, ("x", "y")), side_decimals=most_decimals(parts, kept, ("side",)),
        meridian=notes.meridian, width=notes.width, crs=notes.crs, sheet=grid.sheet,
        ignored=tuple(notes.ignored[:MOST_IGNORED]), issues=tuple(notes.issues),
    )  # fmt: skip


def cells_of(parts: Sequence[Section], role: Any) -> list[tuple[int, Cell]]:
    """The cells of a role in the rows of corners, with their rows."""
    made = []
    for section in parts:
        for line in section.lines:
            for block in section.blocks:
                x, y, cell = block.cell(line, "x"), block.cell(line, "y"), block.cell(line, role)
                if cell != "" and (looks_numeric(cell) if role == "side" else looks_numeric(x) and looks_numeric(y)):
                    made.append((line.row, cell))
    return made


def looks_numeric(cell: Cell) -> bool:
    return isinstance(cell, float) or text_looks_numeric(cell)


@lru_cache(maxsize=60_000)
def text_looks_numeric(cell: str) -> bool:
    text = tidied(cell)
    return bool(text) and (text[0].isdigit() or text[0] in "+-.") and sum(c.isdigit() for c in text) * 2 >= len(text)


def conventions(parts: Sequence[Section], notes: Notes) -> dict[str, Convention]:
    """How each of the columns x, y and side writes its numbers."""
    cells = {role: cells_of(parts, role) for role in ("x", "y", "side")}
    points, commas, _ = (sum(one) for one in zip(*(signs(c for _, c in cells[r]) for r in ("x", "y")), strict=True))
    elsewhere: Decimal | None = None if bool(points) == bool(commas) else "." if points else ","
    kept = {}
    for role in ("x", "y"):
        found = convention([cell for _, cell in cells[role]], lambda v: is_metres(v) or is_degrees(v), elsewhere)
        kept[role] = found
        unclear = [(row, cell) for row, cell in cells[role] if is_unclear(cell)]
        if (not found.is_sure or found.is_mixed) and unclear:
            row, cell = unclear[0]
            notes.refuse(
                "ambiguous-number",
                N_("“{text}” can be read as {one} or as {other}: write all numbers of the column in one way."),
                row=row, field=role, text=shown(cell), one=f"{number(tidied(str(cell)), '.'):g}",
                other=f"{number(tidied(str(cell)), ','):g}",
            )  # fmt: skip
    if kept["x"].decimal != kept["y"].decimal and any(signs(c for _, c in cells["x"])[:2]) \
            and any(signs(c for _, c in cells["y"])[:2]):  # fmt: skip
        notes.warn(
            "columns-differ", N_("X and Y write their decimals differently, one with a point and one with a comma.")
        )
    kept["side"] = convention([cell for _, cell in cells["side"]], lambda _: True, elsewhere)
    return kept


def is_unclear(cell: Cell) -> bool:
    return isinstance(cell, str) and degrees_of(cell) is None and told_by(tidied(cell)) == "either"


def most_decimals(parts: Sequence[Section], kept: dict[str, Convention], roles: Sequence[str]) -> int:
    return max((decimals(cell, kept[role]) for role in roles for _, cell in cells_of(parts, role)), default=0)


def walked(parts: Sequence[Section], kept: dict[str, Convention], notes: Notes) -> list[tuple[int, Raw | Break]]:
    """Corners, titles and repeated headings in the order of the table; of blocks side by side the left one first."""
    events: list[tuple[int, Raw | Break]] = []
    for section in parts:
        if section.has_heading and any(isinstance(event, Raw) for _, event in events):
            events.append((0, Break("heading", after_blank=section.after_blank)))
        for which, block in enumerate(section.blocks or (Block({}),)):
            for line in section.lines:
                if line.is_blank or (which and not block.others(line)):
                    continue
                walk(line, block, kept, notes, events, is_first=which == 0)
    return events


def walk(
    line: Line, block: Block, kept: dict[str, Convention], notes: Notes, events: list[tuple[int, Raw | Break]],
    *, is_first: bool,
) -> None:  # fmt: skip
    """Take one line: as a corner, a side between two corners, figures, a title, or nothing of these."""
    x, y = (block.cell(line, role) for role in ("x", "y")) if block.roles else ("", "")
    if looks_numeric(x) and looks_numeric(y) and not is_numbering(x, y):
        corner = corner_of(line, block, kept, notes)
        if corner is not None:
            events.append((line.row, corner))
        return
    told = figures(line.text) if is_first else []
    if told:
        stated(line, told, notes)
        named(line, notes)
        return
    if x != "" and y != "" and (looks_numeric(x) or looks_numeric(y)) and not is_numbering(x, y):
        name, cell = ("y", y) if looks_numeric(x) else ("x", x)
        unreadable(line, block, name, cell, notes)
        return
    side = block.cell(line, "side") if block.roles else ""
    alone = [cell for cell in line.cells if cell != ""]
    if side == "" and len(alone) == 1:
        side = alone[0]
    if len(alone) == 1 and side != "" and is_side(side) and events and isinstance(events[-1][1], Raw):
        last = events[-1][1]
        if last.side == "":
            events[-1] = (events[-1][0], Raw(last.corner, last.group, side, line.row))
            return
    if not is_first:
        return
    named(line, notes)
    text = line.text
    if announces_ring(text):
        events.append((line.row, Break("title", text, True if announces_hole(text) else None)))
    else:
        half(line, block, x, y, notes)


def half(line: Line, block: Block, x: Cell, y: Cell, notes: Notes) -> None:
    """A line that is no corner: ignored, unless one coordinate stands in it and the other does not."""
    lone = [name for name, cell in (("x", x), ("y", y)) if looks_numeric(cell) and is_large(cell)]
    others = [cell for cell in line.cells if cell != ""]
    if len(lone) == 1 and len(others) > 1:
        missing = "y" if lone == ["x"] else "x"
        unreadable(line, block, missing, y if missing == "y" else x, notes)
        return
    notes.ignored.append((line.row, line.text[:200]))


def is_large(cell: Cell) -> bool:
    if isinstance(cell, float):
        return is_metres(cell)
    return any(is_metres(number(tidied(cell), sign) or 0.0) for sign in (".", ","))


def is_numbering(x: Cell, y: Cell) -> bool:
    """Whether this is the row of column numbers under a heading: (1) (2) (3) (4)."""
    texts = [shown(cell).strip("()[] ") for cell in (x, y)]
    return all(text.isdigit() and len(text) <= 2 for text in texts) and int(texts[1]) - int(texts[0]) in (1, -1)


def unreadable(line: Line, block: Block, name: str, cell: Cell, notes: Notes) -> None:
    notes.refuse(
        "unreadable-number", N_("“{text}” is not a number, so this corner is left out: {line}"),
        row=line.row, field=name, point=shown(block.cell(line, "label")) or None, text=shown(cell)[:60],
        line=line.text[:120],
    )  # fmt: skip


def corner_of(line: Line, block: Block, kept: dict[str, Convention], notes: Notes) -> Raw | None:
    cells = tuple(shown(cell) for cell in line.cells)
    values: dict[str, float] = {}
    for name in ("x", "y"):
        cell = block.cell(line, name)
        found, differs = value(cell, kept[name])
        if found is None:
            unreadable(line, block, name, cell, notes)
            return None
        if differs:
            notes.warn(
                "number-differs", N_("“{text}” is written otherwise than its column; it was read as {value}."),
                row=line.row, field=name, text=shown(cell), value=f"{found:.10g}",
            )  # fmt: skip
        values[name] = found
    label = shown(block.cell(line, "label")).strip("()[]. ")
    corner = Corner(line.row, label, values["x"], values["y"], cells=cells)
    side = block.cell(line, "side")
    return Raw(corner, shown(block.cell(line, "group")), side if looks_numeric(side) else "")


def named(line: Line, notes: Notes) -> None:
    """The coordinate system that a line names."""
    meridian, width, crs = stated_system(line.text)
    notes.meridian = notes.meridian if meridian is None else meridian
    notes.width = notes.width if width is None else width
    notes.crs = notes.crs or crs


def stated(line: Line, told: Sequence[tuple[Any, str, str]], notes: Notes) -> None:
    """Area and perimeter of a line."""
    for what, text, unit in told:
        own = told_by(tidied(text))
        found = number(tidied(text), own if own in (".", ",") else ".")
        other = number(tidied(text), ",") if own == "either" else None
        if not found:
            continue
        times = {"ha": SQUARE_METRES_PER_HA, "km2": 1e6}.get(unit, 1.0)
        entry = Stated(found * times, line.row, None, bool(unit), None if other is None else other * times)
        (notes.areas if what == "area" else notes.perimeters).append((entry, is_total(line.text)))


def attributed(found: Sequence[tuple[Stated, bool]], rings: Sequence[Ring]) -> tuple[Stated, ...]:
    """Whose area or perimeter each is: one called the total is of the whole, and so is a lone one or the first of
    several behind all corners; else each is of the ring it follows."""
    totals = [one for one, is_sum in found if is_sum]
    last = rings[-1].corners[-1].row if rings else 0
    is_one = len(found) == 1 or len(rings) == 1 or all(one.row > last for one, _ in found)
    whole = totals[-1] if totals else found[0][0] if found and is_one else None
    made = []
    for one, _ in found:
        if one is whole:
            made.append(replace(one, ring=None))
            continue
        if one in totals or is_one:
            continue
        before = [place for place, ring in enumerate(rings) if ring.row <= one.row]
        made.append(replace(one, ring=before[-1] if before else 0))
    return tuple(made)


def with_sides(drafts: Sequence[Draft], kept: dict[str, Convention], notes: Notes) -> tuple[Ring, ...]:
    """The rings with their sides: a row's side leads on to the next corner or comes from the one before, by which of
    both fits more often; an unclear decimal sign likewise.
    """
    side = kept["side"]
    ways = [side] if side.is_sure else [Convention(".", is_sure=True), Convention(",", is_sure=True)]
    choices = [(texts, way) for way in ways for texts in (sides_after, sides_before)]
    scores = [sum(fitting(draft, texts(draft), way) for draft in drafts) for texts, way in choices]
    texts, way = choices[scores.index(max(scores))]
    if not side.is_sure and max(scores) == 0 and any(raw.side != "" for draft in drafts for raw in draft.raws):
        row = next(raw.corner.row for draft in drafts for raw in draft.raws if raw.side != "")
        notes.warn(
            "ambiguous-sides",
            N_("It is not clear what the decimal sign of the sides is, and they fit the coordinates neither way."),
            row=row, field="side",
        )  # fmt: skip
    rings = []
    for draft in drafts:
        chosen = texts(draft)
        told = [value(text, way)[0] if text != "" else None for _, text in chosen]
        rings.append(finished(draft, chosen, told))
    return tuple(rings)
