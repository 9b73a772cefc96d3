"""Pages: Jinja2 templates of `web/templates` in the reader's language."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request

from api import attribution, language
from api.language import Language
from api.routes.head import addresses
from api.schemas import words
from api.schemas.compared import wording_of_fact
from api.settings import ROOT
from gis import wording
from gis.dates import LEGAL_ZONE, parse_edtf

SPACE = "\N{NO-BREAK SPACE}"


@cache
def environment(wish: Language) -> Environment:
    """Templates with everything escaped, the language's texts, and filters that write figures and dates in it."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "web" / "templates"), autoescape=True, undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.install_gettext_translations(language.translations(wish), newstyle=True)  # type: ignore[attr-defined]
    _ = language.gettext(wish)
    filters: dict[str, Callable[..., object]] = {
        "number": lambda value, decimals=1: wording.number(value, wish, decimals),
        "percent": lambda value: wording.percent(value, wish),
        "instrument": lambda text: wording.instrument(text, wish),
        "article": lambda text: wording.article(text, wish),
        "edtf": lambda text: wording.edtf(text, wish),
        "date": lambda day: wording.day(day, wish),
        "day": lambda text: wording.day(date.fromisoformat(text), wish),
        "moment": lambda text: wording.day(datetime.fromisoformat(text).astimezone(LEGAL_ZONE).date(), wish),
        "clock": lambda moment: clock(moment, wish),
        "code": lambda code: _(words.CODES[code]) if code in words.CODES else code,
        "title_of": lambda name: _(words.PROPERTIES[name]) if name in words.PROPERTIES else name,
        "unit": lambda unit: _(words.UNITS[unit]) if unit in words.UNITS else unit or "",
        "age": age,
        "metres": lambda value: wording.distance(value, wish).replace(" ", SPACE),
        "size": lambda count: size(count, wish),
        "note": lambda text: _(text) if text else "",
    }
    made.filters.update(filters)
    plural = cast(Callable[..., str], made.globals["ngettext"])

    @pass_context
    def ngettext(context: Context, one: str, many: str, count: int, **values: object) -> str:
        """A text for a count, which is written as the language writes figures."""
        return plural(context, one, many, count, **{"num": wording.number(count, wish), **values})

    made.globals |= {
        "language": wish, "marks": marks, "ngettext": ngettext, "amount": lambda fact: wording_of_fact(fact, wish),
    }  # fmt: skip
    return made


def page(template: str, request: Request, wish: Language, **values: Any) -> str:
    """A whole page. Its switch of language leads to the same address in the other one."""
    other: Language = "en" if wish == "vi" else "vi"
    synthetic: bool = request.app.state.reader.synthetic
    values.setdefault("addresses", addresses(request, wish))
    return (
        environment(wish)
        .get_template(template)
        .render(
            other=other, other_url=here(request, lang=other), json_url=here(request, f="json"), synthetic=synthetic,
            attribution=attribution.whole(language.gettext(wish), synthetic=synthetic), **values,
        )
    )  # fmt: skip


def here(request: Request, **changes: str) -> str:
    """The address of this page with some parameters changed, as seen from the page itself."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    return "?" + urlencode([*kept, *changes.items()])


def age(text: str) -> int:
    """Full years between the end of a date of its own precision and today in Viet Nam."""
    dated = parse_edtf(text)
    today = datetime.now(LEGAL_ZONE).date()
    if dated is None or dated.end >= today:
        return 0
    return today.year - dated.end.year - ((today.month, today.day) < (dated.end.month, dated.end.day))


def clock(moment: datetime, wish: Language) -> str:
    """Day and time of day in Viet Nam."""
    there = moment.astimezone(LEGAL_ZONE)
    return f"{wording.day(there.date(), wish)}{SPACE}{there:%H:%M}"


def size(count: int, wish: Language) -> str:
    """Bytes as people read them: 12 kB, 3.4 MB."""
    if count < 1000:
        return f"{count}{SPACE}B"
    return f"{wording.number(count / 1e6, wish)}{SPACE}MB" if count >= 1e6 else f"{count // 1000}{SPACE}kB"


def marks(corners: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a map needs of corners that changed; more than it can show are left to the table."""
    names = ("number_before", "number_after", "before", "after")
    return [{name: one[name] for name in names} for one in corners[:500]]
