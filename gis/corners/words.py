"""Words of corner tables: what a column is called, what a line announces, what a title says of the coordinate system.

Everything is compared without marks and case: “Số hiệu điểm” is “so hieu diem”.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from gis.crs import VN2000_ALL, Crs

Role = Literal["label", "number", "x", "y", "side", "group", "area"]


@lru_cache(maxsize=4000)
def plain(text: str) -> str:
    """Without marks, case and signs: letters and digits of ASCII with single spaces."""
    bare = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).casefold()
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(kept.split())


PATTERNS: tuple[tuple[Role, str], ...] = (
    ("number", r"stt|tt|so tt|so thu tu|no|nr|order"),
    ("label", r"(so hieu|ten|ky hieu|ma|so)( cac)?( diem| moc| dinh| goc)*( ranh gioi| ranh)?( thua)?|sh diem"
              r"|diem( goc| moc| ranh)?|moc( ranh)?( gioi)?|dinh|so hieu|id|name|label"
              r"|(corner|point|pt|vertex|marker|station)( no| number| id| name)?"),
    ("x", r"(toa do )?x( m| met| vn ?2000| n| north| northing| bac)*|northings?( m)?|n( m)?|north"
              r"|vi do( b| n| m| do)*|lat(itude)?( n| deg| degrees)*|toa do bac"),
    ("y", r"(toa do )?y( m| met| vn ?2000| e| east| easting| dong)*|eastings?( m)?|e( m)?|east"
              r"|kinh do( d| e| m| do)*|lon(g|gitude)?( e| deg| degrees)*|toa do dong"),
    ("side", r"(chieu dai |do dai |dai )?(canh|khoang cach|chieu dai|do dai)( canh)?( s)?( m| met)*|s( m| canh)*"
             r"|(side|distance|length|dist|side length)( s)?( m)*|cu ly( m)*"),
    ("group", r"khu|khu vuc|vung|thua|thua dat|so thua|phan|vong|lo dat|ten khu"
              r"|part|ring|parcel|polygon|area name|block"),
    ("area", r"dien tich( m2| ha| m)*|area( m2| ha)*"),
)  # fmt: skip
NAMES = tuple((role, re.compile(pattern)) for role, pattern in PATTERNS)


def role_of(heading: str) -> Role | None:
    """What a column with this heading holds."""
    text = plain(heading)
    return next((role for role, pattern in NAMES if pattern.fullmatch(text)), None)


_HOLE = re.compile(
    r"\b(hole|void|exclusion|excluded|inner ring|lo hong|lo thung|khoang trong|vong trong|phan tru|tru ra"
    r"|loai tru|phan loai tru|vung tru|khoet)\b"
)
_PART = re.compile(
    r"(khu|khu vuc|khu dat|vung|thua|thua dat|thua dat so|part|ring|parcel|polygon|phan|phan khu|lo|lo dat|vong|vung so"
    r"|khu so|ranh|ranh gioi|block|area|zone|plot|section|outer ring|vong ngoai)( so| no)?"
    r" ([0-9]{1,4}[a-z]?|[a-z][0-9]{0,3}|[ivx]{1,5})\b"
)
_AREA = re.compile(r"\b(dien tich|area)\b")
_PERIMETER = re.compile(r"\b(chu vi|perimeter)\b")
_TOTAL = re.compile(r"\b(tong|total|toan khu|whole)\b")
_FIGURE = re.compile(
    r"(?<![\w.,])(\d+(?:[ \u00a0\u202f\u2009]\d{3})*(?:[.,]\d+)*)\s*(ha|hecta|hectares?|m2|m²|km2|km²|m)?(?![\w²])",
    re.I,
)
_MERIDIAN = re.compile(
    r"(?:kinh tuyen(?: truc)?|kttw?|kt truc|central meridian|meridian)[^0-9]{0,20}"
    r"(1[01][0-9])(?:\s*[°ºo˚*d]\s*|\s+|[.,:-])?([0-9]{1,2})?(?![0-9])"
)
_MERIDIANS = {crs.central_meridian for crs in VN2000_ALL}
_WIDTH = re.compile(r"(?:mui(?: chieu)?|zone|tm|utm)\D{0,12}?\b([36])\s*(?:[°º˚o]|do\b|deg|\b)")
_EPSG = re.compile(r"EPSG\s*[:/]?\s*(?:0/)?([0-9]{4})", re.I)


def announces_hole(text: str) -> bool:
    """Whether a title is that of a piece that is taken out."""
    return bool(_HOLE.search(plain(text)))


def announces_ring(text: str) -> bool:
    """Whether a line without coordinates begins a ring: “Khu A”, “Part 2”, “Thửa số 12”, “Lỗ hổng 1”."""
    found = plain(text)
    return len(found) <= 80 and bool(_PART.match(found) or _HOLE.search(found))


def is_total(text: str) -> bool:
    return bool(_TOTAL.search(plain(text)))


def figures(text: str) -> list[tuple[Literal["area", "perimeter"], str, str]]:
    """Area and perimeter that a line states: what, the number as written and its unit (“ha”, “m2”, “m” or “”)."""
    clear = unmarked(text)
    marks = [(found.start(), "area") for found in _AREA.finditer(clear)]
    marks += [(found.start(), "perimeter") for found in _PERIMETER.finditer(clear)]
    told: list[tuple[Literal["area", "perimeter"], str, str]] = []
    for place, (start, what) in enumerate(sorted(marks)):
        end = sorted(marks)[place + 1][0] if place + 1 < len(marks) else len(clear)
        piece = clear[start:end]
        found = _FIGURE.search(piece)
        if found is None:
            continue
        unit = (found[2] or "").replace("²", "2")
        if not unit:
            before = re.search(r"\(\s*(ha|m2|m²|m)\s*\)", piece[: found.start()])
            unit = before[1].replace("²", "2") if before else ""
        unit = "ha" if unit.startswith("h") else unit
        if what == "area" and unit != "m":
            told.append(("area", found[1], unit))
        elif what == "perimeter":
            told.append(("perimeter", found[1], "m"))
    return told


def unmarked(text: str) -> str:
    """Lower case without marks, its signs and their places kept."""
    out = []
    for c in text.replace("đ", "d").replace("Đ", "d").casefold():
        bare = unicodedata.normalize("NFD", c)[0] if not unicodedata.combining(c) else ""
        out.append(bare)
    return "".join(out)


def stated_system(text: str) -> tuple[float | None, int | None, Crs | None]:
    """Central meridian in degrees, width of the zone (3 or 6) and CRS that a title names."""
    crs = None
    for found in _EPSG.finditer(text):
        crs = crs or next((one for one in VN2000_ALL if one.code == found[1]), None)
    clear = unmarked(text)
    meridian, width = _MERIDIAN.search(clear), _WIDTH.search(clear)
    degrees = None
    if meridian:  # 105°30', 105.30 and 105.5 all occur: the one that is a meridian of VN-2000
        whole, rest = int(meridian[1]), meridian[2] or "0"
        ways = [whole + int(rest) / 60, float(f"{whole}.{rest}")]
        degrees = next((one for one in ways if one in _MERIDIANS), ways[0])
    return degrees, int(width[1]) if width else None, crs
