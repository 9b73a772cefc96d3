"""What a file holds, for somebody who is to choose; and the one feature that was chosen, as an outline."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, mapping

from gis.crs import Crs, Points
from gis.errors import FeatureNotChosen, HoldsTooMuch, LayerNotChosen, UnknownFeature, UnknownLayer
from gis.issues import N_, Issue
from gis.shapes import SQUARE_METRES_PER_HA, geodesic_area_m2
from gis.uploads import by_gdal, delimited, geojson, geopackage
from gis.uploads.kinds import Kind, detect
from gis.uploads.limits import DEFAULT, MEGABYTE, Limits
from gis.uploads.outlines import LINES, POLYGONS, Placed, drawn, place
from gis.uploads.records import Record, Table, Value, check_counts
from gis.uploads.systems import Candidate, candidates
from gis.uploads.words import cut, listed

Read = Callable[[Path, str, Limits, str | None], list[Table]]
READERS: Mapping[str, Read] = {
    "geojson": lambda path, name, limits, _: geojson.read(path, name, limits),
    "gpkg": lambda path, name, limits, _: geopackage.read(path, name, limits),
    "shp": by_gdal.read_shapefiles,
    "kml": lambda path, name, limits, _: by_gdal.read_kml(path, name, limits),
    "kmz": lambda path, name, limits, _: by_gdal.read_kmz(path, name, limits),
    "dxf": by_gdal.read_drawing,
    "fgb": lambda path, name, limits, _: by_gdal.read_flatgeobuf(path, name, limits),
    "csv": delimited.read,
}
NAMES = (
    "name_vi", "full_name", "name", "ten", "tên", "ten_kcn", "ten_khu", "tenkhu", "tên_khu", "title", "label", "text",
    "ky_hieu", "kyhieu", "slug", "id",
)  # fmt: skip
LONGEST_NAME = 120
PREVIEW_DECIMALS = 7  # about a centimetre
OVERRIDDEN = N_("The file says “{said}”; it was read as {crs}, as you asked.")
MIXED = N_("This layer mixes kinds of geometry: {kinds}.")
NOT_ALL = N_("Of {count} features only {most} are listed, those first that can be outlines. Ask for others by number.")


@dataclass(frozen=True)
class Feature:
    """A feature to choose from. number: from 1 within its layer; kind: of its geometry, empty where it has none.

    area_ha: on the ellipsoid, None where it cannot be an outline as it is; bbox: west, south, east, north; preview: as
    GeoJSON, simplified; both WGS 84 and None where the system is not known.
    """

    number: int
    name: str | None
    attributes: dict[str, Value]
    kind: str
    vertices: int
    area_ha: float | None
    bbox: tuple[float, ...] | None
    preview: dict[str, Any] | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Layer:
    """A layer to choose from. crs: as understood or given; crs_said: what the file calls it, empty if it is silent.

    features: how many it has, of the kinds in `kinds`; `listed` are those told of here.
    """

    name: str
    features: int
    kinds: dict[str, int]
    crs: Crs | None
    crs_said: str
    needs_crs: bool
    candidates: tuple[Candidate, ...]
    encoding: str | None
    issues: tuple[Issue, ...]
    listed: tuple[Feature, ...]


@dataclass(frozen=True)
class Outline:
    """The feature that was chosen. outline: WGS 84 lon, lat, rounded once to 1e-9 degree; None where it cannot be one
    or its system has to be asked; then `candidates` are what it may be. An issue of severity `error` tells why.

    attributes: of the feature, cut; area_ha on the ellipsoid, None where the outline has an error.
    """

    layer: str
    feature: int
    name: str | None
    attributes: dict[str, Value]
    outline: MultiPolygon | None
    crs: Crs | None
    crs_said: str
    needs_crs: bool
    candidates: tuple[Candidate, ...]
    issues: tuple[Issue, ...]
    area_ha: float | None = None


@dataclass(frozen=True)
class Contents:
    """A file, looked through. chosen: the feature that was asked for, or the only one there is."""

    kind: Kind
    layers: tuple[Layer, ...]
    chosen: Outline | None = None
    issues: tuple[Issue, ...] = field(default_factory=tuple)


def inspect(
    path: Path, name: str, *, layer: str | None = None, feature: int | None = None, crs: Crs | None = None,
    encoding: str | None = None, limits: Limits = DEFAULT,
) -> Contents:  # fmt: skip
    """The layers and features of a file that was called `name`, and the chosen one of them.

    layer, feature: the choice, None where there is only one. crs: of a file that does not say it, or says it wrongly.
    encoding: of texts, where the format does not fix it. Raises UnreadableFile, UnknownFileKind, WrongEnding,
    HoldsTooMuch, UnknownLayer, UnknownFeature, UnknownEncoding. Parts are unpacked beside `path`.
    """
    kind, tables = read(path, name, encoding, limits)
    wanted = [find_layer(tables, layer)] if layer is not None else tables
    room, layers = limits.listed, []
    for table in wanted:
        layers.append(layer_of(kind, table, crs, limits, room))
        room -= len(layers[-1].listed)
    chosen = None
    if feature is not None or (len(wanted) == 1 and len(wanted[0].records) == 1):
        table = find_layer(tables, layer)
        chosen = chosen_of(kind, table, find_record(table, feature), crs, limits)
    return Contents(kind, tuple(layers), chosen)


def outline_of(
    path: Path, name: str, layer: str | None = None, feature: int | None = None, crs: Crs | None = None, *,
    encoding: str | None = None, limits: Limits = DEFAULT,
) -> Outline:  # fmt: skip
    """One feature of a file as an outline; arguments and errors as `inspect`."""
    kind, tables = read(path, name, encoding, limits)
    table = find_layer(tables, layer)
    return chosen_of(kind, table, find_record(table, feature), crs, limits)


def read(path: Path, name: str, encoding: str | None, limits: Limits) -> tuple[Kind, list[Table]]:
    if path.stat().st_size > limits.size:
        raise HoldsTooMuch(most=f"{limits.size // MEGABYTE} MB")
    kind = detect(path, name)
    tables = READERS[kind.name](path, name, limits, encoding)
    check_counts(tables, limits)
    return kind, tables


def find_layer(tables: list[Table], name: str | None) -> Table:
    """By its name; without one the only layer there is. Raises LayerNotChosen, UnknownLayer."""
    known = listed(one.name for one in tables)
    if name is None and len(tables) != 1:
        raise LayerNotChosen(known=known)
    found = next((one for one in tables if name is None or one.name == name), None)
    if found is None:
        raise UnknownLayer(layer=cut(name or "", 100), known=known)
    return found


def find_record(table: Table, number: int | None) -> Record:
    """By its number; without one the only record there is. Raises FeatureNotChosen,
    UnknownFeature.
    """
    count = len(table.records)
    if number is None and count != 1:
        raise FeatureNotChosen(layer=table.name, count=count)
    number = number or 1
    if number > count:
        raise UnknownFeature(feature=number, layer=table.name, count=count)
    return table.records[number - 1]


def layer_of(kind: Kind, table: Table, given: Crs | None, limits: Limits, room: int) -> Layer:
    crs, issues = system_for(table, given)
    kinds = Counter(kind_of(one) for one in table.records)
    if len({one.removeprefix("Multi") for one in kinds if one}) > 1 and kind.name != "dxf":
        shown = ", ".join(f"{name} ({count})" for name, count in sorted(kinds.items()) if name)
        issues.append(Issue("kinds-mixed", "warning", MIXED, {"kinds": shown}))
    told = table.records
    if len(told) > room:
        told = sorted(told, key=promise)[:room]
        issues.append(Issue("not-all-listed", "warning", NOT_ALL, {"count": len(table.records), "most": room}))
    needs = crs is None and not table.said.is_foreign
    return Layer(
        table.name, len(table.records), dict(kinds), crs, table.said.text, needs,
        candidates_for(table.records) if crs is None else (), table.encoding, tuple(issues),
        tuple(feature_of(kind, one, crs, limits) for one in sorted(told, key=lambda one: one.number)),
    )  # fmt: skip


def system_for(table: Table, given: Crs | None) -> tuple[Crs | None, list[Issue]]:
    """The system to read a layer in: as given, else as it says."""
    said = table.said
    if given is None:
        return said.crs, [*table.issues, *said.issues]
    if given is said.crs or not said.text:
        return given, list(table.issues)
    facts = {"said": said.text, "crs": given.name}
    return given, [*table.issues, Issue("crs-overridden", "warning", OVERRIDDEN, facts)]


def candidates_for(records: Iterable[Record]) -> tuple[Candidate, ...]:
    """The systems in which the polygons of records lie in Viet Nam, or whatever they have where there are none."""
    found = sorted(records, key=promise)
    best = [one.geometry for one in found if one.geometry is not None and promise(one) == promise(found[0])]
    points: Points = shapely.get_coordinates(best)
    return candidates(points[np.isfinite(points).all(axis=1)])


def promise(record: Record) -> int:
    """0 for what can be an outline, then lines, then the rest."""
    kind = kind_of(record)
    if kind in POLYGONS:
        return 0
    if kind in LINES:
        return 0 if is_ring(record.geometry) else 1
    return 2 if kind else 3


def is_ring(line: Any) -> bool:
    points = shapely.get_coordinates(line)
    return len(points) > 3 and bool(np.hypot(*(points[0] - points[-1])) <= 1e-3)


def kind_of(record: Record) -> str:
    geometry = record.geometry
    return "" if geometry is None or geometry.is_empty else str(geometry.geom_type).replace("LinearRing", "LineString")


def placed_of(kind: Kind, record: Record, crs: Crs | None, limits: Limits) -> Placed:
    return place(record, crs, limits, lines_are_usual=kind.name == "dxf")


def feature_of(kind: Kind, record: Record, crs: Crs | None, limits: Limits) -> Feature:
    found = placed_of(kind, record, crs, limits)
    shape = found.outline if found.outline is not None else found.shape
    count = 0 if record.geometry is None else int(shapely.get_num_coordinates(record.geometry))
    small = drawn(shape, limits.drawn)
    bounds = None if shape is None else tuple(round(float(one), PREVIEW_DECIMALS) for one in shape.bounds)
    values = attributes_of(record, limits)
    return Feature(
        record.number, name_of(record), values, kind_of(record), count, area_of(found), bounds, preview_of(small),
        found.issues,
    )  # fmt: skip


def preview_of(shape: Any) -> dict[str, Any] | None:
    if shape is None:
        return None
    rounded = shapely.transform(shape, lambda points: np.round(points, PREVIEW_DECIMALS))
    return dict(mapping(rounded))


def area_of(found: Placed) -> float | None:
    if found.outline is None or not found.is_sound:
        return None
    return round(geodesic_area_m2(found.outline) / SQUARE_METRES_PER_HA, 4)


def chosen_of(kind: Kind, table: Table, record: Record, given: Crs | None, limits: Limits) -> Outline:
    crs, issues = system_for(table, given)
    found = placed_of(kind, record, crs, limits)
    values = attributes_of(record, limits)
    return Outline(
        table.name, record.number, name_of(record), values, found.outline, crs, table.said.text,
        crs is None and not table.said.is_foreign, candidates_for([record]) if crs is None else (),
        (*issues, *found.issues), area_of(found),
    )  # fmt: skip


def attributes_of(record: Record, limits: Limits) -> dict[str, Value]:
    """What a record says, cut to what a person reads."""
    found = list(record.attributes.items())[: limits.attributes]
    return {cut(str(name), 100): plain(value, limits.letters) for name, value in found}


def plain(value: Any, most: int) -> Value:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int) and abs(value) < 1 << 53:
        return value
    if isinstance(value, float) and np.isfinite(value):
        return value
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
    return cut(text, most)


def name_of(record: Record) -> str | None:
    """The attribute that looks like a name, else the first text."""
    values = {name.strip().lower(): value for name, value in record.attributes.items() if isinstance(value, str | int)}
    named = [values[one] for one in NAMES if values.get(one) not in (None, "")]
    texts = [value for value in values.values() if isinstance(value, str) and value.strip()]
    first = next(iter((*named, *texts)), None)
    return None if first is None else cut(str(first), LONGEST_NAME)
