"""Coordinate reference systems of the register, and the official way between VN-2000 and WGS 84.

Arrays of points are always longitude, latitude or easting, northing, in degrees or metres, whatever order a
CRS prescribes on the wire: `Crs.axis_order` tells that order, and only the edge of the service swaps.

pyproj and PostGIS choose EPSG:5194 for VN-2000 in the Mekong delta, 0.7 to 0.8 m from the official operation
of QĐ 05/2007/QĐ-BTNMT (EPSG:6960). Nothing here lets them choose: the seven parameters stand below.
"""

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from gis.errors import MisspeltCrs, NotFinite, NotNumbers, OutsideArea, UnknownCrs, WrongShape

Points = NDArray[np.float64]
AxisOrder = Literal["lon,lat", "lat,lon", "easting,northing"]

DEGREE_DECIMALS = 9  # 1e-9 degree is 0.1 mm, finer than any survey
OUR_SRIDS = 900_000  # PostGIS drops EPSG's own rows from dumps and falls back to the wrong operation


class Bounds(NamedTuple):
    """An area in degrees, WGS 84 longitude and latitude."""

    west: float
    south: float
    east: float
    north: float


class Operation(NamedTuple):
    """A seven-parameter transformation VN-2000 -> WGS 84 in the coordinate-frame convention.

    Translations in metres, rotations in arc-seconds, scale difference in parts per million.
    """

    name: str
    epsg: int
    instrument: str
    accuracy_m: float
    x: float
    y: float
    z: float
    rx: float
    ry: float
    rz: float
    scale: float


# QĐ 05/2007/QĐ-BTNMT, as held in the EPSG register (operation 6960).
OFFICIAL = Operation(
    name="VN-2000 to WGS 84 (2)",
    epsg=6960,
    instrument="QĐ 05/2007/QĐ-BTNMT",
    accuracy_m=1.0,
    x=-191.90441429,
    y=-39.30318279,
    z=-111.45032835,
    rx=-0.00928836,
    ry=0.01975479,
    rz=-0.00427372,
    scale=0.252906278,
)

WORLD = Bounds(-180.0, -90.0, 180.0, 90.0)
MERCATOR = Bounds(-180.0, -85.06, 180.0, 85.06)
# Việt Nam with Hoàng Sa and Trường Sa, and a margin. Points with X and Y swapped fall south of 6 degrees.
VIETNAM = Bounds(101.0, 6.0, 119.0, 24.5)


@dataclass(frozen=True)
class Crs:
    """One coordinate reference system.

    code: its code with its authority (`CRS84`, `9209`); epsg: the same as a number, None for CRS84.
    axis_order: as OGC URIs expect on the wire, which is not the order of arrays in this module.
    central_meridian in degrees east, zone_width in degrees (3 or 6) and scale on that meridian: transverse
    Mercator zones only, else None.
    area: EPSG's own area of use, for information. domain: where `to_wgs84` and `from_wgs84` accept points.
    """

    code: str
    epsg: int | None
    name: str
    axis_order: AxisOrder
    area: Bounds
    domain: Bounds
    central_meridian: float | None = None
    zone_width: int | None = None
    scale: float | None = None

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """In another process, too, there is one object of each system."""
        return _of_code, (self.code,)

    @property
    def is_vn2000(self) -> bool:
        """Whether it stands on the VN-2000 datum."""
        return self.domain is VIETNAM

    @property
    def is_projected(self) -> bool:
        """Whether its units are metres."""
        return self.axis_order == "easting,northing"

    @property
    def uri(self) -> str:
        """The OGC URI, as in `Content-Crs` (there in angle brackets)."""
        where = "OGC/1.3" if self.epsg is None else "EPSG/0"
        return f"http://www.opengis.net/def/crs/{where}/{self.code}"

    @property
    def curie(self) -> str:
        """The safe CURIE, such as [EPSG:9209]."""
        return f"[{'OGC' if self.epsg is None else 'EPSG'}:{self.code}]"

    @property
    def srid(self) -> int:
        """The SRID in this project's PostGIS: 4326, 3857, or 900000 + EPSG code for VN-2000."""
        if self.epsg is None:
            return 4326
        return OUR_SRIDS + self.epsg if self.is_vn2000 else self.epsg

    @property
    def proj4text(self) -> str:
        """What PROJ needs to know, with the official `+towgs84`; for `spatial_ref_sys` (VN-2000 only)."""
        if not self.is_vn2000:
            raise UnknownCrs(text=self.uri, known="proj4text for VN-2000 only")
        shape = self._projection or "+proj=longlat"
        units = " +units=m" if self.is_projected else ""
        return f"{shape} +ellps=WGS84 +towgs84={_towgs84()}{units} +no_defs"

    @property
    def _projection(self) -> str:
        if self.central_meridian is None:
            return ""
        return f"+proj=tmerc +lat_0=0 +lon_0={self.central_meridian:g} +k={self.scale:g} +x_0=500000 +y_0=0"


def _towgs84() -> str:
    """The official parameters in the position-vector convention of `+towgs84`: rotations change sign."""
    o = OFFICIAL
    return ",".join(str(v) for v in (o.x, o.y, o.z, -o.rx, -o.ry, -o.rz, o.scale))


def _zone(epsg: int, name: str, meridian: float, *area: float, width: int = 3) -> Crs:
    scale = 0.9999 if width == 3 else 0.9996
    order: AxisOrder = "easting,northing"
    return Crs(str(epsg), epsg, f"VN-2000 / {name}", order, Bounds(*area), VIETNAM, meridian, width, scale)


CRS84 = Crs("CRS84", None, "WGS 84 longitude-latitude", "lon,lat", WORLD, WORLD)
WGS84 = Crs("4326", 4326, "WGS 84", "lat,lon", WORLD, WORLD)
WEB_MERCATOR = Crs("3857", 3857, "WGS 84 / Pseudo-Mercator", "easting,northing", MERCATOR, MERCATOR)
VN2000 = Crs("4756", 4756, "VN-2000", "lat,lon", Bounds(102.14, 8.33, 109.53, 23.4), VIETNAM)

ALL: tuple[Crs, ...] = (
    CRS84,
    WGS84,
    WEB_MERCATOR,
    _zone(3405, "UTM zone 48N", 105, 102.14, 8.33, 108.0, 23.4, width=6),
    VN2000,
    _zone(5896, "TM-3 zone 481", 102, 102.14, 9.2, 103.51, 22.82),
    _zone(5897, "TM-3 zone 482", 105, 103.5, 8.33, 106.51, 23.4),
    _zone(5898, "TM-3 zone 491", 108, 106.5, 8.57, 109.53, 22.95),
    _zone(5899, "TM-3 107-45", 107.75, 106.43, 8.57, 108.76, 21.67),
    _zone(9205, "TM-3 103-00", 103, 102.14, 20.89, 103.99, 22.82),
    _zone(9206, "TM-3 104-00", 104, 103.21, 20.57, 105.03, 22.04),
    _zone(9207, "TM-3 104-30", 104.5, 103.4, 8.33, 105.54, 10.55),
    _zone(9208, "TM-3 104-45", 104.75, 103.53, 10.18, 105.86, 22.85),
    _zone(9209, "TM-3 105-30", 105.5, 104.33, 9.19, 106.69, 23.4),
    _zone(9210, "TM-3 105-45", 105.75, 105.26, 9.75, 107.8, 23.12),
    _zone(9211, "TM-3 106-00", 106, 104.83, 16.92, 107.03, 22.7),
    _zone(9212, "TM-3 106-15", 106.25, 106.41, 11.3, 107.43, 17.22),
    _zone(9213, "TM-3 106-30", 106.5, 105.43, 21.32, 106.25, 22.75),
    _zone(9214, "TM-3 107-00", 107, 105.88, 15.99, 108.24, 21.63),
    _zone(9215, "TM-3 107-15", 107.25, 106.09, 21.32, 107.37, 22.47),
    _zone(9216, "TM-3 107-30", 107.5, 107.33, 13.92, 108.55, 15.42),
    _zone(9217, "TM-3 108-15", 108.25, 108.55, 11.25, 109.53, 14.71),
    _zone(9218, "TM-3 108-30", 108.5, 107.2, 10.43, 109.52, 14.61),
)
BY_CODE = MappingProxyType({crs.code: crs for crs in ALL})
VN2000_ALL: tuple[Crs, ...] = tuple(crs for crs in ALL if crs.is_vn2000)
KNOWN = "CRS84; EPSG 4326, 3857, 3405, 4756, 5896 to 5899, 9205 to 9218"

_URI = re.compile(r"https?://www\.opengis\.net/def/crs/(OGC|EPSG)/([0-9]+(?:\.[0-9]+)*)/([A-Za-z0-9]+)")
_CURIE = re.compile(r"\[(OGC|EPSG):([A-Za-z0-9]+)\]")
_MEANT = re.compile(r"(?:^|[^0-9A-Za-z])(CRS84|[0-9]{4})[\]>/]*$", re.IGNORECASE)


def parse_crs(text: str) -> Crs:
    """The CRS that an OGC URI (http or https, version 0 or a number) or a safe CURIE names.

    Raises UnknownCrs: not one of ours; MisspeltCrs: one of ours in another spelling (EPSG:9209, a URN).
    """
    match = _URI.fullmatch(text) or _CURIE.fullmatch(text)
    if match:
        crs = BY_CODE.get(match[match.lastindex or 0])
        if crs and (match[1] == "OGC") == (crs.epsg is None):
            return crs
    meant = _MEANT.search(text.strip())
    if meant and (crs := BY_CODE.get(meant[1].upper())):
        raise MisspeltCrs(text=text, uri=crs.uri, curie=crs.curie, known=KNOWN)
    raise UnknownCrs(text=text, known=KNOWN)


def _of_code(code: str) -> Crs:
    return BY_CODE[code]


def by_epsg(code: int) -> Crs:
    """The CRS of an EPSG code. Raises UnknownCrs."""
    crs = BY_CODE.get(str(code))
    if crs is None:
        raise UnknownCrs(text=f"EPSG {code}", known=KNOWN)
    return crs


def spatial_ref_sys() -> tuple[tuple[int, str], ...]:
    """(srid, proj4text) of each SRID of our own, for PostGIS.

    The rows need an empty auth_name, auth_srid and srtext: PostGIS would prefer those to the proj4text.
    """
    return tuple((crs.srid, crs.proj4text) for crs in VN2000_ALL)


def pipeline(crs: Crs) -> str:
    """The PROJ pipeline from `crs` (easting, northing or lon, lat) to WGS 84 lon, lat in degrees.

    For VN-2000 that is the official operation, horizontal: heights are taken as 0 and left alone.
    """
    steps = []
    if crs is WEB_MERCATOR:
        steps.append("+inv +proj=webmerc +ellps=WGS84 +over")
    elif crs.is_vn2000:
        o = OFFICIAL
        helmert = (
            f"+proj=helmert +x={o.x} +y={o.y} +z={o.z} +rx={o.rx} +ry={o.ry} +rz={o.rz} +s={o.scale}"
            " +convention=coordinate_frame"
        )
        start = f"+inv {crs._projection} +ellps=WGS84"
        steps.append(start if crs.is_projected else "+proj=unitconvert +xy_in=deg +xy_out=rad")
        steps += ["+proj=push +v_3", "+proj=cart +ellps=WGS84", helmert]
        steps += ["+inv +proj=cart +ellps=WGS84", "+proj=pop +v_3"]
    else:
        return "+proj=noop"
    steps.append("+proj=unitconvert +xy_in=rad +xy_out=deg")
    return "+proj=pipeline " + " ".join(f"+step {step}" for step in steps)


@cache
def _transformer(crs: Crs) -> Transformer:
    return Transformer.from_pipeline(pipeline(crs))


def to_wgs84(points: ArrayLike, crs: Crs, *, check_area: bool = True) -> Points:
    """Longitudes and latitudes (WGS 84, degrees, not rounded) of points given in `crs`.

    points: shape (n, 2), easting, northing in metres or lon, lat in degrees. The result is a new array of the
    same shape. Raises WrongShape, NotNumbers, NotFinite; OutsideArea where a point falls outside `crs.domain`
    (without `check_area` only where it is nowhere on the earth).
    """
    given = _pairs(points)
    lonlat = np.column_stack(_transformer(crs).transform(given[:, 0], given[:, 1]))
    _check_area(given, lonlat, crs, crs.domain if check_area else WORLD)
    return lonlat


def from_wgs84(points: ArrayLike, crs: Crs, *, check_area: bool = True) -> Points:
    """Easting, northing in metres (or lon, lat in degrees) in `crs` of WGS 84 longitudes and latitudes.

    points: shape (n, 2), lon, lat in degrees. The result is a new array of the same shape.
    Errors as `to_wgs84`. There and back differs by up to 1 mm, because heights are taken as 0 on both sides:
    keep the original.
    """
    lonlat = _pairs(points)
    _check_area(lonlat, lonlat, crs, crs.domain if check_area else WORLD)
    result = np.column_stack(_transformer(crs).transform(lonlat[:, 0], lonlat[:, 1], direction="INVERSE"))
    nowhere = np.where(np.isfinite(result), lonlat, np.nan)
    _check_area(lonlat, nowhere, crs, WORLD)
    return result


def _pairs(points: ArrayLike) -> Points:
    try:
        array = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise NotNumbers(reason=str(error)) from error
    if array.ndim != 2 or array.shape[1] != 2:
        raise WrongShape(shape=array.shape)
    bad = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if bad.size:
        index = int(bad[0])
        raise NotFinite(index=index, first=float(array[index, 0]), second=float(array[index, 1]))
    return array


def _check_area(given: Points, lonlat: Points, crs: Crs, area: Bounds) -> None:
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside = (lon >= area.west) & (lon <= area.east) & (lat >= area.south) & (lat <= area.north)
    outside = np.flatnonzero(~inside)
    if outside.size == 0:
        return
    index = int(outside[0])
    place = [round(float(v), 6) if np.isfinite(v) else None for v in lonlat[index]]
    first, second = (float(v) for v in given[index])
    raise OutsideArea(
        index=index, first=first, second=second, crs=crs.name, lon=place[0], lat=place[1], **area._asdict()
    )


@overload
def round_degrees(values: float) -> float: ...
@overload
def round_degrees(values: Points) -> Points: ...
def round_degrees(values: float | Points) -> float | Points:
    """Degrees to 1e-9, as the shortest decimals that read back to the same double. Once, on entry."""
    rounded = np.round(values, DEGREE_DECIMALS) + 0.0  # + 0.0: no minus zero
    return rounded if isinstance(values, np.ndarray) else float(rounded)
