"""The page in which an outline is drawn and a zone's values are edited; its modules speak to /changes."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.language import gettext
from api.routes.changes import number_of
from api.routes.render import html_answer
from api.routes.requests import PAGE, Wish
from api.routes.signed import desk_page, need_person
from api.schemas.words import CODES, SERVICE
from api.store.choices import select_choices
from api.store.collections import ZONE_KINDS
from api.workflows.corners import legal_crs
from api.workflows.dossier import compile_dossier
from gis.crs import VN2000_ALL

router = APIRouter(include_in_schema=False)
Row = dict[str, Any]
QUALITIES = ("surveyed", "digitised")


@router.get("/desk/changes/{id}/edit")
async def get_editor(request: Request, id: str) -> Response:
    """The editor of one's own draft; for any other change the page that shows it."""
    person, number = await need_person(request), number_of(id)
    wish = Wish(request, media={"html": PAGE})
    change = await request.app.state.writer.run(compile_dossier, person, number)
    if "edit" not in change["may"]:
        return RedirectResponse(f"/desk/changes/{number}?lang={quote(wish.language)}", 303)
    uids = {grant.province_uid for grant in person.grants if grant.role in ("editor", "admin")}
    allowed = None if None in uids else [*uids, change["province_uid"]]
    reader = request.app.state.reader
    lists = await select_choices(
        reader,
        wish.language,
        province_uid=change["province_uid"],
        allowed=allowed,
    )
    _ = gettext(wish.language)
    options = {
        **lists, "change": number, "language": wish.language, "attribution": _(SERVICE[0]),
        "crs": [{"code": one.curie.strip("[]"), "name": one.name, "proj4": one.proj4text}
                for one in VN2000_ALL if one.is_projected],
        "crs_chosen": legal_crs(request.app.state.settings.data_dir, change["province"]),
        "view": view_of(change), "kinds": [{"code": one, "label": _(CODES[one])} for one in ZONE_KINDS],
        "qualities": [{"code": one, "label": _(CODES[one])} for one in QUALITIES],
    }  # fmt: skip
    return html_answer(desk_page(
        "desk/edit.html", request, wish.language, person, change=change, options=options,
    ))  # fmt: skip


def view_of(change: Row) -> Row | None:
    """Where the map begins while there is no outline."""
    base = change["base"]
    place = change["values"].get("location") or (base and base["values"]["location"])
    accuracy = base and base["values"]["location_accuracy_m"]
    return place and {"lon": place[0], "lat": place[1], "radius_m": accuracy or 2000}
