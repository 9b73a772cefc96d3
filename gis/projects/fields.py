"""What is known of a project: fields, their headings in sheets, codes and what these are called."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from gis.issues import N_

Kind = Literal["text", "number", "date", "choice"]


@dataclass(frozen=True)
class Field:
    """A value of a project. title: an English msgid; vietnamese: the heading in a Vietnamese sheet; others: what else
    it is called; longest: characters of a text; under: what a number stays below.
    """

    name: str
    kind: Kind
    title: str
    vietnamese: str
    others: tuple[str, ...] = ()
    longest: int = 300
    under: int = 0
    codes: tuple[str, ...] = ()
    is_needed: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """Everything that may stand above its column."""
        return (self.name, self.title, self.vietnamese, *self.others)


STATES = {
    "proposed": N_("Proposed"), "licensed": N_("Licensed"), "land_handed_over": N_("Land handed over"),
    "under_construction": N_("Building"), "operating": N_("In operation"), "stalled": N_("Stalled"),
    "recovered": N_("Land recovered"), "ended": N_("Ended"),
}  # fmt: skip
GONE = ("recovered", "ended")  # such projects hold no land any more
AT_WORK = ("operating", *GONE)
CURRENCIES = {"bn_vnd": N_("bn VND"), "m_usd": N_("m USD")}
# What people write for a code; the labels of both languages are known besides.
SPELT = {
    "proposed": ("đề xuất",), "licensed": ("đã cấp phép", "được cấp phép"), "land_handed_over": ("đã giao đất",),
    "under_construction": ("đang xây dựng", "đang triển khai", "under construction"),
    "operating": ("đang hoạt động", "hoạt động", "operating"),
    "stalled": ("tạm ngừng triển khai", "tạm ngừng", "ngừng triển khai", "tạm dừng", "chậm tiến độ"),
    "recovered": ("đã thu hồi", "thu hồi", "đã thu hồi đất"), "ended": ("đã chấm dứt", "chấm dứt"),
    "bn_vnd": ("tỷ đồng", "tỉ đồng", "tỷ VND", "billion VND", "VND bn"),
    "m_usd": ("triệu USD", "triệu đô la Mỹ", "million USD", "USD m"),
}  # fmt: skip
FIELDS = (
    Field("name", "text", N_("Project"), "Tên dự án", ("dự án", "project name"), is_needed=True),
    Field("investor", "text", N_("Investor"), "Nhà đầu tư", ("chủ đầu tư", "doanh nghiệp")),
    Field("sector", "text", N_("Sector"), "Ngành, nghề", ("ngành nghề", "lĩnh vực"), longest=120),
    Field("land_ha", "number", N_("Land (ha)"), "Diện tích đất (ha)", ("diện tích", "land"), under=1_000_000),
    Field("capital", "number", N_("Capital"), "Vốn đầu tư", ("tổng vốn đầu tư", "vốn"), under=1_000_000_000),
    Field("currency", "choice", N_("Unit of the capital"), "Đơn vị vốn", ("currency",), codes=tuple(CURRENCIES)),
    Field("decision", "text", N_("Decision, number"), "Số quyết định", ("quyết định", "giấy chứng nhận", "decision")),
    Field("decided_on", "date", N_("Decision, date"), "Ngày quyết định", ()),
    Field("licensed_on", "date", N_("Licensed"), "Ngày cấp phép", ("cấp phép",)),
    Field("land_handed_over_on", "date", N_("Land handed over on"), "Ngày giao đất", ("giao đất",)),
    Field("construction_started_on", "date", N_("Building began"), "Ngày khởi công", ("khởi công",)),
    Field("operation_started_on", "date", N_("Operation began"), "Ngày đi vào hoạt động", ("đi vào hoạt động",)),
    Field("operation_planned_for", "date", N_("Operation planned for"), "Dự kiến hoạt động",
          ("tiến độ hoạt động", "planned operation")),
    Field("state", "choice", N_("State"), "Tình trạng", ("trạng thái",), codes=tuple(STATES)),
    Field("source", "text", N_("Document"), "Văn bản", ("nguồn", "source"), longest=100, is_needed=True),
    Field("place", "text", N_("Place in the document"), "Vị trí trong văn bản", ("trang", "page")),
    Field("quote", "text", N_("Exact words"), "Trích nguyên văn", ("trích dẫn", "quote"), longest=5_000),
    Field("note", "text", N_("Note"), "Ghi chú", (), longest=5_000),
)  # fmt: skip
DATES = tuple(one.name for one in FIELDS if one.kind == "date")
# What tells a row of a sheet which project it is about, and what it was filled in from.
ID = Field("id", "number", N_("Number in the register"), "Mã dự án", ("mã số", "id"))
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


def codes_by_word() -> dict[str, str]:
    """What may be written for each code of a state or a currency."""
    found = {}
    for code, label in (STATES | CURRENCIES).items():
        for word in (code, label, *SPELT[code]):
            found[plain(word)] = code
    return found


WORDS = codes_by_word()
