"""Figures with their units and comparators, in a reader's language."""

from decimal import Decimal

from api.language import N_, Language, gettext
from gis import wording

SPACE = "\N{NO-BREAK SPACE}"
UNITS = {
    "zones": N_("zones"), "clusters": N_("clusters"), "workers": N_("workers"), "projects": N_("projects"),
    "enterprises": N_("enterprises"), "establishments": N_("establishments"), "%/year": N_("% a year"),
    "bn VND": N_("bn VND"), "bn VND (2010 constant prices)": N_("bn VND (2010 constant prices)"), "year": N_("year"),
    "m3/day": N_("m³ a day"), "ha": "ha", "%": "%", "m": "m", "km²": "km²",
}  # fmt: skip
SINGLE = {
    "zones": N_("zone"), "clusters": N_("cluster"), "workers": N_("worker"), "projects": N_("project"),
    "enterprises": N_("enterprise"), "establishments": N_("establishment"),
}  # fmt: skip
SIGNS = {"gt": "> {}", "gte": "≥ {}", "approx": "≈ {}"}
Number = Decimal | float | int


def with_unit(text: str, unit: str | None, language: Language) -> str:
    """A figure that is written already, and its unit: 65%, 21.3% a year, 1,230 bn VND."""
    _ = gettext(language)
    said = UNITS.get(unit or "", unit or "")
    if said.startswith("%"):
        return f"{text}%{_(said).removeprefix('%')}"
    return f"{text}{SPACE}{_(said)}" if said else text


def quantity(
    value: Number, unit: str | None, language: Language, comparator: str | None = "eq", value_max: Number | None = None
) -> str:
    """A figure as a table shows it: > 65%, ≥ 21% a year, 250–400 ha, 43,000 bn VND."""
    if unit == "year":
        return str(value)
    text = wording.number(float(value), language, 2)
    if value_max is not None:
        text += "–" + wording.number(float(value_max), language, 2)
    elif value == 1 and unit in SINGLE:
        return SIGNS.get(comparator or "", "{}").format(f"{text}{SPACE}{gettext(language)(SINGLE[unit])}")
    return SIGNS.get(comparator or "", "{}").format(with_unit(text, unit, language))


def pace(value: Number, unit: str | None, language: Language) -> str:
    """A change a year: 2.3 percentage points a year, 7,928.2 bn VND a year."""
    _ = gettext(language)
    if unit == "%":
        points = N_("%(figure)s percentage points a year") if value != 1 else N_("%(figure)s percentage point a year")
        return _(points) % {"figure": wording.number(float(value), language, 2)}
    return _("%(figure)s a year") % {"figure": quantity(value, unit, language)}
