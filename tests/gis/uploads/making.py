"""Files as people's programs make them, in every format that outlines are read from; and how they are looked at."""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.crs import CRS84, Crs, by_epsg, from_wgs84, round_degrees, to_wgs84
from gis.errors import GisError, UnreadableFile
from gis.uploads import Limits, inspect

TM3 = by_epsg(9209)
SMALL = Limits(size=20_000_000, unpacked=3_000_000, entries=20, layers=3, features=5, vertices=200, outline=50)
SOURCE = "<OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
VRT = f"<OGRVRTDataSource>{SOURCE}</OGRVRTDataSource>".encode()
# Corners of a made-up zone in Sóc Trăng, in VN-2000 / TM-3 105-30: easting, northing.
CORNERS = [(551_600.0, 1_061_900.0), (552_600.0, 1_061_950.0), (552_550.0, 1_062_900.0), (551_650.0, 1_062_850.0)]
SQUARE = Polygon(round_degrees(to_wgs84(CORNERS, TM3)))  # the same in WGS 84, with all its digits
NAME = "Khu công nghiệp Trần Đề"


def in_crs(shape: Any, crs: Crs) -> Any:
    return shapely.transform(shape, lambda points: from_wgs84(points, crs))


def frame(shapes: Sequence[BaseGeometry | None], crs: Crs | str | None = CRS84, **columns: Any) -> Any:
    names = [NAME, *(f"Khu {number}" for number in range(2, len(shapes) + 1))]
    known = f"EPSG:{crs.epsg or 4326}" if isinstance(crs, Crs) else crs
    return geopandas.GeoDataFrame({"ten": names, **columns}, geometry=list(shapes), crs=known)


def write(path: Path, shapes: Sequence[BaseGeometry | None], crs: Crs = CRS84) -> Path:
    """A file of the format that the path's ending means."""
    match path.suffix:
        case ".zip":
            return zipped_shapefile(path, shapes, crs)
        case ".kmz":
            kml = write(path.with_suffix(".kml"), shapes)
            return archive(path, {"doc.kml": kml.read_bytes()})
        case ".csv":
            rows = [f'{NAME},"{shapely.to_wkt(shape, rounding_precision=17)}"' for shape in shapes]
            path.write_text("\n".join(["ten,WKT", *rows]), encoding="utf-8")
            return path
        case ".dxf":
            rings = [list(shape.exterior.coords) for shape in shapes if shape is not None]
            return drawing(path, [polyline(ring[:-1], is_closed=True) for ring in rings])
        case ".kml":
            frame(shapes).rename(columns={"ten": "Name"}).to_file(path, driver="LIBKML")
        case _:
            drivers = {".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".geojson": "GeoJSON"}
            options = {"RFC7946": "NO", "COORDINATE_PRECISION": "15"} if path.suffix == ".geojson" else {}
            frame(shapes, crs).to_file(path, driver=drivers[path.suffix], **options)
    return path


def shapefile_parts(folder: Path, shapes: Sequence[BaseGeometry | None], crs: Crs | None = CRS84) -> dict[str, bytes]:
    """The bytes of its parts by their endings; without a system there is no .prj."""
    folder.mkdir(exist_ok=True)
    frame(shapes, crs or CRS84).to_file(folder / "zones.shp", encoding="utf-8")
    return {part.suffix: part.read_bytes() for part in folder.iterdir() if crs or part.suffix != ".prj"}


def zipped_shapefile(path: Path, shapes: Sequence[BaseGeometry | None], crs: Crs | None = CRS84) -> Path:
    parts = shapefile_parts(path.with_suffix(".parts"), shapes, crs)
    return archive(path, {f"zones{ending}": content for ending, content in parts.items()})


def archive(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return held.getvalue()


def polyline(
    points: Iterable[tuple[float, ...]], *, is_closed: bool, layer: str = "RANH", handle: str = "1F", bulge: float = 0.0
) -> list[str]:
    corners = list(points)
    lines = ["0", "LWPOLYLINE", "5", handle, "8", layer, "90", str(len(corners)), "70", str(int(is_closed))]
    for x, y, *_ in corners:
        lines += ["10", repr(float(x)), "20", repr(float(y)), *(["42", str(bulge)] if bulge else [])]
    return lines


def drawing(path: Path, entities: Iterable[list[str]], page: str = "ANSI_1252", encoding: str = "utf-8") -> Path:
    """A DXF with these entities."""
    version = "AC1021" if encoding == "utf-8" else "AC1015"
    lines = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", version, "9", "$DWGCODEPAGE", "3", page]
    lines += ["0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    for entity in entities:
        lines += entity
    path.write_bytes(("\n".join([*lines, "0", "ENDSEC", "0", "EOF"]) + "\n").encode(encoding))
    return path


def geojson(path: Path, *geometries: Any, **members: Any) -> Path:
    features = [{"type": "Feature", "properties": {"ten": NAME}, "geometry": one} for one in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8")
    return path


def esri_wkt(epsg: int) -> bytes:
    return CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode()


def whole(shape: Polygon | MultiPolygon) -> MultiPolygon:
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])


def look(folder: Path, name: str, content: bytes, limits: Limits = SMALL, **options: Any) -> Any:
    path = folder / "upload"
    path.write_bytes(content)
    return inspect(path, name, limits=limits, **options)


def refusal(folder: Path, name: str, content: bytes, limits: Limits = SMALL) -> GisError:
    with pytest.raises(GisError) as caught:
        look(folder, name, content, limits)
    return caught.value


def reason(folder: Path, name: str, content: bytes) -> str:
    error = refusal(folder, name, content)
    assert isinstance(error, UnreadableFile), error
    return str(error.facts["reason"])
