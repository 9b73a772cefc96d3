"""Vector tiles: one statement makes a tile, and says of which revision of the register it is."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from api.store.collections import COLLECTIONS, Collection, Property
from api.store.connect import Reader
from gis.tile_matrix_sets import WEB_MERCATOR_QUAD, Limits, Rectangle, TileMatrixSet, to_degrees, to_mercator

Detail = Literal["few", "full"]
EXTENT, BUFFER = 4096, 64  # units of a tile's grid; what lies in the buffer is drawn too
LEAST = 2  # units; a zone smaller than that is drawn as a square of that side
LAST_ZOOM = 18  # of WebMercatorQuad: a unit is 4 cm
SNAPPED = range(10, 17)  # zooms of WebMercatorQuad at which shapes known to stay valid are only moved to the grid
BANDS = ((6, "shape_6"), (10, "shape_10"), (13, "shape_13"))  # the last zoom of WebMercatorQuad that each is good for


@dataclass(frozen=True, eq=False)
class Layer:
    """A collection as a layer. `names` are told from zoom `named_from` on, where a map has room for them; `first` is
    the first zoom with tiles. Zooms are those of WebMercatorQuad.
    """

    collection: Collection
    table: str
    properties: str
    names: str = ""
    named_from: int = 0
    first: int = 0

    @property
    def whole(self) -> str:
        """The column of the shapes as they are stored, which has an index."""
        return "point" if self.collection.geometry_type == "Point" else "shape"

    @property
    def is_generalised(self) -> bool:
        """Whether there are simpler shapes for lower zooms."""
        return self.whole == "shape" and self.table != "tile_lots"

    @property
    def knows_snapping(self) -> bool:
        """Whether it is known which shapes stay valid on the grids of SNAPPED."""
        return self.table in ("tile_zones", "tile_lots") and self.whole == "shape"

    @property
    def has_least_size(self) -> bool:
        """Whether a feature never gets too small to be seen."""
        return self.collection.name == "zones"

    def columns(self, zoom: int, detail: Detail) -> list[Property]:
        """What a feature tells at a zoom of WebMercatorQuad."""
        words = self.properties.split() + (self.names.split() if zoom >= self.named_from else [])
        return [one for one in self.collection.properties if detail == "full" or one.name in words]


@dataclass(frozen=True, eq=False)
class Source:
    """Layers that are had in one tile; `part` is the part of the register whose revision they have in common."""

    part: str
    layers: tuple[Layer, ...]

    @property
    def first(self) -> int:
        return min(layer.first for layer in self.layers)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as MVT, empty where there is nothing; `changed_at` is in seconds since 1970."""

    revision: int
    changed_at: int
    body: bytes


ZONES = "slug kind status fill_rate_pct boundary_quality"
LAYERS = {
    one.collection.name: one
    for one in (
        Layer(COLLECTIONS["zones"], "tile_zones", ZONES, "name_vi name_en", 7),
        Layer(COLLECTIONS["zone-points"], "tile_zones", f"{ZONES} location_accuracy_m", "name_vi name_en", 7),
        Layer(COLLECTIONS["lots"], "tile_lots", "id zone code land_use status area_ha", first=12),
        Layer(COLLECTIONS["admin-units"], "tile_units", "uid code full_name name_en level valid_from valid_to"),
    )
}
SOURCES = {name: Source(layer.collection.part, (layer,)) for name, layer in LAYERS.items()}
REGISTER = Source("register", tuple(LAYERS.values()))


def likeness(grid: TileMatrixSet) -> int:
    """How much larger the zoom of WebMercatorQuad is that has the scale of a zoom of `grid`."""
    return 0 if grid is WEB_MERCATOR_QUAD else 1


async def select_tile(
    reader: Reader, source: Source, grid: TileMatrixSet, zoom: int, row: int, column: int, detail: Detail
) -> Tile:
    """A tile of a source. Whether there are tiles of that zoom is for the caller to know."""
    area = grid.tile(zoom, row, column)
    unit = grid.tile_side(zoom) / EXTENT
    around = area.grown(BUFFER * unit)
    values: dict[str, object] = {
        "part": source.part, "tile": as_box(area),
        "around": as_box(around if grid is WEB_MERCATOR_QUAD else to_mercator(around)),
        "half": LEAST * unit / 2, "least": LEAST * unit * grid.unit,
        "west": -area.west, "north": -area.north, "scale": 1 / unit, "turned": -1 / unit,
    }  # fmt: skip
    (found,) = await reader.rows(tile_statement(source, grid, zoom, detail), values, binary=True)
    return Tile(*found)


def as_box(area: Rectangle) -> str:
    return f"BOX({area.west!r} {area.south!r},{area.east!r} {area.north!r})"


@cache
def tile_statement(source: Source, grid: TileMatrixSet, zoom: int, detail: Detail) -> str:
    """The statement for all tiles of a zoom."""
    scale = zoom + likeness(grid)
    layers = [layer_expression(one, grid, scale, detail) for one in source.layers if scale >= one.first]
    return (
        f"SELECT r.revision, floor(extract(epoch FROM r.changed_at))::bigint, {' || '.join(layers)} "
        "FROM revisions r WHERE r.part = %(part)s"
    )


def layer_expression(layer: Layer, grid: TileMatrixSet, scale: int, detail: Detail) -> str:
    """A layer of a tile as bytes; features in the order of their numbers, so that the same ones make the same bytes."""
    source, table = f"{layer.table} t", "t"
    if detail == "full":
        source, table = f"{source} JOIN {layer.collection.view} s USING (fid)", "s"
    columns = "".join(f", {column(table, one)}" for one in layer.columns(scale, detail))
    shape = f"t.{shape_column(layer, scale, detail)}"
    around = "ST_SetSRID(%(around)s::box2d::geometry, 3857)"
    drawn = on_grid(shape, grid)
    if layer.knows_snapping and grid is WEB_MERCATOR_QUAD and scale in SNAPPED:
        moved = f"ST_SnapToGrid(ST_TransScale({shape}, %(west)s, %(north)s, %(scale)s, %(turned)s), 1)"
        drawn = f"CASE WHEN t.snaps AND t.shape @ {around} THEN {moved} ELSE {drawn} END"
    if layer.has_least_size and detail == "few":
        square = on_grid("t.anchor", grid, grown=True)  # also for one so thin that the grid has no room for it
        drawn = f"coalesce(CASE WHEN t.span >= %(least)s THEN {drawn} END, {square})"
    return (
        f"(SELECT ST_AsMVT(f, '{layer.collection.name}', {EXTENT}, 'drawn', 'fid') FROM "
        f"(SELECT t.fid{columns}, {drawn} AS drawn FROM {source} "
        f"WHERE t.{layer.whole} && {around} ORDER BY t.fid) f)"
    )


def column(table: str, told: Property) -> str:
    """A property, a number in the only form in which a tile has numbers."""
    return f"{table}.{told.name}{'::float8' if told.kind == 'number' else ''}"


def shape_column(layer: Layer, scale: int, detail: Detail) -> str:
    if detail == "full" or not layer.is_generalised:
        return layer.whole
    return next((column for last, column in BANDS if scale <= last), layer.whole)


def on_grid(column: str, grid: TileMatrixSet, *, grown: bool = False) -> str:
    """A column of shapes on the grid of the tile, null outside of it; a point can be grown to a square."""
    shape = column if grid is WEB_MERCATOR_QUAD else f"ST_Transform({column}, {grid.crs.srid})"
    if grown:
        shape = f"ST_Expand({shape}, %(half)s)"
    return f"ST_AsMVTGeom({shape}, %(tile)s::box2d, {EXTENT}, {BUFFER})"


async def select_area(reader: Reader, source: Source) -> tuple[int, Rectangle | None]:
    """The revision of a source, and the area of all its features in EPSG:3857; None where there are none."""
    boxes = " UNION ALL ".join(f"SELECT ST_Extent({one.whole}) AS box FROM {one.table}" for one in source.layers)
    ((revision, *sides),) = await reader.rows(
        "SELECT (SELECT revision FROM revisions WHERE part = %(part)s), "
        "min(ST_XMin(box)), min(ST_YMin(box)), max(ST_XMax(box)), max(ST_YMax(box)) "
        f"FROM ({boxes}) boxes",
        {"part": source.part},
    )
    return revision, None if sides[0] is None else Rectangle(*sides)


def zooms(source: Source, grid: TileMatrixSet) -> range:
    """The zooms of a tile matrix set that there are tiles of."""
    return range(max(0, source.first - likeness(grid)), LAST_ZOOM - likeness(grid) + 1)


def limits(source: Source, grid: TileMatrixSet, area: Rectangle | None) -> dict[int, Limits]:
    """Which tiles there are at each zoom, where features lie in `area` of EPSG:3857; all, and empty, where none do."""
    if area is None:
        return {zoom: grid.whole(zoom) for zoom in zooms(source, grid)}
    here = area if grid is WEB_MERCATOR_QUAD else to_degrees(area)
    return {
        zoom: grid.limits(zoom, here.grown((BUFFER + LEAST) * grid.tile_side(zoom) / EXTENT))
        for zoom in zooms(source, grid)
    }
