"""Corner tables: what one means, shown to anyone and not stored; and a zone's outline as one."""

import asyncio
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadBody, BadCrs, NoOutline, UnknownItem
from api.language import N_, Gettext, gettext
from api.routes.bodies import FORM, MEGABYTE, media_of, read_form, read_json
from api.routes.ogc.links import link, self_and_alternate
from api.routes.ogc.params import crs_of
from api.routes.pages import page
from api.routes.render import COMMON, html_answer, json_answer
from api.routes.requests import CORNERS, DOCUMENT, FILES, Wish
from api.store.corners import ZoneOutline, select_zone_outline
from api.workflows.corners import Told, read_corners, usual_crs
from gis import wording
from gis.corners import Written, tabulated, write_csv, write_xlsx
from gis.corners.telling import told as told_of
from gis.crs import BY_CODE, CRS84, WEB_MERCATOR, WGS84, Crs, parse_crs
from gis.dates import LEGAL_ZONE, parse_day
from gis.errors import GisError, NotVn2000, OutsideArea
from gis.receipts import code

router = APIRouter(tags=["Zones"])
LARGEST = 12 * MEGABYTE
LONGEST_NAME = 200
MOST_HA = 10_000_000.0
FIELDS = ("province", "commune", "crs", "document_date", "declared_area_ha")
VN2000_NAMES = "EPSG 3405, 4756, 5896-5899, 9205-9218"


@router.post("/boundaries/from-corners", include_in_schema=False)
async def from_corners(request: Request) -> Response:
    """What a corner table means: its outline, where it lies and why, what is odd about it. Nothing is stored."""
    wish = Wish(request, media={"json": DOCUMENT["json"]})
    source, told = await read_table(request)
    state = request.app.state
    solution = await read_corners(state.reader, state.revisions, state.settings.data_dir, source, told)
    return json_answer(told_of(solution, gettext(wish.language), wish.language), headers={"Cache-Control": "no-store"})


async def read_table(request: Request) -> tuple[bytes | str, Told]:
    """The table in a request, as text or as a file's bytes, and what is said beside it.

    JSON `{text, province?, commune?, crs?, document_date?, declared_area_ha?}`, or a form with the same fields and a
    `file` (or `text`). Raises WrongMedia, TooLarge, BadBody with the field.
    """
    values: Mapping[str, Any]
    if media_of(request) in FORM:
        values = await form_values(request)
        where = ""
    else:
        values = {name: value for name, value in (await read_json(request, LARGEST)).items() if value is not None}
        where = "/"
    known = ("text", *FIELDS) if where else ("file", "text", *FIELDS)
    unknown = next((name for name in values if name not in known), None)
    if unknown is not None:
        raise BadBody(where + unknown[:LONGEST_NAME], N_("there is no such field here"))
    return source_of(values, where), told_beside(values, where)


async def form_values(request: Request) -> dict[str, str | bytes]:
    """The fields of a form, each given once; a file is its bytes."""
    form = await read_form(request, LARGEST)
    try:
        values: dict[str, str | bytes] = {}
        for name, value in form.multi_items():
            if name in values:
                raise BadBody(name[:LONGEST_NAME], N_("this is given more than once; give it once"))
            if value != "":
                values[name] = await value.read() if isinstance(value, UploadFile) else value
        return values
    finally:
        await form.close()


def source_of(values: Mapping[str, Any], where: str) -> bytes | str:
    file, text = values.get("file"), values.get("text")
    if file is not None and text is not None:
        raise BadBody(where + "text", N_("send either a text or a file"))
    if isinstance(file, bytes):
        return file
    if file is not None:
        raise BadBody("file", N_("this must be a file"))
    if not isinstance(text, str) or not text.strip():
        raise BadBody(where + "text", N_("the table is missing: send its text, or a file"))
    return text


def told_beside(values: Mapping[str, Any], where: str) -> Told:
    """What is said beside a table. Raises BadBody with the field."""
    return Told(
        name_in(values, "province", where), name_in(values, "commune", where), crs_in(values, where),
        day_in(values, where), area_in(values, where),
    )  # fmt: skip


def name_in(values: Mapping[str, Any], field: str, where: str) -> str | None:
    value = values.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME or "\0" in value:
        raise BadBody(where + field, N_("this must be a name or a code"))
    return value.strip()


def crs_in(values: Mapping[str, Any], where: str) -> Crs | None:
    """A CRS by OGC URI, safe CURIE, EPSG:9209 or 9209."""
    value = values.get("crs")
    if value is None:
        return None
    found = BY_CODE.get(str(value).strip().upper().removeprefix("EPSG:").removeprefix("OGC:"))
    if found is None and isinstance(value, str):
        try:
            found = parse_crs(value.strip())
        except GisError:
            found = None
    if found is None or found is WEB_MERCATOR:
        reason = N_("this must be a system of VN-2000, such as EPSG:9209, or EPSG:4326 for degrees of WGS 84")
        raise BadBody(where + "crs", reason)
    return CRS84 if found is WGS84 else found


def day_in(values: Mapping[str, Any], where: str) -> date | None:
    value = values.get("document_date")
    if value is None:
        return None
    try:
        return parse_day(str(value))
    except ValueError:
        raise BadBody(where + "document_date", N_("this must be a day such as 2021-06-29")) from None


def area_in(values: Mapping[str, Any], where: str) -> float | None:
    value = values.get("declared_area_ha")
    if value is None:
        return None
    try:
        area = math.nan if isinstance(value, bool) or len(str(value)) > 40 else float(value)
    except (TypeError, ValueError):
        area = math.nan
    if not 0 < area <= MOST_HA:
        raise BadBody(where + "declared_area_ha", N_("this must be a number of hectares above 0, such as 160.5"))
    return area


@router.get("/collections/zones/items/{item}/corners", summary=N_("The outline of a zone as a corner table"))
async def get_corners(request: Request, item: str) -> Response:
    """In `crs`, a system of VN-2000; unsaid, the legal one of its province today. `f` csv, xlsx, json or html."""
    wish = Wish(request, known=("crs",), media=CORNERS)
    asked = crs_of(wish.params, "crs") if "crs" in wish.params else None
    if asked is not None and not asked.is_vn2000:
        raise BadCrs("crs", value=wish.params["crs"], known=VN2000_NAMES)
    zone = None if "\0" in item else await select_zone_outline(request.app.state.reader, item)
    if zone is None:
        raise UnknownItem(id=item, collection="zones")
    if zone.outline is None:
        raise NoOutline(name=zone.name_vi if wish.language == "vi" else zone.name_en)
    crs = asked or usual_crs(zone, request.app.state.settings.data_dir)
    try:
        table = await asyncio.to_thread(tabulated, zone.outline, crs)
    except (NotVn2000, OutsideArea):
        raise BadCrs("crs", value=crs.uri, known=VN2000_NAMES) from None
    headers = {"Content-Crs": f"<{crs.uri}>"}
    if wish.format in ("csv", "xlsx"):
        return await file_answer(wish, zone, table, headers)
    document = document_of(wish, zone, table)
    if wish.format == "html":
        files = [wish.same(f=name) for name in ("csv", "xlsx")]
        body = page("corners.html", request, wish.language, zone=zone, table=document, files=files)
        return html_answer(body, headers)
    return json_answer(document, headers=headers)


async def file_answer(wish: Wish, zone: ZoneOutline, table: Written, headers: dict[str, str]) -> Response:
    _ = gettext(wish.language)
    name = f"{zone.slug}-{table.crs.code}-v{zone.version}.{wish.format}"
    write = write_csv if wish.format == "csv" else write_xlsx
    body = await asyncio.to_thread(write, table, about(zone, wish, _), _)
    named = {**COMMON, **headers, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=named, media_type=FILES[wish.format][0])


def about(zone: ZoneOutline, wish: Wish, _: Gettext) -> list[str]:
    """What stands above the table in a file: the zone, its source, how sure the outline is, and where it comes from."""
    made = [zone.name_vi if wish.language == "vi" else zone.name_en]
    if zone.source:
        made.append(_(N_("Source: {source}")).format(source=zone.source))
    sure = how_sure(zone, wish, _)
    made += [sure] if sure else []
    day = wording.day(datetime.now(LEGAL_ZONE).date(), wish.language)
    address = f"{wish.base}/zones/{zone.slug}"
    made.append(_(N_("Version {version}, {day}: {address}")).format(version=zone.version, day=day, address=address))
    return made


def how_sure(zone: ZoneOutline, wish: Wish, _: Gettext) -> str:
    """That an outline is only indicative, and how far off it may be."""
    if zone.quality != "indicative":
        return ""
    text = _(
        N_("INDICATIVE: this outline was not surveyed. It only shows about where the zone lies and how large it is.")
    )
    if zone.accuracy_m is None:
        return text
    metres = wording.distance(zone.accuracy_m, wish.language)
    return text + " " + _(N_("It may be off by {distance}.")).format(distance=metres)


def document_of(wish: Wish, zone: ZoneOutline, table: Written) -> dict[str, Any]:
    """As JSON: X is the northing (latitude), Y the easting (longitude)."""
    _ = gettext(wish.language)
    rings = [
        {
            "part": ring.part, "hole": ring.hole or None,
            "corners": [
                {"label": str(ring.first + place), "x": north, "y": east, "side_m": round(side, 3)}
                for place, ((east, north), side) in enumerate(zip(ring.points.tolist(), ring.sides, strict=True))
            ],
        }
        for ring in table.rings
    ]  # fmt: skip
    return {
        "slug": zone.slug, "name_vi": zone.name_vi, "name_en": zone.name_en, "version": zone.version,
        "crs": code(table.crs), "crs_name": table.crs.name, "boundary_quality": zone.quality,
        "boundary_accuracy_m": zone.accuracy_m, "remark": how_sure(zone, wish, _) or None,
        "area_ha": round(table.area_ha, 4), "perimeter_m": round(table.perimeter_m, 2), "rings": rings,
        "links": [
            *self_and_alternate(wish),
            *(link(wish.same(f=name), "alternate", FILES[name][0]) for name in ("csv", "xlsx")),
            link(wish.url(f"/collections/zones/items/{zone.slug}", f="json"), "item", "application/geo+json"),
        ],
    }  # fmt: skip
