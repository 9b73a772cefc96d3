"""Tilesets and tile matrix sets: which tiles there are, where, and what they tell. TileJSON for map libraries."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api import attribution
from api.language import N_, Gettext, gettext
from api.routes.ogc.links import JSON, link, relation, self_and_alternate
from api.routes.ogc.tiles import MVT, find_grid, find_source
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import DOCUMENT, Media, Wish
from api.schemas.words import COLLECTIONS as TEXTS
from api.schemas.words import PROPERTIES
from api.store.tiles import REGISTER, Layer, Source, likeness, limits, select_area, zooms
from gis.tile_matrix_sets import TILE_MATRIX_SETS, WEB_MERCATOR_QUAD, Rectangle, TileMatrixSet, to_degrees

router = APIRouter()
TILEJSON: Media = {**DOCUMENT, "tilejson": (JSON,)}
ALL = (N_("All collections"), N_("The collections that have a geometry, each as a layer of its own."))
GridName = Annotated[str, Path(alias="tileMatrixSetId")]


class Tileset:
    """The tiles of a source, of a collection or of all, in a reader's language; `path` is where they are."""

    def __init__(self, wish: Wish, source: Source, name: str | None) -> None:
        self.wish = wish
        self.gettext: Gettext = gettext(wish.language)
        self.source = source
        self.name = name
        self.path = "/tiles" if name is None else f"/collections/{name}/tiles"
        title, description = ALL if name is None else TEXTS[name]
        self.title, self.description = self.gettext(title), self.gettext(description)

    @property
    def attribution(self) -> str:
        synthetic = self.wish.request.app.state.reader.synthetic
        if self.name is not None:
            return self.gettext(attribution.of_collection(self.name, synthetic=synthetic))
        return attribution.whole(self.gettext, synthetic=synthetic)

    def summary(self, grid: TileMatrixSet) -> dict[str, Any]:
        """What a list of tilesets tells of each."""
        _ = self.gettext
        return {
            "title": f"{self.title} ({grid.name})", "dataType": "vector", "crs": grid.crs.uri,
            "tileMatrixSetURI": grid.uri,
            "links": [
                link(self.wish.url(f"{self.path}/{grid.name}", f="json"), "self", JSON, _("This tileset as data")),
                link(
                    self.wish.url(f"/tileMatrixSets/{grid.name}", f="json"), relation("tiling-scheme"), JSON, grid.name
                ),
            ],
        }  # fmt: skip

    def template(self, grid: TileMatrixSet, zoom: str, row: str, column: str) -> str:
        """The address of a tile, with names in braces for its numbers."""
        return f"{self.wish.base}{self.path}/{grid.name}/{{{zoom}}}/{{{row}}}/{{{column}}}"

    def describe(self, grid: TileMatrixSet, area: Rectangle | None) -> dict[str, Any]:
        """The tileset as OGC 17-083r4 describes it. `area` is of EPSG:3857."""
        _ = self.gettext
        described = self.summary(grid)
        scheme = described["links"][1]
        page_of = "/collections" if self.name is None else f"/collections/{self.name}"
        item = self.template(grid, "tileMatrix", "tileRow", "tileCol")
        links = [
            *self_and_alternate(self.wish), scheme,
            {**link(item, "item", MVT, _("A tile")), "templated": True},
            link(self.wish.url(page_of, f="json"), relation("geodata") if self.name else "data", JSON, self.title),
        ]  # fmt: skip
        if grid is WEB_MERCATOR_QUAD:
            links.append(link(self.wish.same(f="tilejson"), "alternate", JSON, "TileJSON"))
        described |= {
            "description": self.description, "attribution": self.attribution, "mediaTypes": [MVT],
            "tileMatrixSetLimits": [
                {"tileMatrix": str(zoom), "minTileRow": one.first_row, "maxTileRow": one.last_row,
                 "minTileCol": one.first_column, "maxTileCol": one.last_column}
                for zoom, one in limits(self.source, grid, area).items()
            ],
            "layers": [self.layer(one, grid) for one in self.source.layers],
            "links": links,
        }  # fmt: skip
        if area is not None:
            west, south, east, north = area if grid is WEB_MERCATOR_QUAD else to_degrees(area)
            described["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": grid.crs.uri}
        return described

    def layer(self, layer: Layer, grid: TileMatrixSet) -> dict[str, Any]:
        _ = self.gettext
        known = zooms(Source(self.source.part, (layer,)), grid)
        title, description = TEXTS[layer.collection.name]
        columns = layer.columns(known[-1] + likeness(grid), self.wish.request.app.state.settings.tile_detail)
        return {
            "id": layer.collection.name, "title": _(title), "description": _(description), "dataType": "vector",
            "geometryDimension": 0 if layer.whole == "point" else 2,
            "minTileMatrix": str(known[0]), "maxTileMatrix": str(known[-1]),
            "propertiesSchema": {
                "type": "object",
                "properties": {
                    one.name: {"title": _(PROPERTIES.get(one.name, one.name)), "type": TYPES.get(one.kind, "string")}
                    for one in columns
                },
            },
        }  # fmt: skip

    def tilejson(self, area: Rectangle | None) -> dict[str, Any]:
        """The tileset in Web Mercator as TileJSON 3.0.0."""
        grid = WEB_MERCATOR_QUAD
        known = zooms(self.source, grid)
        layers = [self.layer(one, grid) for one in self.source.layers]
        made: dict[str, Any] = {
            "tilejson": "3.0.0", "name": self.title, "description": self.description, "attribution": self.attribution,
            "scheme": "xyz", "tiles": [self.template(grid, "z", "y", "x")], "minzoom": known[0], "maxzoom": known[-1],
            "vector_layers": [
                {
                    "id": one["id"], "description": one["description"],
                    "minzoom": int(one["minTileMatrix"]), "maxzoom": int(one["maxTileMatrix"]),
                    "fields": {
                        name: told["type"].capitalize() for name, told in one["propertiesSchema"]["properties"].items()
                    },
                }
                for one in layers
            ],
        }  # fmt: skip
        if area is not None:
            made["bounds"] = list(to_degrees(area))
        return made


TYPES = {"number": "number", "integer": "number", "boolean": "boolean"}


@router.get("/tiles", summary=N_("Tilesets of all collections"), tags=["OGC API"])
async def tilesets(request: Request) -> Response:
    return list_answer(request, REGISTER, None)


@router.get("/collections/{name}/tiles", summary=N_("Tilesets of a collection"), tags=["OGC API"])
async def collection_tilesets(request: Request, name: str) -> Response:
    return list_answer(request, find_source(name), name)


@router.get("/tiles/{tileMatrixSetId}", summary=N_("A tileset of all collections"), tags=["OGC API"])
async def tileset(request: Request, grid_name: GridName) -> Response:
    return await tileset_answer(request, REGISTER, None, grid_name)


@router.get("/collections/{name}/tiles/{tileMatrixSetId}", summary=N_("A tileset of a collection"), tags=["OGC API"])
async def collection_tileset(request: Request, name: str, grid_name: GridName) -> Response:
    return await tileset_answer(request, find_source(name), name, grid_name)


@router.get("/tileMatrixSets", summary=N_("The tile matrix sets"), tags=["OGC API"])
async def tile_matrix_sets(request: Request) -> Response:
    wish = Wish(request)
    if wish.format == "html":
        return html_answer(page("tile_matrix_sets.html", request, wish.language, grids=TILE_MATRIX_SETS.values()))
    listed = [
        {"id": one.name, "title": one.title, "uri": one.uri, "crs": one.crs.uri,
         "links": [link(wish.url(f"/tileMatrixSets/{one.name}", f="json"), "self", JSON, one.name)]}
        for one in TILE_MATRIX_SETS.values()
    ]  # fmt: skip
    return json_answer({"tileMatrixSets": listed, "links": self_and_alternate(wish)})


@router.get("/tileMatrixSets/{tileMatrixSetId}", summary=N_("A tile matrix set"), tags=["OGC API"])
async def tile_matrix_set(request: Request, grid_name: GridName) -> Response:
    grid = find_grid(grid_name)
    wish = Wish(request)
    if wish.format == "html":
        return html_answer(page("tile_matrix_set.html", request, wish.language, grid=grid.document()))
    return json_answer({**grid.document(), "links": self_and_alternate(wish)})


def list_answer(request: Request, source: Source, name: str | None) -> Response:
    wish = Wish(request)
    found = Tileset(wish, source, name)
    listed = [found.summary(grid) for grid in TILE_MATRIX_SETS.values()]
    if wish.format == "html":
        body = page("tilesets.html", request, wish.language, tileset=found, grids=TILE_MATRIX_SETS.values())
        return html_answer(body)
    return json_answer({"title": found.title, "tilesets": listed, "links": self_and_alternate(wish)})


async def tileset_answer(request: Request, source: Source, name: str | None, grid_name: str) -> Response:
    grid = find_grid(grid_name)
    wish = Wish(request, media=TILEJSON if grid is WEB_MERCATOR_QUAD else DOCUMENT)
    found = Tileset(wish, source, name)
    _revision, area = await select_area(request.app.state.reader, source)
    if wish.format == "tilejson":
        return json_answer(found.tilejson(area))
    described = found.describe(grid, area)
    if wish.format == "html":
        body = page("tileset.html", request, wish.language, tileset=described, grid=grid, path=found.path)
        return html_answer(body)
    return json_answer(described)
