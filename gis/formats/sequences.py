"""Files of JSON: GeoJSON, its sequences (RFC 8142), and OGC Features and Geometries JSON 1.0.

The features come as finished texts, written like those of the service; only what stands around them is made here.
Coordinates are in the axis order of the CRS, as in every answer of JSON.
"""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from gis.formats.layers import Batches, Layer

RECORD_SEPARATOR = "\x1e"
CONFORMS = (
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
)
DIMENSIONS = {"Point": 0, "MultiPolygon": 2}


def write_sequence(path: Path, layer: Layer, batches: Batches) -> None:
    """A GeoJSON text sequence: each feature between a record separator and a line feed.

    A sequence has no head: its first feature carries what there is to say of all, as members of its own.
    """
    head = text(about(layer))[1:-1]
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, feature in enumerate(features(batches)):
            told = f"{feature[:-1]},{head}}}" if number == 0 else feature
            file.write(f"{RECORD_SEPARATOR}{told}\n")


def write_geojson(path: Path, layer: Layer, batches: Batches) -> None:
    """One FeatureCollection with all features."""
    write_collection(path, {"type": "FeatureCollection", "name": layer.name, **about(layer)}, batches)


def write_jsonfg(path: Path, layer: Layer, batches: Batches) -> None:
    """One FeatureCollection of JSON-FG: `place` in the CRS asked for, `geometry` in WGS 84 for old readers."""
    head = {
        "type": "FeatureCollection", "conformsTo": CONFORMS, "featureType": layer.name,
        "geometryDimension": DIMENSIONS.get(layer.geometry), "coordRefSys": layer.crs.uri, **about(layer),
    }  # fmt: skip
    write_collection(path, head, batches)


def about(layer: Layer) -> dict[str, str]:
    return layer.about.metadata()


def write_collection(path: Path, head: dict[str, Any], batches: Batches) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text(head)[:-1] + ',"features":[')
        for number, feature in enumerate(features(batches)):
            file.write(",\n" if number else "\n")
            file.write(feature)
        file.write("\n]}\n")


def features(batches: Batches) -> Iterator[str]:
    return (feature for (feature,) in chain.from_iterable(batches))


def text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
