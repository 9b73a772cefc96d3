"""Vietnamese and English: the reader's language and the catalogues. How figures are written is in `gis.wording`.

May import: gis and Babel. Never: HTTP; `routes` hands over what a request says.
"""

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from api.settings import ROOT

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
DEFAULT: Language = "vi"
CATALOGUES = ROOT / "web" / "locales"
Gettext = Callable[[str], str]
WEIGHT = re.compile(r"q *= *(0(\.[0-9]*)?|\.[0-9]+|1(\.0*)?)")


def N_(text: str) -> str:
    """Mark a text for translation where it is defined; it is translated where it is shown."""
    return text


@cache
def translations(language: Language) -> Translations:
    """The catalogue of a language. English is the language of the texts themselves and needs none."""
    if language == "en":
        return Translations()
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def gettext(language: Language) -> Gettext:
    return translations(language).gettext


def choose(wish: str) -> Language:
    """The language that an Accept-Language header prefers among ours; Vietnamese if it says nothing of them."""
    best, most = DEFAULT, 0.0
    for place, part in enumerate(wish.lower().split(",")):
        tag, _, quality = part.partition(";")
        found = next((one for one in LANGUAGES if tag.strip().split("-")[0] == one), None)
        weight = parse_quality(quality) - place * 1e-6
        if found and weight > most:
            best, most = found, weight
    return best


def parse_quality(text: str) -> float:
    """The q of a header's part: `q=0.8` is 0.8, nothing is 1, nonsense is 0."""
    if not text.strip():
        return 1.0
    found = WEIGHT.fullmatch(text.strip())
    return float(found[1]) if found else 0.0
