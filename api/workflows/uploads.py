"""Looking through a file that somebody hands in, in a process of its own; nothing of it is stored.

That process reads one file with one driver of GDAL and without the network, within limits of size, count, time and
memory.
"""

import asyncio
import logging
import os
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path

from api import errors
from api.workflows.beside import run_beside
from gis.crs import Crs, parse_crs
from gis.errors import (
    FeatureNotChosen,
    GisError,
    HoldsTooMuch,
    LayerNotChosen,
    UnknownCrs,
    UnknownEncoding,
    UnknownFeature,
    UnknownFileKind,
    UnknownLayer,
    UnreadableFile,
)
from gis.uploads import Contents, Kind, Limits, Outline, detect, inspect
from gis.uploads.by_gdal import DAMAGED
from gis.uploads.systems import by_name

LIMITS = Limits()
SECONDS, MEGABYTES = 30.0, 2_000
LONGEST_FILE = 2 * LIMITS.unpacked  # bytes that the process may write into one file
LONGEST_NAME = 120
FIELDS: dict[type[GisError], str] = {UnknownLayer: "layer", UnknownFeature: "feature", UnknownEncoding: "encoding"}
CONFINED = {
    "GDAL_DRIVER_PATH": "disable", "GDAL_PAM_ENABLED": "NO", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "GDAL_HTTP_TIMEOUT": "1", "GDAL_HTTP_MAX_RETRY": "0", "LIBKML_EXTERNAL_STYLE": "NO", "LIBKML_RESOLVE_STYLE": "NO",
    "PROJ_NETWORK": "OFF", "CPL_DEBUG": "OFF",
}  # fmt: skip
# All that reads vectors in our GDAL; a test holds the list complete.
DRIVERS = (
    "ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "CSV", "CSW", "Carto", "DGN", "DXF", "EDIGEO", "EEDA",
    "ESRI Shapefile", "ESRIJSON", "Elasticsearch", "FlatGeobuf", "GDALG", "GML", "GPKG", "GPSBabel", "GPX", "GTFS",
    "GeoJSON", "GeoJSONSeq", "GeoRSS", "HTTP", "Idrisi", "JML", "JSONFG", "KML", "LIBKML", "LVBAG", "MBTiles", "MEM",
    "MVT", "MapInfo File", "MapML", "MiraMonVector", "NGW", "OAPIF", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT",
    "OSM", "OpenFileGDB", "PCIDSK", "PDF", "PDS4", "PGDUMP", "PLSCENES", "PMTiles", "S57", "SQLite", "SXF", "Selafin",
    "TopoJSON", "VDV", "VFK", "VICAR", "WAsP", "WFS", "XLSX",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """Which feature of a file, and how it is to be read; None leaves it to the file."""

    layer: str | None = None
    feature: int | None = None
    crs: Crs | None = None
    encoding: str | None = None


async def look_through(content: bytes, name: str, choice: Choice | None = None) -> Contents:
    """What a file holds, and the chosen feature. name: what it was called; only its ending counts.

    Raises UnreadableUpload, UnknownUpload, UploadHoldsTooMuch, TakesTooLong, TakesTooMuch; BadUpload: the choice does
    not fit the file.
    """
    name = Path(name.replace("\\", "/")).name[-LONGEST_NAME:] or "?"
    try:
        with tempfile.TemporaryDirectory(prefix="upload-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / "upload"
            await asyncio.to_thread(path.write_bytes, content)
            job = (str(path), name, choice or Choice())
            found: Contents = await run_beside("api.workflows.uploads:look", job, SECONDS, MEGABYTES)
            return found
    except HoldsTooMuch as error:
        raise errors.UploadHoldsTooMuch(error) from None
    except UnknownFileKind as error:
        raise errors.UnknownUpload(error) from None
    except (UnknownLayer, UnknownFeature, UnknownEncoding) as error:
        field = next(field for kind, field in FIELDS.items() if isinstance(error, kind))
        raise errors.BadUpload(field, error) from None
    except GisError as error:
        raise errors.UnreadableUpload("file", error) from None


async def read_outline(
    content: bytes, name: str, layer: str | None = None, feature: int | None = None, crs: Crs | None = None,
    encoding: str | None = None,
) -> Outline:  # fmt: skip
    """One feature of a file as an outline, with its issues and its system; for a draft that takes it.

    layer, feature: None where there is only one. Errors as `look_through`.
    """
    found = await look_through(content, name, Choice(layer, feature, crs, encoding))
    if found.chosen is not None:
        return found.chosen
    if len(found.layers) != 1:
        raise errors.BadUpload("layer", LayerNotChosen(known=", ".join(one.name for one in found.layers[:20])))
    (only,) = found.layers
    raise errors.BadUpload("feature", FeatureNotChosen(layer=only.name, count=only.features))


def crs_of(text: str) -> Crs:
    """The system that a field of a form names: an OGC URI, a CURIE, EPSG:9209 or 9209. Raises BadCrs."""
    found = by_name(f"EPSG:{text}" if text.isdigit() else text)
    try:
        return found if found is not None else parse_crs(text)
    except UnknownCrs as error:
        raise errors.BadCrs("crs", value=text, known=error.facts["known"]) from None


def look(path: str, name: str, choice: Choice) -> Contents:
    """`inspect`, in a process that does nothing else."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_FILE, LONGEST_FILE))
    file = Path(path)
    try:
        if file.stat().st_size <= LIMITS.size:
            confine(detect(file, name))
        return inspect(
            file, name, layer=choice.layer, feature=choice.feature, crs=choice.crs, encoding=choice.encoding,
            limits=LIMITS,
        )  # fmt: skip
    except (GisError, MemoryError):
        raise
    except Exception as error:  # what nobody thought of is a file's fault until it is looked into
        logging.getLogger(__name__).exception("a file could not be read in a way that has no name yet")
        raise UnreadableFile(file=name, reason=DAMAGED) from error


def confine(kind: Kind) -> None:
    """Switch off in GDAL, before it is loaded, whatever is not needed for one kind of file."""
    os.environ.update(CONFINED)
    os.environ["GDAL_SKIP"] = ",".join(one for one in DRIVERS if one != kind.driver)
