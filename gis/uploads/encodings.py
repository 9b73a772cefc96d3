"""Letters of files that do not say how they are written: UTF-8 if it is that, else the code page that makes Vietnamese.

Nothing is shown garbled: texts that no encoding makes sense of are said to be broken, and the planner may name one.
"""

import codecs
import unicodedata
from collections.abc import Iterable

from gis.errors import UnknownEncoding
from gis.issues import N_, Issue
from gis.uploads.words import cut

ENCODINGS = ("utf-8", "cp1258", "cp1252", "utf-16", "latin-1", "ascii")
CODE_PAGES = ("cp1258", "cp1252")
CHOICE = "UTF-8, CP1258, CP1252, UTF-16"
VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ" + "–—‘’“”…₫°²³€\u00a0\u2022")
NAMES = {"1258": "cp1258", "1252": "cp1252", "65001": "utf-8", "88591": "cp1252", "iso88591": "cp1252"}
SAMPLE = 200_000  # bytes that a guess looks at
GUESSED = N_("The file does not say how its letters are written; they were read as {encoding}.")
BROKEN = N_(
    "Some letters cannot be read as {encoding}: “{sample}”. Say the encoding, or save the file in UTF-8."
)  # fmt: skip
REPLACED = "\N{REPLACEMENT CHARACTER}"


class Decoder:
    """Reads the bytes of a file's texts. encoding: what a person or the file says; None leaves it to the bytes.

    Raises UnknownEncoding.
    """

    def __init__(self, texts: Iterable[bytes], encoding: str | None = None) -> None:
        strange = [one for one in texts if not one.isascii()]
        self.is_guess = encoding is None and bool(strange)
        self.encoding = known(encoding) if encoding is not None else guess(strange)
        self.broken = ""

    def text(self, given: bytes) -> str:
        """A text in the usual composed letters; half a letter at its end, where a field was cut, is left out."""
        if self.encoding == "utf-8":
            try:
                return unicodedata.normalize("NFC", given.decode())
            except UnicodeDecodeError as error:
                if error.end == len(given) and error.reason == "unexpected end of data":
                    return unicodedata.normalize("NFC", given[: error.start].decode())
        found = unicodedata.normalize("NFC", given.decode(self.encoding, "replace"))
        is_garbled = self.encoding in CODE_PAGES and sense(found) < 0
        if not self.broken and (REPLACED in found or is_garbled):
            self.broken = found
        return "".join(REPLACED if ord(one) > 127 else one for one in found) if is_garbled else found

    def issues(self) -> tuple[Issue, ...]:
        """What is to be said of the texts that were read."""
        shown = self.encoding.upper()
        if self.broken:
            where = next((place for place, one in enumerate(self.broken) if ord(one) > 127), 0)
            sample = cut(self.broken[max(0, where - 20) : where + 20], 40)
            return (Issue("text-broken", "warning", BROKEN, {"encoding": shown, "sample": sample}),)
        if self.is_guess and self.encoding != "utf-8":
            return (Issue("encoding-guessed", "warning", GUESSED, {"encoding": shown}),)
        return ()


def known(encoding: str) -> str:
    """Python's name of an encoding that a person or a .cpg file names. Raises UnknownEncoding."""
    digits = "".join(one for one in encoding.lower() if one.isalnum()).removeprefix("ansi").removeprefix("ibm")
    name = NAMES.get(digits.removeprefix("cp").removeprefix("windows"), digits or "none")
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    found = {"iso8859-1": "latin-1", "utf_8": "utf-8", "utf-8-sig": "utf-8"}.get(found, found)
    if found not in ENCODINGS:
        raise UnknownEncoding(encoding=cut(encoding, 40), known=CHOICE)
    return "cp1252" if found == "latin-1" else found


def guess(texts: list[bytes]) -> str:
    """UTF-8 where all are that, UTF-16 where they begin so, else the code page of Windows that makes most sense."""
    if texts and texts[0].startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if all(is_utf8(one) for one in texts):
        return "utf-8"
    sample = b"\n".join(texts)[:SAMPLE]
    return max(CODE_PAGES, key=lambda name: sense(sample.decode(name, "replace")))


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.end == len(text) and error.reason == "unexpected end of data"
    return True


def sense(text: str) -> int:
    """How Vietnamese a text looks: letters of the language less strangers among them."""
    composed = unicodedata.normalize("NFC", text)
    strange = [one for one in composed if ord(one) > 127]
    return sum(1 if one.lower() in VIETNAMESE else -3 for one in strange)
