"""Names of zones that sound Vietnamese; slugs that no zone of the register can have."""

import unicodedata

from gis.synthetic.chance import Chance

PREFIX = "demo-"  # of every slug: a real zone's begins with kcn-, ccn- or kkt-
KINDS = {
    "industrial_park": ("Khu công nghiệp", "Industrial Park", "kcn"),
    "industrial_cluster": ("Cụm công nghiệp", "Industrial Cluster", "ccn"),
    "economic_zone": ("Khu kinh tế", "Economic Zone", "kkt"),
}
FIRST = (
    "An", "Bắc", "Bàu", "Bình", "Cẩm", "Châu", "Cư", "Đại", "Đắk", "Điền", "Đông", "Gia", "Giao", "Hạ", "Hải", "Hiệp",
    "Hòa", "Hưng", "Kim", "Kỳ", "Lai", "Liên", "Long", "Lương", "Mai", "Mỹ", "Nam", "Nghĩa", "Ngọc", "Nhơn", "Ninh",
    "Phong", "Phú", "Phước", "Quế", "Sơn", "Tam", "Tân", "Tây", "Thạch", "Thạnh", "Thuận", "Tiên", "Trà",
    "Trường", "Văn", "Vĩnh", "Xuân", "Yên",
)  # fmt: skip
SECOND = (
    "Ân", "Bảo", "Bình", "Cát", "Chánh", "Cường", "Dương", "Đạo", "Điềm", "Đồng", "Đức", "Giang", "Hậu", "Hội", "Hữu",
    "Khánh", "Khê", "Kiên", "Lạc", "Lãnh", "Lâm", "Lập", "Lễ", "Lĩnh", "Lộc", "Lợi", "Lý", "Mậu", "Minh", "Nghị",
    "Ngãi", "Nhuận", "Phúc", "Quang", "Quý", "Quới", "Sa", "Tài", "Tâm", "Thái", "Thắng", "Thiện", "Thịnh", "Thọ",
    "Thới", "Thủy", "Tiến", "Trạch", "Trị", "Ứng",
)  # fmt: skip
ENDINGS = ("", " I", " II")


def plain(text: str) -> str:
    """A name without its marks: Đắk Lễ is Dak Le."""
    parts = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def slug_of(text: str) -> str:
    """A name in small letters with hyphens: Đắk Lễ is dak-le."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain(text).lower()).split())


def draw_names(chance: Chance, count: int) -> list[str]:
    """That many names for one province, no two the same without their marks, the ones without a number first."""
    pairs = len(FIRST) * len(SECOND)
    assert count <= len(ENDINGS) * pairs
    order = [place for _ in ENDINGS for place in chance.order(pairs).tolist()]
    return [
        f"{FIRST[place // len(SECOND)]} {SECOND[place % len(SECOND)]}{ENDINGS[number // pairs]}"
        for number, place in enumerate(order[:count])
    ]
