"""GeoParquet 1.1: Parquet whose geometry is WKB, with its CRS as PROJJSON and a box for every feature.

The boxes let DuckDB, GDAL and others skip what lies elsewhere. Features without geometry have none.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gis.formats.arrow import GEOMETRY, columns_of, record_batches
from gis.formats.layers import Batches, Layer

VERSION = "1.1.0"
SIDES = ("xmin", "ymin", "xmax", "ymax")


def write(path: Path, layer: Layer, batches: Batches) -> None:
    """A row group a batch; the file's own metadata holds `geo` and what is said of the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = columns_of(layer, lists=True)
    schema = plain
    if layer.geometry:
        box = pa.struct([pa.field(side, pa.float64(), nullable=False) for side in SIDES])
        schema = plain.append(pa.field("bbox", box))
    extent = Extent()
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for batch in record_batches(plain, layer, batches, lambda _column: None):
            file.write_batch(extent.boxed(batch, schema) if layer.geometry else batch)
        about = layer.about.metadata()
        if layer.geometry:
            about["geo"] = json.dumps(geo(layer, extent))
        file.add_key_value_metadata(about)


class Extent:
    """The box around all that was written, and each feature's own."""

    def __init__(self) -> None:
        self.sides: list[float] = []

    def boxed(self, batch: Any, schema: Any) -> Any:
        """The batch with the column `bbox`."""
        import pyarrow as pa
        import shapely

        bounds = shapely.bounds(shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False)))
        missing = bounds[:, 0] != bounds[:, 0]
        if not missing.all():
            known = bounds[~missing]
            self.add([*known[:, :2].min(axis=0), *known[:, 2:].max(axis=0)])
        bounds[missing] = 0
        sides = [pa.array(bounds[:, place]) for place in range(4)]
        fields = list(schema.field("bbox").type)
        column = pa.StructArray.from_arrays(sides, fields=fields, mask=pa.array(missing))
        return pa.record_batch([*batch.columns, column], schema)

    def add(self, box: list[float]) -> None:
        old = self.sides or box
        lower, upper = (min(pair) for pair in zip(old[:2], box[:2], strict=True)), zip(old[2:], box[2:], strict=True)
        self.sides = [*map(float, lower), *(float(max(pair)) for pair in upper)]


def geo(layer: Layer, extent: Extent) -> dict[str, Any]:
    """The metadata of GeoParquet. Without `crs` it is OGC:CRS84; coordinates are x, y whatever a CRS prescribes."""
    from pyproj import CRS

    column: dict[str, Any] = {
        "encoding": "WKB", "geometry_types": [layer.geometry],
        "covering": {"bbox": {side: ["bbox", side] for side in SIDES}},
    }  # fmt: skip
    if layer.crs.epsg is not None:
        column["crs"] = CRS.from_epsg(layer.epsg).to_json_dict()
    if extent.sides:
        column["bbox"] = extent.sides
    return {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def batches_of(path: Path) -> Iterator[Any]:
    """A Parquet file's record batches."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        yield from file.iter_batches()
