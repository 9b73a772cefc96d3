"""What a column of a sheet holds: its headings, what can stand below them, and the columns of documents."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gis.issues import N_

Kind = Literal["text", "number", "date", "choice"]


@dataclass(frozen=True)
class Field:
    """A value of a row. title: an English msgid; vietnamese: the heading in a Vietnamese sheet; others: what else it is
    called; longest: characters of a text; is_line: whether a text is one line, in which breaks become spaces.

    Numbers are more than 0 and less than `under`; from_zero: 0 is one, too; most: the largest, where there is one;
    is_whole: whether a number counts something. words: for a choice, what may be written for each code, by `plain`.
    """

    name: str
    kind: Kind
    title: str
    vietnamese: str
    others: tuple[str, ...] = ()
    longest: int = 300
    under: int = 0
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_needed: bool = False
    is_line: bool = False
    is_whole: bool = False
    from_zero: bool = False
    most: int | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """Everything that may stand above its column."""
        return (self.name, self.title, self.vietnamese, *self.others)

    @property
    def codes(self) -> tuple[str, ...]:
        """What a choice can be."""
        return tuple(dict.fromkeys(self.words.values()))


# What tells which record a row is about, and what it was filled in from.
VERSION = Field("version", "number", N_("Version"), "Phiên bản")
DOCUMENT = (
    Field("id", "text", N_("Code of the document"), "Mã văn bản", (), longest=100, is_needed=True),
    Field("kind", "text", N_("Kind of document"), "Loại văn bản", (), longest=100, is_needed=True),
    Field("title", "text", N_("Title"), "Tên văn bản", ("trích yếu",), longest=1_000, is_needed=True),
    Field("number", "text", N_("Number"), "Số, ký hiệu", ("số ký hiệu",)),
    Field("issuer", "text", N_("Issued by"), "Cơ quan ban hành", ("issuer",)),
    Field("issued_on", "date", N_("Issued on"), "Ngày ban hành", ()),
    Field("url", "text", N_("Address on the web"), "Địa chỉ trên mạng", ("url",), longest=1_000),
)  # fmt: skip


def plain(text: str) -> str:
    """Small letters and digits without marks, single spaces between them: “Tên dự án (*)” is “ten du an”."""
    marked = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "d"))
    bare = "".join(letter for letter in marked if not unicodedata.combining(letter)).casefold()
    return " ".join(re.findall(r"[^\W_]+", bare))
