"""Vector tiles, the hot way: /collections/{c}/tiles/{set}/{zoom}/{row}/{column}, and the same without a collection."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.errors import NotFound, NoTiles, UnknownTile, UnknownTileMatrixSet, UnknownZoom
from api.language import N_
from api.routes.asked import Asked
from api.routes.offers import Offer, strong_etag
from api.routes.ogc.collections import find_collection
from api.routes.press import CODINGS, SHORTEST, compressed, gzipped
from api.routes.requests import Media, Wish
from api.store.connect import Reader
from api.store.tiles import REGISTER, SOURCES, Detail, Source, limits, select_area, select_tile, zooms
from gis.tile_matrix_sets import TILE_MATRIX_SETS, Limits, Rectangle, TileMatrixSet

MVT = "application/vnd.mapbox-vector-tile"
TILES: Media = {"mvt": (MVT, "application/x-protobuf", "application/vnd.mapbox-tile", "application/octet-stream")}
WISHES = 500
router = APIRouter()


class Tiles:
    """Makes offers for tiles. Where a tile may be but nothing lies, it is empty (200), so that it can be kept and
    asked again by its ETag like any other; beyond the limits of its tileset there is none (404).
    """

    def __init__(self, reader: Reader, detail: Detail) -> None:
        self.reader = reader
        self.detail = detail
        self.wishes: set[object] = set()
        self.areas: dict[Source, tuple[int, Rectangle | None]] = {}

    async def offer(self, asked: Asked) -> Offer | None:
        """The tile, or None where something else is asked for. Raises RegistryError."""
        parts = asked.path.split("/")
        if len(parts) == 8 and parts[1] == "collections" and parts[3] == "tiles":
            source = find_source(parts[2])
        elif len(parts) == 6 and parts[1] == "tiles":
            source = REGISTER
        else:
            return None
        self.check(asked)
        name, zoom_text, row_text, column_text = parts[-4:]
        grid = find_grid(name)
        zoom, row, column = whole(zoom_text), whole(row_text), whole(column_text)
        known = zooms(source, grid)
        if zoom not in known:
            raise UnknownZoom(zoom=zoom_text, first=known[0], last=known[-1])
        check_place(zoom, row_text, column_text, grid.whole(zoom))
        tile = await select_tile(self.reader, source, grid, zoom, row, column, self.detail)
        if not tile.body:
            area = await self.area(source, tile.revision)
            check_place(zoom, row_text, column_text, limits(source, grid, area)[zoom])

        async def make(coding: str) -> bytes:
            if coding == "gzip":
                return gzipped(tile.body, (), b"")
            return compressed(tile.body, coding) if coding else tile.body

        return Offer(
            strong_etag(tile.body), MVT.encode(), make, source.part, tile.changed_at,
            CODINGS if len(tile.body) >= SHORTEST else (),
        )  # fmt: skip

    def check(self, asked: Asked) -> None:
        """Refuse what is not understood; what was once is remembered, as it is the same for every tile of a map."""
        wish = asked.key[4:]  # query, Accept, Accept-Language
        if wish not in self.wishes:
            Wish(Request(asked.scope), media=TILES)
            if len(self.wishes) >= WISHES:
                self.wishes.clear()
            self.wishes.add(wish)

    async def area(self, source: Source, revision: int) -> Rectangle | None:
        """Where features lie, asked anew after each change."""
        known = self.areas.get(source)
        if known is None or known[0] != revision:
            known = self.areas[source] = await select_area(self.reader, source)
        return known[1]


def find_source(name: str) -> Source:
    """What the tiles of a collection are made from. Raises UnknownCollection, NoTiles."""
    collection = find_collection(name)
    if name not in SOURCES:
        raise NoTiles(collection=collection.name, known=", ".join(SOURCES))
    return SOURCES[name]


def find_grid(name: str) -> TileMatrixSet:
    """Raises UnknownTileMatrixSet."""
    if name not in TILE_MATRIX_SETS:
        raise UnknownTileMatrixSet(name=name, known=", ".join(TILE_MATRIX_SETS))
    return TILE_MATRIX_SETS[name]


def whole(text: str) -> int:
    """A number written in the one way that it can be written in an address, else -1."""
    is_plain = text.isascii() and text.isdigit() and len(text) < 10 and (text[0] != "0" or text == "0")
    return int(text) if is_plain else -1


def check_place(zoom: int, row: str, column: str, limits: Limits) -> None:
    """Raises UnknownTile."""
    inside = limits.first_row <= whole(row) <= limits.last_row
    if not (inside and limits.first_column <= whole(column) <= limits.last_column):
        raise UnknownTile(zoom=zoom, row=row, column=column, **limits._asdict())


PLACE = "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"
Grid = Annotated[str, Path(alias="tileMatrixSetId")]
Zoom = Annotated[str, Path(alias="tileMatrix")]
Row = Annotated[str, Path(alias="tileRow")]
Column = Annotated[str, Path(alias="tileCol")]


# Both are answered by Tiles before anything is routed; these say that the addresses are there, and for which methods.
@router.get("/tiles" + PLACE, summary=N_("A vector tile of all collections"), tags=["OGC API"])
async def tile(_grid: Grid, _zoom: Zoom, _row: Row, _column: Column) -> Response:
    raise NotFound


@router.get("/collections/{name}/tiles" + PLACE, summary=N_("A vector tile of a collection"), tags=["OGC API"])
async def collection_tile(name: str, _grid: Grid, _zoom: Zoom, _row: Row, _column: Column) -> Response:
    raise NoTiles(collection=name, known=", ".join(SOURCES))
