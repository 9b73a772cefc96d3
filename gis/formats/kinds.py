"""The formats: their names in `f=`, endings of files, media types, and what each of them takes."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from gis.formats.layers import Batches, Layer

Rows = Literal["values", "features", "jsonfg"]


@dataclass(frozen=True)
class Format:
    """A format of files. `module` has its `write(path, layer, batches)`.

    rows: what a batch holds: values with WKB, GeoJSON features or JSON-FG features.
    media: as registered with IANA or by the format's own specification.
    needs_geometry: whether it is only for features in space. any_crs: whether it takes others than WGS 84 lon, lat.
    most: how many features it can hold, 0 for any number.
    """

    name: str
    ending: str
    media: str
    title: str
    module: str
    rows: Rows = "values"
    needs_geometry: bool = False
    any_crs: bool = True
    most: int = 0

    @property
    def write(self) -> Callable[[Path, Layer, Batches], None]:
        """Writes a file that is not there yet. The libraries are imported at the first row, not before."""
        module, _, function = self.module.partition(":")
        written: Callable[[Path, Layer, Batches], None] = getattr(import_module(f"gis.formats.{module}"), function)
        return written


SHEET_ROWS = 1_048_576 - 1  # what a sheet of XLSX holds below its header
FORMATS = {
    one.name: one
    for one in (
        Format("json", ".geojson", "application/geo+json", "GeoJSON", "sequences:write_geojson", "features"),
        Format("geojsonseq", ".geojsons", "application/geo+json-seq", "GeoJSON text sequence",
               "sequences:write_sequence", "features"),
        Format("jsonfg", ".fg.json", "application/vnd.ogc.fg+json", "JSON-FG", "sequences:write_jsonfg", "jsonfg"),
        Format("csv", ".csv", "text/csv; charset=utf-8", "CSV", "delimited:write"),
        Format("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel",
               "workbook:write", most=SHEET_ROWS),
        Format("gpkg", ".gpkg", "application/geopackage+sqlite3", "GeoPackage", "gdal:write_geopackage"),
        Format("fgb", ".fgb", "application/vnd.flatgeobuf", "FlatGeobuf", "gdal:write_flatgeobuf",
               needs_geometry=True),
        Format("parquet", ".parquet", "application/vnd.apache.parquet", "GeoParquet", "geoparquet:write"),
        Format("kml", ".kml", "application/vnd.google-earth.kml+xml", "KML", "kml:write", needs_geometry=True,
               any_crs=False),
        Format("shp", ".shp.zip", "application/zip", "Shapefile (zip)", "shapefile:write", needs_geometry=True),
    )
}  # fmt: skip
ENDINGS = {one.ending: one for one in FORMATS.values()} | {
    ".json": FORMATS["json"], ".geojsonl": FORMATS["geojsonseq"], ".geojsonseq": FORMATS["geojsonseq"],
    ".jsonfg": FORMATS["jsonfg"], ".zip": FORMATS["shp"], ".geoparquet": FORMATS["parquet"],
}  # fmt: skip


def format_of(path: Path) -> Format | None:
    """The format that a file's ending means, the longest that fits; None where it means none of ours."""
    name = path.name.lower()
    fitting = [ending for ending in ENDINGS if name.endswith(ending)]
    return ENDINGS[max(fitting, key=len)] if fitting else None
