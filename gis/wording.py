"""Figures and dates as each language writes them: 1.106,5 and 29/06/2021, or 1,106.5 and 29 Jun 2021."""

import re
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal


def number(value: float, language: str, decimals: int = 1) -> str:
    """At most `decimals` decimals: 1.106,5 in Vietnamese, 1,106.5 in English."""
    return format_decimal(value, format="#,##0" + ("." + "#" * decimals if decimals else ""), locale=language)


def percent(value: float, language: str) -> str:
    """A rate, always with one decimal: 96,5% in Vietnamese, 96.5% in English."""
    return format_decimal(value, format="#,##0.0", locale=language) + "%"


def instrument(text: str, language: str) -> str:
    """A legal instrument as the tables have it: NĐ 29/2008/NĐ-CP as amended by NĐ 164/2013/NĐ-CP."""
    return text.replace(" as amended by ", ", sửa đổi, bổ sung theo ") if language == "vi" else text


def article(text: str, language: str) -> str:
    """A place in one as the tables have it, Art. 2(22): khoản 22 Điều 2 in Vietnamese."""
    found = re.fullmatch(r"Art\. (\d+)(?:\((\d+)\))?", text) if language == "vi" else None
    if found is None:
        return text
    return (f"khoản {found[2]} " if found[2] else "") + f"Điều {found[1]}"


def distance(metres: float, language: str) -> str:
    """Metres, from 1 km on kilometres: 0.2 m, 750 m, 22,5 km in Vietnamese, 22.5 km in English."""
    decimals = 0 if metres >= 10 else 1 if metres >= 1 else 2
    return f"{number(metres / 1000, language)} km" if metres >= 1000 else f"{number(metres, language, decimals)} m"


def day(value: date, language: str) -> str:
    """29/06/2021 in Vietnamese, 29 Jun 2021 in English."""
    return format_date(value, "dd/MM/yyyy" if language == "vi" else "d MMM yyyy", locale=language)


def edtf(text: str, language: str) -> str:
    """A date of its own precision: 2020; 06/2021 or Jun 2021; 29/06/2021; 2021–2025. Other text stays as it is."""
    start, slash, end = text.partition("/")
    if slash:
        return f"{edtf(start, language)}–{edtf(end, language)}"
    try:
        if len(text) == 10:
            return day(date.fromisoformat(text), language)
        if len(text) == 7:
            pattern = "MM/yyyy" if language == "vi" else "MMM yyyy"
            return format_date(date.fromisoformat(f"{text}-01"), pattern, locale=language)
    except ValueError:
        pass
    return text
