"""Batches as Arrow, which GDAL and Parquet take without a detour through Python objects."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from gis.formats.layers import Batches, Column, Layer

GEOMETRY = "geometry"


def columns_of(layer: Layer, *, lists: bool) -> Any:
    """The schema of the properties. lists: whether the format has them; else a list is a JSON text."""
    import pyarrow as pa

    types = {
        "string": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_(),
        "date": pa.date32(), "date-time": pa.timestamp("us", "UTC"),
        "array": pa.list_(pa.string()) if lists else pa.string(),
    }  # fmt: skip
    fields = [pa.field(column.name, types[column.kind], metadata=described(column)) for column in layer.columns]
    if layer.geometry:
        fields.append(pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))
    return pa.schema(fields)


def described(column: Column) -> dict[str, str]:
    facts = {"title": column.title, "unit": column.unit}
    return {name: text for name, text in facts.items() if text}


def record_batches(
    schema: Any, layer: Layer, batches: Batches, change: Callable[[Column], Callable[[Any], Any] | None]
) -> Iterator[Any]:
    """The batches as Arrow's; `change` gives what to do with the values of a column that are not None."""
    import pyarrow as pa

    changes = [change(column) for column in layer.columns]
    for batch in batches:
        values = [
            [None if one is None else changed(one) for one in given] if changed else given
            for given, changed in zip(zip(*batch, strict=True), [*changes, None], strict=True)
        ]
        if not layer.geometry:
            values.pop()
        yield pa.record_batch([pa.array(v, field.type) for v, field in zip(values, schema, strict=True)], schema)


def list_as_text(column: Column) -> Callable[[Any], Any] | None:
    """For formats without lists."""
    return (lambda value: json.dumps(value, ensure_ascii=False)) if column.kind == "array" else None
