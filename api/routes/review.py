"""The page of one change: what it proposes, before and after, what is noticed, and its decision."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import RegistryError, UnknownChange
from api.language import gettext
from api.people import Person
from api.routes.desk import waited
from api.routes.problems import said, status_of
from api.routes.render import html_answer
from api.routes.requests import PAGE, Wish, choose_language, whole_number
from api.routes.signed import desk_page, need_person
from api.workflows.review import compile_review

router = APIRouter(include_in_schema=False)
Row = dict[str, Any]


@router.get("/desk/changes/{id}")
async def get_review(request: Request, id: str) -> Response:
    """For its author, and for those with a role in its province."""
    person = await need_person(request)
    number = whole_number(id)
    if number is None:
        raise UnknownChange(id=id)
    Wish(request, media={"html": PAGE})
    return await change_page(request, person, number)


async def change_page(
    request: Request, person: Person, id: int, *, refused: RegistryError | None = None, step: str = "", text: str = ""
) -> Response:
    """The page; after a step that was refused with the reason beside it and what was written."""
    wish = choose_language(request)
    _ = gettext(wish)
    found = await request.app.state.writer.run(compile_review, person, id, request.app.state.settings.data_dir)
    problem = None if refused is None else said(refused.message, refused.facts, _)
    noticed = getattr(refused, "issues", [])
    issues = [{**one.document(_, wish), "reason": found["held"].get(one.code)} for one in found["issues"]]
    shown = {**found, "issues": issues}
    body = desk_page(
        "desk/change.html", request, wish, person, change=shown, compared=found["compared"], problem=problem,
        obstacles=[one.document(_, wish) for one in noticed], step=step, text=text, waited=waited(wish),
    )  # fmt: skip
    return html_answer(body, status=200 if refused is None else status_of(refused))
