"""Numbers of a column as people write them: 1061900.25, 1.061.900,25, 1 061 900,25, 105°58'18.8".

Which sign is the decimal one is decided for a whole column, never for a cell: 551.600 alone can be 551 metres and 60
centimetres or half a million metres.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Decimal = Literal[".", ","]
Cell = str | float  # a float comes from a workbook and is what it is

SPACES = "\u0020\u00a0\u202f\u2009\u2007\u2008\u200a'’`"
_SPACED = re.compile(f"(?<=[0-9])[{SPACES}]+(?=[0-9])")
_NAMED = re.compile(r"^\s*[A-Za-zĐđ]{1,10}\s*(?:\([a-z]{1,3}\))?\s*[=:]\s*")
_UNIT = re.compile(r"\s*(?:m|mét|met|°)\s*\.?\s*$", re.IGNORECASE)
_DMS = re.compile(
    r"\s*([0-9]{1,3})\s*[°ºd˚]\s*([0-9]{1,2})\s*['’′m]\s*([0-9]{1,2}(?:[.,][0-9]+)?)\s*(?:[\"”″s]|''|’’)?\s*[NEBĐnebđ]?\s*"
)
_MARKED = {
    sign: (re.compile(rf"[+-]?[0-9]+(?:{re.escape(sign)}[0-9]*)?"),
           re.compile(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(other)}[0-9]{{3}})+(?:{re.escape(sign)}[0-9]*)?"))
    for sign, other in ((".", ","), (",", "."))
}  # fmt: skip


@lru_cache(maxsize=60_000)
def tidied(text: str) -> str:
    """A cell without the name and unit around its number, and without the spaces in it: “X = 1 061 900,25 m”."""
    text = _NAMED.sub("", text.strip())
    text = _UNIT.sub("", text).strip().rstrip(";")
    return _SPACED.sub("", text).replace("\u2212", "-").replace("−", "-")


@lru_cache(maxsize=60_000)
def number(text: str, decimal: Decimal) -> float | None:
    """A tidied number in which `decimal` is the decimal sign and the other one may group thousands."""
    if any(pattern.fullmatch(text) for pattern in _MARKED[decimal]) and len(text) <= 40:
        other = "," if decimal == "." else "."
        return float(text.replace(other, "").replace(decimal, "."))
    return None


@lru_cache(maxsize=60_000)
def degrees_of(text: str) -> float | None:
    """Degrees, minutes and seconds."""
    found = _DMS.fullmatch(text)
    if not found or int(found[2]) >= 60:
        return None
    seconds = float(found[3].replace(",", "."))
    return int(found[1]) + int(found[2]) / 60 + seconds / 3600 if seconds < 60 else None


@lru_cache(maxsize=60_000)
def told_by(text: str) -> Decimal | Literal["either", ""]:
    """The decimal sign that a tidied number shows for itself; “either” for 551.600; nothing where it has no sign."""
    signs = [c for c in text if c in ".,"]
    if not signs:
        return ""
    if len(set(signs)) == 2:
        return "." if signs[-1] == "." else ","
    if len(signs) > 1:
        return "," if signs[0] == "." else "."
    whole, _, rest = text.lstrip("+-").partition(signs[0])
    if len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        return "either"
    return "." if signs[0] == "." else ","


@dataclass(frozen=True)
class Convention:
    """How a column writes its numbers. is_sure: whether any number of it shows the decimal sign for itself or none has
    a sign at all; is_mixed: whether others show the other one."""

    decimal: Decimal
    is_sure: bool
    is_mixed: bool = False


def signs(cells: Iterable[Cell]) -> tuple[int, int, int]:
    """How many numbers show a point, a comma, and neither for sure."""
    told = [told_by(tidied(cell)) for cell in cells if isinstance(cell, str) and not degrees_of(cell)]
    return told.count("."), told.count(","), told.count("either")


def convention(cells: Sequence[Cell], fits: Callable[[float], bool], elsewhere: Decimal | None) -> Convention:
    """How a column writes its numbers: as they show; else as only one way gives numbers that fit; else as `elsewhere`
    in the table; else nobody knows.
    """
    points, commas, unclear = signs(cells)
    if points or commas:
        return Convention("." if points >= commas else ",", is_sure=True, is_mixed=bool(points and commas))
    if not unclear:
        return Convention(elsewhere or ".", is_sure=True)
    doubtful = [tidied(one) for one in cells if isinstance(one, str) and told_by(tidied(one)) == "either"]
    fitting: list[Decimal] = [sign for sign in (".", ",") if all(fits(number(one, sign) or 0.0) for one in doubtful)]
    if len(fitting) == 1:
        return Convention(fitting[0], is_sure=True)
    return Convention(elsewhere or ".", is_sure=elsewhere is not None)


def value(cell: Cell, kept: Convention) -> tuple[float | None, bool]:
    """What a cell says, None where it is no number; and whether it is written otherwise than its column."""
    if isinstance(cell, float):
        return cell, False
    if (angle := degrees_of(cell)) is not None:
        return angle, False
    text = tidied(cell)
    own = told_by(text)
    if own in (".", ",") and own != kept.decimal:
        return number(text, own), True
    return number(text, kept.decimal), False


def decimals(cell: Cell, kept: Convention) -> int:
    """Digits behind the decimal sign."""
    if isinstance(cell, float):
        text = f"{cell:.6f}".rstrip("0")
        return len(text) - text.index(".") - 1
    text = tidied(cell)
    own = told_by(text)
    sign = own if own in (".", ",") else kept.decimal
    return len(text) - text.rfind(sign) - 1 if sign in text and number(text, sign) is not None else 0


def is_metres(found: float) -> bool:
    """Whether a number can be a northing or easting in Viet Nam, with or without the zone before it."""
    return 100_000 <= found < 3_000_000 or 46_000_000 <= found < 50_000_000 or 480_000_000 <= found < 500_000_000


def is_degrees(found: float) -> bool:
    return 7.0 <= found <= 24.5 or 101.0 <= found <= 119.0


@lru_cache(maxsize=60_000)
def is_coordinate(text: str) -> bool:
    """Whether a cell looks like a coordinate, in any of the ways of writing."""
    if degrees_of(text) is not None:
        return True
    found = tidied(text)
    if len(found) > 40 or not found or found[-1] not in "0123456789.,":
        return False
    for sign in (".", ","):
        read = number(found, sign)
        if read is None:
            continue
        places = len(found) - found.rfind(sign) - 1 if sign in found else 0
        if is_metres(read) or (is_degrees(read) and places >= 4):
            return True
    return False
