"""Where one ring ends and the next begins, and which side is which.

A new ring begins, by the first of these that applies:
1. where a column of its own (Khu, Thửa, Part, Ring ...) changes its value (empty is the value above);
2. at a title with a name: “Khu A”, “Part 2”, “Thửa 12”, “Lỗ hổng 1” (a hole);
3. behind a row that repeats the ring's first corner;
4. at a heading that is repeated behind the table's beginning, unless the table goes on there: the stated side of the
   corner before tells, else the numbers (they go on, or begin anew), else a blank line before the heading;
5. where the numbers begin anew: the first label again, at another place, with more corners behind it.
A ring inside another one that no title calls a hole is a matter of `solve`.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from gis.corners.numbers import Convention, tidied, value
from gis.corners.table import Corner, Ring
from gis.corners.words import announces_hole

SAME = 5e-10  # metres or degrees, which are written with nine decimals at most
FITS = 0.02  # of a side's length


@dataclass(frozen=True)
class Raw:
    """A corner before its side is known: `side` is the text (or number) in its row, or between it and the next."""

    corner: Corner
    group: str = ""
    side: str | float = ""
    side_row: int | None = None
    pending_side: bool = False


@dataclass(frozen=True)
class Break:
    """Something between corners: a title, or a heading once more."""

    kind: Literal["title", "heading"]
    text: str = ""
    is_hole: bool | None = None
    after_blank: bool = False


@dataclass
class Draft:
    """A ring being put together."""

    title: str = ""
    is_hole: bool | None = None
    group: str = ""
    raws: list[Raw] = field(default_factory=list)
    closing: Raw | None = None


def put_together(events: Sequence[Raw | Break]) -> list[Draft]:
    """Rings from corners and what stands between them."""
    drafts, now = [], Draft()
    heading: Break | None = None
    for place, event in enumerate(events):
        if isinstance(event, Break):
            if event.kind == "heading":
                heading = event
                continue
            if now.raws:
                drafts.append(now)
            now, heading = Draft(event.text, event.is_hole), None
            continue
        if now.closing or begins_anew(now, event, heading, events, place):
            drafts.append(now)
            now = Draft()
        heading = None
        if now.raws and len(now.raws) >= 3 and is_same(event.corner, now.raws[0].corner):
            now.closing = event
        else:
            now.raws.append(event)
        if event.group and not now.group:
            now.group = event.group
            now.title = now.title or event.group
            now.is_hole = now.is_hole or announces_hole(event.group) or None
    if now.raws:
        drafts.append(now)
    return drafts


def begins_anew(now: Draft, raw: Raw, heading: Break | None, events: Sequence[Raw | Break], place: int) -> bool:
    """Rules 1, 4 and 5."""
    if not now.raws:
        return False
    last = now.raws[-1]
    if raw.group and raw.group != now.group:  # empty below a merged cell is the same group
        return True
    if len(now.raws) < 3 or is_same(raw.corner, now.raws[0].corner):
        return False
    if heading is not None:
        told = told_by_side(now, raw)
        went_on = goes_on(last.corner.label, raw.corner.label)
        anew = heading.after_blank if went_on is None else not went_on
        return anew if told is None else told
    first = now.raws[0].corner.label
    if not first or raw.corner.label != first:
        return False
    following = next((one for one in islice(events, place + 1, None) if isinstance(one, Raw)), None)
    return following is not None and goes_on(first, following.corner.label) is True


def told_by_side(now: Draft, raw: Raw) -> bool | None:
    """Whether the last corner's stated side leads back to the first one rather than on to the next."""
    last = now.raws[-1]
    told = value(last.side, Convention(".", is_sure=True))[0] if last.side != "" else None
    if told is None or told <= 0:
        return None
    back, on = distance(last.corner, now.raws[0].corner), distance(last.corner, raw.corner)
    fits_back, fits_on = abs(back - told) <= FITS * told, abs(on - told) <= FITS * told
    return fits_back if fits_back != fits_on else None


def goes_on(before: str, after: str) -> bool | None:
    """Whether a label is the next one: True, False, or None where labels are no numbers."""
    one, two = ordinal(before), ordinal(after)
    return None if one is None or two is None else two == one + 1


def ordinal(label: str) -> int | None:
    """The number at the end of a label: 7 of “M7”, “RG-07”."""
    found = re.search(r"([0-9]{1,9})\W*$", label)
    return int(found[1]) if found else None


def is_same(one: Corner, other: Corner) -> bool:
    return abs(one.x - other.x) <= SAME and abs(one.y - other.y) <= SAME


def distance(one: Corner, other: Corner) -> float:
    """In the plane of the table, whichever axis is which; of degrees roughly, in metres."""
    x, y = one.x - other.x, one.y - other.y
    if max(abs(one.x), abs(one.y)) > 180:
        return math.hypot(x, y)
    lat, along, across = (one.x, x, y) if one.x < one.y else (one.y, y, x)
    return math.hypot(110_600 * along, 111_320 * math.cos(math.radians(lat)) * across)


def finished(draft: Draft, rows: list[tuple[int, str | float]], values: list[float | None]) -> Ring:
    """A ring whose corner i has the i-th of `values` as its side, which stands in the row of the i-th of `rows`."""
    corners = tuple(
        replace(raw.corner, side=told, side_row=row if told is not None else None)
        for raw, (row, _), told in zip(draft.raws, rows, values, strict=True)
    )
    return Ring(corners, draft.title, draft.is_hole, draft.closing.corner if draft.closing else None)


def sides_after(draft: Draft) -> list[tuple[int, str | float]]:
    """The text of each side where a row's side leads on to the next corner, with the row it stands in."""
    return [(raw.side_row or raw.corner.row, raw.side) for raw in draft.raws]


def sides_before(draft: Draft) -> list[tuple[int, str | float]]:
    """The same where a row's side leads to it from the corner before."""
    last = draft.closing or draft.raws[0]
    following = [*draft.raws[1:], last]
    return [(raw.side_row or raw.corner.row, raw.side) for raw in following]


def fitting(draft: Draft, texts: Sequence[tuple[int, str | float]], kept: Convention) -> int:
    """How many of the sides are those of the coordinates."""
    count = 0
    for place, (_, text) in enumerate(texts):
        told = value(text, kept)[0] if text != "" else None
        if told:
            following = draft.raws[(place + 1) % len(draft.raws)].corner
            count += abs(distance(draft.raws[place].corner, following) - told) <= max(0.02, FITS * told)
    return count


def is_side(cell: str | float) -> bool:
    """Whether a cell that stands alone can be a side."""
    if isinstance(cell, float):
        return 0 < cell < 100_000
    text = tidied(cell)
    return bool(re.fullmatch(r"[0-9]{1,6}[.,][0-9]{1,4}", text))
