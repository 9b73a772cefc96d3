"""GeoPackage and FlatGeobuf, by GDAL. Vertices are the bits of the WKB that comes in."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from gis.formats.arrow import GEOMETRY, columns_of, list_as_text, record_batches
from gis.formats.layers import Batches, Layer

ALIASES = """
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name))
"""
CONSTRAINTS = """
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))
"""
DEFINED_IN = "http://www.geopackage.org/spec121/#extension_schema"


def write_geopackage(path: Path, layer: Layer, batches: Batches) -> None:
    """One table with a spatial index. Lists are JSON texts; times have milliseconds; columns have their titles."""
    about = layer.about
    options = {"IDENTIFIER": about.title, "DESCRIPTION": f"{about.description} {about.attribution}"}
    write_by(path, "GPKG", layer, batches, options)
    with closing(sqlite3.connect(path)) as file, file:
        name_columns(file, layer)


def name_columns(file: sqlite3.Connection, layer: Layer) -> None:
    """Give each column its title, where QGIS and GDAL look for aliases: the extension `gpkg_schema`."""
    tables = {"gpkg_data_columns": ALIASES, "gpkg_data_column_constraints": CONSTRAINTS}
    for table, statement in tables.items():
        file.execute(statement)
        file.execute(
            "INSERT INTO gpkg_extensions (table_name, extension_name, definition, scope) VALUES (?, ?, ?, ?)",
            (table, "gpkg_schema", DEFINED_IN, "read-write"),
        )
    taken = set[str]()
    for column in layer.columns:
        alias = column.label if column.label not in taken else f"{column.label} [{column.name}]"
        taken.add(alias)
        file.execute(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
            (layer.name, column.name, alias, column.label),
        )


def write_flatgeobuf(path: Path, layer: Layer, batches: Batches) -> None:
    """With its spatial index, unless a geometry is missing: GDAL does not index such a file.

    A day is a time without a clock there, since the format knows only times.
    """
    about = layer.about
    index = "NO" if layer.bare or not layer.count else "YES"
    options = {"TITLE": about.title, "DESCRIPTION": about.description, "SPATIAL_INDEX": index}
    write_by(path, "FlatGeobuf", layer, batches, options, TEMPORARY_DIR=str(path.parent))


def write_by(path: Path, driver: str, layer: Layer, batches: Batches, options: dict[str, str], **more: str) -> None:
    """Hand the batches to a driver of GDAL, which keeps none of them."""
    import pyarrow as pa
    import pyogrio

    schema = columns_of(layer, lists=False)
    failures: list[Exception] = []

    def watched() -> Any:
        try:  # GDAL would only say that there was an error
            yield from record_batches(schema, layer, batches, list_as_text)
        except Exception as error:
            failures.append(error)
            raise

    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, watched()), path, layer=layer.name, driver=driver,
            geometry_name=GEOMETRY if layer.geometry else None, geometry_type=layer.geometry or None,
            crs=f"EPSG:{layer.epsg}" if layer.geometry else None, layer_metadata=layer.about.metadata(),
            layer_options={**options, **more}, encoding="UTF-8",
        )  # fmt: skip
    except Exception:
        if failures:
            raise failures[0] from None
        raise
