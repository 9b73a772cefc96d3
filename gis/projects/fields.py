"""What is known of a project: fields, their headings in sheets, codes and what these are called."""

from collections.abc import Iterable

from gis.issues import N_
from gis.sheets.fields import Field, plain

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


def codes_by_word(codes: Iterable[str]) -> dict[str, str]:
    """What may be written for each of these states or currencies."""
    labels = STATES | CURRENCIES
    return {plain(word): code for code in codes for word in (code, labels[code], *SPELT[code])}


FIELDS = (
    Field("name", "text", N_("Project"), "Tên dự án", ("dự án", "project name"), is_needed=True),
    Field("investor", "text", N_("Investor"), "Nhà đầu tư", ("chủ đầu tư", "doanh nghiệp")),
    Field("sector", "text", N_("Sector"), "Ngành, nghề", ("ngành nghề", "lĩnh vực"), longest=120),
    Field("land_ha", "number", N_("Land (ha)"), "Diện tích đất (ha)", ("diện tích", "land"), under=1_000_000),
    Field("capital", "number", N_("Capital"), "Vốn đầu tư", ("tổng vốn đầu tư", "vốn"), under=1_000_000_000),
    Field("currency", "choice", N_("Unit of the capital"), "Đơn vị vốn", ("currency",),
          words=codes_by_word(CURRENCIES)),
    Field("decision", "text", N_("Decision, number"), "Số quyết định", ("quyết định", "giấy chứng nhận", "decision")),
    Field("decided_on", "date", N_("Decision, date"), "Ngày quyết định", ()),
    Field("licensed_on", "date", N_("Licensed"), "Ngày cấp phép", ("cấp phép",)),
    Field("land_handed_over_on", "date", N_("Land handed over on"), "Ngày giao đất", ("giao đất",)),
    Field("construction_started_on", "date", N_("Building began"), "Ngày khởi công", ("khởi công",)),
    Field("operation_started_on", "date", N_("Operation began"), "Ngày đi vào hoạt động", ("đi vào hoạt động",)),
    Field("operation_planned_for", "date", N_("Operation planned for"), "Dự kiến hoạt động",
          ("tiến độ hoạt động", "planned operation")),
    Field("state", "choice", N_("State"), "Tình trạng", ("trạng thái",), words=codes_by_word(STATES)),
    Field("source", "text", N_("Document"), "Văn bản", ("nguồn", "source"), longest=100, is_needed=True),
    Field("place", "text", N_("Place in the document"), "Vị trí trong văn bản", ("trang", "page")),
    Field("quote", "text", N_("Exact words"), "Trích nguyên văn", ("trích dẫn", "quote"), longest=5_000),
    Field("note", "text", N_("Note"), "Ghi chú", (), longest=5_000),
)  # fmt: skip
DATES = tuple(one.name for one in FIELDS if one.kind == "date")
# What tells a row of a sheet which project it is about, and what it was filled in from.
ID = Field("id", "number", N_("Number in the register"), "Mã dự án", ("mã số", "id"))
