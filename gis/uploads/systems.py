"""Which system of the register a file means, by the WKT, name or code that it carries.

Only what the numbers of a definition say counts: datum, ellipsoid, meridian, scale, false easting. Names decide only
where there are no numbers. PROJ is asked to parse, never to choose an operation: VN-2000, however it is spelt, becomes
a system of `gis.crs`, and with it the official operation.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from gis.crs import ALL, BY_CODE, CRS84, OFFICIAL, VIETNAM, VN2000, VN2000_ALL, WEB_MERCATOR, Crs, Points, to_wgs84
from gis.errors import OutsideArea
from gis.issues import N_, Issue
from gis.uploads.words import cut

LONGEST = 20_000  # letters of a WKT
AXIS, FLATTENING = 6378137.0, 298.257223563
ALIKE, ALIKE_RADIANS = 1e-7, 1e-11
DEGREE = 0.017453292519943295
WORLD_1984 = re.compile(r"(d )?(world ?geodetic ?system ?|wgs ?)(19)?84.*")
NAMELESS = re.compile(r"(d )?(unknown|unnamed|undefined|not specified|user defined|custom|based on wgs ?(19)?84).*")
CODE = re.compile(
    r"\[?(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(EPSG|OGC)(?:[:/][0-9.]*)?[:/](CRS84|[0-9]+)\]?",
    re.IGNORECASE,
)
UTM = 0.9996  # the scale of six-degree zones
EASTING = 500_000.0
MANY = 40


@dataclass(frozen=True)
class Said:
    """What a file says of its system. crs: the register's that it means, None where it has to be asked or is foreign.

    text: what the file calls it, empty where it says nothing. is_foreign: it says one that the register does not have.
    """

    crs: Crs | None = None
    text: str = ""
    issues: tuple[Issue, ...] = ()
    is_foreign: bool = False


@dataclass(frozen=True)
class Candidate:
    """A system in which points would lie in Viet Nam; lon, lat: their middle in it, WGS 84 degrees.

    is_usual: whether that is where the system is used by EPSG's account.
    """

    crs: Crs
    lon: float
    lat: float
    is_usual: bool


UNSAID = Said()
WGS84_BY_FORMAT = Said(CRS84, "WGS 84")


def read_system(text: str) -> Said:
    """The system that a text means: WKT of either version and of ESRI, a code, or only a name."""
    text = text.strip("\ufeff\0 \t\r\n")
    if not text:
        return UNSAID
    if (crs := by_name(text)) is not None:
        return Said(crs, crs.name)
    if code := CODE.fullmatch(text):
        return foreign(named_by_epsg(code[2]) if code[1].upper() == "EPSG" else text)
    if len(text) > LONGEST:
        return unreadable(text)
    try:
        return of_definition(CRS.from_wkt(text))
    except (CRSError, ValueError, TypeError, KeyError, AttributeError):
        return unreadable(text)


def by_name(text: str) -> Crs | None:
    """The system that has exactly this name or code, whatever stands between its letters."""
    code = CODE.fullmatch(text.strip())
    if code:
        return plain(BY_CODE.get(code[2].upper()))
    return next((plain(crs) for crs in ALL if letters(crs.name) == letters(text)), None)


def plain(crs: Crs | None) -> Crs | None:
    """In files WGS 84 is longitude first, whatever EPSG prescribes."""
    return CRS84 if crs is not None and crs.code == "4326" else crs


def letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def of_definition(given: CRS) -> Said:
    """What a parsed definition means; raises whatever pyproj does of one that makes no sense."""
    found, shift = horizontal(given)
    text = cut(found.name, 200)
    if found.type_name == "Engineering CRS":  # a name without numbers
        named = by_name(found.name)
        return Said(named, text) if named else Said(None, text, (ask(text),))
    family = family_of(found, shift)
    if not family:
        return foreign(described(found))
    said = geographic(found, text, family) if found.is_geographic else projected(found, text, family)
    if said.crs is not None and contradicts(found, said.crs):
        facts = {"name": text, "meant": said.crs.name}
        return Said(None, text, (Issue("crs-contradicts", "warning", CONTRADICTS, facts),))
    if said.crs is not None and said.crs.is_vn2000 and shift and any(shift) and not is_official(shift):
        return Said(said.crs, text, (*said.issues, Issue("crs-parameters", "warning", PARAMETERS, {"name": text})))
    return said


def described(found: CRS) -> str:
    """A definition's name, and the datum where the name leaves it open."""
    datum = found.geodetic_crs.datum if found.geodetic_crs is not None else None
    return found.name if datum is None or letters(datum.name) in letters(found.name) else f"{found.name} ({datum.name})"


def horizontal(found: CRS) -> tuple[CRS, list[float] | None]:
    """A definition without its heights and its own way to WGS 84; that way, as `+towgs84` has it, where it has one."""
    shift = None
    for _ in range(3):
        if found.is_compound:
            found = found.sub_crs_list[0]
        elif found.is_bound and found.source_crs is not None:
            operation = found.coordinate_operation
            shift = list(operation.towgs84) if operation is not None else None
            found = found.source_crs
    return found, shift


CONTRADICTS = N_("The file calls its system “{name}”, but its numbers are those of {meant}. Say which one it is.")
PARAMETERS = N_(
    "The file brings its own parameters from “{name}” to WGS 84. They are not the official ones, and were not used."
)
ASSUMED = N_("The file does not name the datum of “{name}”; its numbers are those of {meant}, which was taken.")
SAYS_WGS84 = N_(
    "The file calls the datum of “{name}” WGS 84, but its zone is one of VN-2000, so it was taken as {meant}. Were it "
    "really WGS 84, the outline would lie about 225 m away: look at the map."
)
DOUBTFUL = N_("“{name}” does not tell which datum it has. Say which system it is.")
FOREIGN = N_(
    "“{name}” is not a system of this register. Save the file in WGS 84 or VN-2000, or say which it really is."
)
UNREADABLE = N_("What the file says of its system cannot be understood: “{name}”. Say which one it is.")


def ask(text: str) -> Issue:
    return Issue("crs-doubtful", "warning", DOUBTFUL, {"name": text})


def foreign(text: str) -> Said:
    text = cut(text, 200)
    return Said(None, text, (Issue("crs-foreign", "error", FOREIGN, {"name": text}),), is_foreign=True)


def unreadable(text: str) -> Said:
    text = cut(text, 80)
    return Said(None, text, (Issue("crs-unreadable", "warning", UNREADABLE, {"name": text}),))


def named_by_epsg(code: str) -> str:
    """EPSG:3148 with its name, where EPSG has it."""
    try:
        return f"EPSG:{int(code)} {CRS.from_epsg(int(code)).name}"
    except (CRSError, ValueError, OverflowError):
        return f"EPSG:{code}"


def family_of(found: CRS, shift: list[float] | None) -> str:
    """`vn2000`, `wgs84`, `unnamed`, or nothing where the datum is another one, be it on the ellipsoid of WGS 84."""
    geodetic = found.geodetic_crs
    datum = geodetic.datum if geodetic is not None else None
    if geodetic is None or datum is None or not stands_on_wgs84_ellipsoid(geodetic):
        return ""
    named = words(datum.name)
    if any(re.search(r"vn2000|vietnam2000", letters(one)) for one in (datum.name, found.name, geodetic.name)):
        return "vn2000"
    if shift is not None and is_official(shift):
        return "vn2000"
    if WORLD_1984.fullmatch(named):
        return "wgs84"
    if not NAMELESS.fullmatch(named):
        return ""
    return "unnamed" if shift is None or any(shift) else "wgs84"


def stands_on_wgs84_ellipsoid(geodetic: CRS) -> bool:
    """Whether it has the ellipsoid of WGS 84, and of VN-2000, and degrees from Greenwich."""
    size, meridian = geodetic.ellipsoid, geodetic.prime_meridian
    return (
        size is not None
        and abs(size.semi_major_metre - AXIS) < ALIKE
        and abs(size.inverse_flattening - FLATTENING) < ALIKE
        and (meridian is None or abs(meridian.longitude) < ALIKE)
    )


def is_official(shift: list[float]) -> bool:
    """Whether parameters of `+towgs84` (position vector: rotations turned round) are those of QĐ 05/2007."""
    o = OFFICIAL
    official = (o.x, o.y, o.z, -o.rx, -o.ry, -o.rz, o.scale)
    return len(shift) == len(official) and all(abs(a - b) < 1e-6 for a, b in zip(shift, official, strict=True))


def geographic(found: CRS, text: str, family: str) -> Said:
    if any(abs(axis.unit_conversion_factor - DEGREE) > ALIKE_RADIANS for axis in found.axis_info[:2]):
        return foreign(described(found))
    if family == "unnamed":
        return Said(None, text, (ask(text),))
    return Said(VN2000 if family == "vn2000" else CRS84, text)


def projected(found: CRS, text: str, family: str) -> Said:
    operation = found.coordinate_operation
    if operation is None or any(abs(axis.unit_conversion_factor - 1) > ALIKE for axis in found.axis_info[:2]):
        return foreign(described(found))
    if operation.method_name == "Popular Visualisation Pseudo Mercator" and family == "wgs84":
        return Said(WEB_MERCATOR, text)
    zone = zone_of(operation)
    if zone is None or (family == "wgs84" and zone.scale == UTM):
        return foreign(described(found))
    if family == "unnamed" and zone.scale == UTM:  # that of WGS 84 has the same numbers
        return Said(None, text, (ask(text),))
    assumed = {"unnamed": ASSUMED, "wgs84": SAYS_WGS84}.get(family)
    facts = {"name": text, "meant": zone.name}
    return Said(zone, text, (Issue("crs-assumed", "warning", assumed, facts),) if assumed else ())


def zone_of(operation: Any) -> Crs | None:
    """The zone of VN-2000 with the parameters of a transverse Mercator projection."""
    if operation.method_name != "Transverse Mercator":
        return None
    given = {one.name: one.value * (one.unit_conversion_factor / DEGREE if "ude" in one.name else 1.0)
             for one in operation.params}  # fmt: skip
    for crs in VN2000_ALL:
        wanted = {
            "Latitude of natural origin": 0.0, "Longitude of natural origin": crs.central_meridian,
            "Scale factor at natural origin": crs.scale, "False easting": EASTING, "False northing": 0.0,
        }  # fmt: skip
        if crs.is_projected and all(abs(given.get(name, np.nan) - value) < ALIKE for name, value in wanted.items()):
            return crs
    return None


def contradicts(found: CRS, meant: Crs) -> bool:
    """Whether a definition's name or code is that of another of our systems than its numbers."""
    told = found.to_json_dict().get("id", {})
    code = str(told.get("code", "")) if str(told.get("authority", "")).upper() == "EPSG" else ""
    named = (by_name(found.name), plain(BY_CODE.get(code)))
    return any(one is not None and one is not meant for one in named)


def candidates(points: Points) -> tuple[Candidate, ...]:
    """The systems in which points (x before y) all lie in Viet Nam, those that are used there first."""
    if not len(points) or not np.isfinite(points).all():
        return ()
    corners = np.array([points.min(axis=0), points.max(axis=0), (points.min(axis=0) + points.max(axis=0)) / 2])
    found = []
    for crs in (CRS84, *VN2000_ALL):
        place = placed(corners, crs)
        if place is not None and is_in_vietnam(place):
            lon, lat = (float(one) for one in place[2])
            area = crs.area
            usual = area.west <= lon <= area.east and area.south <= lat <= area.north
            found.append(Candidate(crs, lon, lat, usual))
    return tuple(sorted(found, key=lambda one: not one.is_usual)[:MANY])


def placed(points: Points, crs: Crs) -> Points | None:
    """Points in WGS 84 lon, lat, not rounded; None where one of them is nowhere on the earth."""
    try:
        return to_wgs84(points, crs, check_area=False)
    except OutsideArea:
        return None


def is_in_vietnam(lonlat: Points) -> bool:
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    area = VIETNAM
    return bool(area.west <= west and east <= area.east and area.south <= south and north <= area.north)
