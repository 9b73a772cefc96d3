"""A draft takes its outline from a corner table or a file: read as in the preview, and the file is kept."""

from fastapi import APIRouter
from shapely.geometry import MultiPolygon
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.errors import NeedsConfirmation, NoOutlineIn
from api.language import N_
from api.routes.bodies import FORM, media_of, read_form
from api.routes.changes import number_of, told
from api.routes.corners import read_table
from api.routes.signed import need_person
from api.routes.uploads import read_upload
from api.workflows import changes
from api.workflows.corners import read_corners
from api.workflows.uploads import read_outline
from gis.receipts import receipt

router = APIRouter(tags=["Changes"])


@router.post("/changes/{id}/corners", summary=N_("Take a corner table as the outline of a draft"))
async def take_corners(request: Request, id: str) -> Response:
    """The body of /boundaries/from-corners; `crs` confirms one where several are plausible."""
    person, number, state = await need_person(request), number_of(id), request.app.state
    await state.writer.run(changes.own, person, number, "draft", "edited")  # before a table costs anything
    source, beside = await read_table(request)
    solution = await read_corners(state.reader, state.revisions, state.settings.data_dir, source, beside)
    if solution.outline is None or solution.receipt is None:
        raise NoOutlineIn(solution.issues)
    if solution.needs_confirmation:
        known = [solution.chosen, *solution.runners_up]
        raise NeedsConfirmation(known=", ".join(one.crs.curie.strip("[]") for one in known if one))
    name, media = "corners.txt", "text/plain; charset=utf-8"
    if media_of(request) in FORM:
        file = (await read_form(request)).get("file")
        if isinstance(file, UploadFile):
            name, media = file.filename or name, file.content_type or media
    content = source if isinstance(source, bytes) else source.encode()
    taken = changes.Taken(
        solution.outline, solution.receipt.document(), solution.issues, name, media, "corner_table", content
    )
    await state.writer.run(changes.take_outline, person, number, taken)
    return await told(request, person, number)


@router.post("/changes/{id}/file", summary=N_("Take a feature of a file as the outline of a draft"))
async def take_file(request: Request, id: str) -> Response:
    """The body of /boundaries/from-file with `layer` and `feature`."""
    person, number = await need_person(request), number_of(id)
    await request.app.state.writer.run(changes.own, person, number, "draft", "edited")
    content, name, choice = await read_upload(request)
    found = await read_outline(content, name, choice.layer, choice.feature, choice.crs, choice.encoding)
    if not isinstance(found.outline, MultiPolygon) or found.crs is None:
        raise NoOutlineIn(found.issues)
    taken = changes.Taken(
        found.outline, receipt(found.outline, found.crs).document(), found.issues, name or "file",
        "application/octet-stream", "outline_file", content,
    )  # fmt: skip
    await request.app.state.writer.run(changes.take_outline, person, number, taken)
    return await told(request, person, number)
