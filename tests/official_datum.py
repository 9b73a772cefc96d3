"""The official VN-2000 -> WGS 84 transformation worked out by hand, for the tests of Python and of PostGIS.

Nothing here asks PROJ, pyproj or the project: the seven parameters are those of QĐ 05/2007/QĐ-BTNMT
(EPSG:6960, coordinate-frame convention), and each step (transverse Mercator, geocentric coordinates,
rotation) is plain arithmetic. Agreement is therefore a proof, not an echo. Heights are 0 on the way in and
dropped on the way out.
"""

from dataclasses import dataclass
from math import asinh, atan, atan2, atanh, cos, cosh, degrees, hypot, pi, radians, sin, sinh, sqrt, tan

# Metres, arc-seconds, parts per million.
DX, DY, DZ = -191.90441429, -39.30318279, -111.45032835
RX, RY, RZ = -0.00928836, 0.01975479, -0.00427372
SCALE_PPM = 0.252906278

# WGS 84; VN-2000 uses the same ellipsoid.
A = 6378137.0
F = 1 / 298.257223563
E2 = F * (2 - F)

Pair = tuple[float, float]
Triple = tuple[float, float, float]


def vn2000_to_wgs84(lon: float, lat: float, *, rotation_sign: float = 1) -> Pair:
    """WGS 84 lon, lat in degrees of VN-2000 lon, lat. `rotation_sign=-1` is the well-known mistake."""
    return _geodetic(_rotate(_geocentric(lon, lat), rotation_sign))


def wgs84_to_vn2000(lon: float, lat: float) -> Pair:
    """VN-2000 lon, lat in degrees of WGS 84 lon, lat."""
    return _geodetic(_rotate_back(_geocentric(lon, lat)))


def unproject(easting: float, northing: float, meridian: float, scale: float) -> Pair:
    """Lon, lat in degrees of a transverse Mercator point in metres, by Krüger's series in n (to n^4)."""
    n = F / (2 - F)
    beta = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161280,
    )
    xi = northing / (scale * _meridian_radius())
    eta = (easting - 500_000) / (scale * _meridian_radius())
    xi_ = xi - sum(b * sin(2 * j * xi) * cosh(2 * j * eta) for j, b in enumerate(beta, 1))
    eta_ = eta - sum(b * cos(2 * j * xi) * sinh(2 * j * eta) for j, b in enumerate(beta, 1))
    conformal_tangent = sin(xi_) / hypot(sinh(eta_), cos(xi_))
    return meridian + degrees(atan2(sinh(eta_), cos(xi_))), degrees(atan(_geographic_tangent(conformal_tangent)))


def project(lon: float, lat: float, meridian: float, scale: float) -> Pair:
    """Easting, northing in metres of lon, lat in degrees, by Krüger's series in n (to n^4)."""
    n = F / (2 - F)
    alpha = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    tau, away = _conformal_tangent(tan(radians(lat))), radians(lon - meridian)
    xi_, eta_ = atan2(tau, cos(away)), asinh(sin(away) / hypot(tau, cos(away)))
    xi = xi_ + sum(a * sin(2 * j * xi_) * cosh(2 * j * eta_) for j, a in enumerate(alpha, 1))
    eta = eta_ + sum(a * cos(2 * j * xi_) * sinh(2 * j * eta_) for j, a in enumerate(alpha, 1))
    return 500_000 + scale * _meridian_radius() * eta, scale * _meridian_radius() * xi


def metres_between(one: Pair, other: Pair) -> float:
    """Distance of two nearby points given as lon, lat in degrees, by the radii of curvature between them."""
    lat = radians((one[1] + other[1]) / 2)
    w = sqrt(1 - E2 * sin(lat) ** 2)
    north = radians(other[1] - one[1]) * A * (1 - E2) / w**3
    east = radians(other[0] - one[0]) * A * cos(lat) / w
    return hypot(north, east)


def _meridian_radius() -> float:
    n = F / (2 - F)
    return A / (1 + n) * (1 + n**2 / 4 + n**4 / 64)


def _conformal_tangent(tau: float) -> float:
    """Tangent of the conformal latitude, from the tangent of the geographic one."""
    e = sqrt(E2)
    sigma = sinh(e * atanh(e * tau / hypot(1, tau)))
    return tau * hypot(1, sigma) - sigma * hypot(1, tau)


def _geographic_tangent(conformal: float) -> float:
    """Its inverse, by Newton's method."""
    tau = conformal / (1 - E2)
    for _ in range(10):
        slope = (1 - E2) * hypot(1, _conformal_tangent(tau)) * hypot(1, tau) / (1 + (1 - E2) * tau**2)
        tau -= (_conformal_tangent(tau) - conformal) / slope
    return tau


def _geocentric(lon: float, lat: float) -> Triple:
    phi, lam = radians(lat), radians(lon)
    radius = A / sqrt(1 - E2 * sin(phi) ** 2)
    return radius * cos(phi) * cos(lam), radius * cos(phi) * sin(lam), radius * (1 - E2) * sin(phi)


def _geodetic(point: Triple) -> Pair:
    x, y, z = point
    flat = hypot(x, y)
    phi = atan2(z, flat * (1 - E2))
    for _ in range(10):
        radius = A / sqrt(1 - E2 * sin(phi) ** 2)
        phi = atan2(z + E2 * radius * sin(phi), flat)
    return degrees(atan2(y, x)), degrees(phi)


def _rotation(sign: float = 1) -> tuple[Triple, Triple, Triple]:
    rx, ry, rz = (sign * seconds / 3600 * pi / 180 for seconds in (RX, RY, RZ))
    return (1, rz, -ry), (-rz, 1, rx), (ry, -rx, 1)


def _rotate(point: Triple, sign: float = 1) -> Triple:
    m = 1 + SCALE_PPM * 1e-6
    turned = [sum(a * b for a, b in zip(row, point, strict=True)) for row in _rotation(sign)]
    return DX + m * turned[0], DY + m * turned[1], DZ + m * turned[2]


def _rotate_back(point: Triple) -> Triple:
    """The inverse. The transpose serves as inverse of the small rotation: it is off by less than 0.1 µm."""
    m = 1 + SCALE_PPM * 1e-6
    shifted = [(v - d) / m for v, d in zip(point, (DX, DY, DZ), strict=True)]
    rows = zip(*_rotation(), strict=True)
    x, y, z = (sum(a * b for a, b in zip(row, shifted, strict=True)) for row in rows)
    return x, y, z


@dataclass(frozen=True)
class Place:
    """A point near a city in the TM-3 zone of its (former) province, metres; `epsg` is that zone's code."""

    name: str
    epsg: int
    meridian: float
    easting: float
    northing: float
    scale: float = 0.9999

    @property
    def srid(self) -> int:
        """The SRID of the zone in this project's PostGIS."""
        return 900_000 + self.epsg

    @property
    def vn2000(self) -> Pair:
        """VN-2000 lon, lat in degrees."""
        return unproject(self.easting, self.northing, self.meridian, self.scale)

    @property
    def wgs84(self) -> Pair:
        """WGS 84 lon, lat in degrees by the official parameters: what every other way must give."""
        return vn2000_to_wgs84(*self.vn2000)


PLACES = (
    Place("Sóc Trăng", 9209, 105.5, 551_600.0, 1_061_900.0),
    Place("Cần Thơ", 5897, 105.0, 586_300.0, 1_109_800.0),
    Place("Rạch Giá", 9207, 104.5, 564_400.0, 1_106_700.0),
    Place("Long Xuyên", 9208, 104.75, 574_300.0, 1_148_200.0),
    Place("Hà Nội", 5897, 105.0, 587_900.0, 2_325_500.0),
    Place("Cần Thơ, 6° zone", 3405, 105.0, 586_300.0, 1_109_500.0, scale=0.9996),
)
