"""The columns of a sheet of figures: a row is a zone; figures are observations of data/indicators.csv."""

from dataclasses import replace

from gis.issues import N_
from gis.sheets.fields import DOCUMENT as WHOLE_DOCUMENT
from gis.sheets.fields import VERSION, Field

HECTARES, MOST = 1_000_000, 1_000_000_000

FIGURES = (
    Field("industrial_land_leasable_ha", "number", N_("Industrial land for lease (ha)"),
          "Đất công nghiệp có thể cho thuê (ha)", under=HECTARES, from_zero=True),
    Field("industrial_land_leased_ha", "number", N_("Industrial land leased (ha)"),
          "Đất công nghiệp đã cho thuê (ha)", under=HECTARES, from_zero=True),
    Field("service_land_leasable_ha", "number", N_("Service land for lease (ha)"),
          "Đất dịch vụ có thể cho thuê (ha)", under=HECTARES, from_zero=True),
    Field("service_land_leased_ha", "number", N_("Service land leased (ha)"),
          "Đất dịch vụ đã cho thuê (ha)", under=HECTARES, from_zero=True),
    Field("fill_rate_pct", "number", N_("Fill rate (%)"), "Tỷ lệ lấp đầy (%)", ("fill rate", "tỷ lệ lấp đầy báo cáo"),
          under=MOST, from_zero=True, most=100),
    Field("projects", "number", N_("Projects in the zone"), "Số dự án trong khu", ("số dự án",),
          under=MOST, from_zero=True, is_whole=True),
    Field("tenants", "number", N_("Enterprises leasing land"), "Số doanh nghiệp thuê đất",
          ("số doanh nghiệp",), under=MOST, from_zero=True, is_whole=True),
    Field("workers", "number", N_("Workers"), "Số lao động (người)", ("số lao động",), under=MOST,
          from_zero=True, is_whole=True),
    Field("investment_vnd_bn", "number", N_("Investment capital (bn VND)"), "Vốn đầu tư (tỷ đồng)",
          ("vốn đầu tư", "investment capital"), under=MOST, from_zero=True),
    Field("wastewater_capacity_m3_day", "number", N_("Central wastewater treatment capacity (m3/day)"),
          "Công suất xử lý nước thải tập trung (m3/ngày)", ("công suất xử lý nước thải tập trung",), under=MOST,
          from_zero=True),
)  # fmt: skip
INDICATORS = tuple(one.name for one in FIGURES)
LEASED = {  # each with the land that it is part of
    "industrial_land_leased_ha": "industrial_land_leasable_ha", "service_land_leased_ha": "service_land_leasable_ha",
}  # fmt: skip
LAND = INDICATORS[:4]  # what a fill rate is worked out from: all four of one document and day
# What says which zone a row is about; these are not to be changed.
ZONE = Field(
    "slug", "text", N_("Zone, id"), "Mã khu", ("mã", "id", "zone id"), longest=200, is_needed=True, is_line=True
)
NAME = Field("name", "text", N_("Zone"), "Tên khu", ("khu", "name"), is_line=True)
KIND = Field("kind", "text", N_("Kind"), "Loại khu", ("loại hình",))
LAST = Field("last_known", "text", N_("Last known"), "Số liệu gần nhất")
STEP = Field("step", "text", N_("Step reached"), "Bước đã đạt", ("tình trạng", "status"), is_line=True)
STEP_ON = Field("step_on", "date", N_("Step reached on"), "Ngày đạt bước này", ("step date",))
AS_OF = Field("as_of", "date", N_("As of"), "Số liệu tính đến", ("tính đến", "thời điểm"))
SOURCE = Field("source", "text", N_("Document"), "Văn bản", ("nguồn", "source"), longest=100, is_line=True)
PLACE = Field("place", "text", N_("Place in the document"), "Vị trí trong văn bản", ("trang", "page"), is_line=True)
QUOTE = Field("quote", "text", N_("Exact words"), "Trích nguyên văn", ("trích dẫn", "quote"), longest=5_000)
GIVEN = (ZONE, NAME, KIND, VERSION, LAST)
SAID = (*FIGURES, STEP, STEP_ON, AS_OF, SOURCE, PLACE, QUOTE)
ROW = (*GIVEN, *SAID)
TITLES = {one.name: one.title for one in ROW}
# A change keeps a document's words in one line each.
DOCUMENT = tuple(replace(one, longest=min(one.longest, 300), is_line=True) for one in WHOLE_DOCUMENT)
