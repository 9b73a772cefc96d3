"""Errors as answers: one table of statuses, one body (RFC 9457), in the reader's language."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import errors, language
from api.language import N_, Gettext
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import choose_language, methods_at, wants_page
from gis.issues import Issue

log = logging.getLogger(__name__)
STATUS: dict[type[Exception], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.BadParameter: HTTPStatus.BAD_REQUEST,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StatementTooLong: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WrongMethod: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.BadBody: HTTPStatus.BAD_REQUEST,
    errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.BreaksRule: HTTPStatus.CONFLICT,
    errors.Gone: HTTPStatus.GONE,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.WrongMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.NeedsIfMatch: HTTPStatus.PRECONDITION_REQUIRED,
    errors.TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    errors.BadPassword: HTTPStatus.BAD_REQUEST,
    errors.UnknownKey: HTTPStatus.NOT_FOUND,
    errors.ProviderAway: HTTPStatus.SERVICE_UNAVAILABLE,
}
TITLES = {
    400: N_("This request cannot be understood"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("This cannot be done here"),
    406: N_("Not available in this format"),
    409: N_("This conflicts with the current state"),
    410: N_("No longer there"),
    412: N_("Changed meanwhile"),
    413: N_("Too large"),
    415: N_("Unsupported type of content"),
    428: N_("State which version you are changing"),
    429: N_("Too many attempts"),
    500: N_("The service made a mistake"),
    503: N_("Not available just now"),
}
BROKEN = N_("The mistake is ours and has been written down. Please try again, or ask for something else.")
PROBLEM = "application/problem+json"
BEARER = 'Bearer realm="registry"'
LONGEST = 1000  # letters of a value that an answer repeats


def register(app: FastAPI) -> None:
    """Answer every error of the project, and whatever nobody thought of, with a problem document."""
    app.add_exception_handler(errors.RegistryError, answer_known)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(Exception, answer_unknown)


async def answer_known(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.RegistryError)
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return await answer_unknown(request, error)
    headers = {}
    if "retry_after" in error.facts:
        headers["Retry-After"] = str(error.facts["retry_after"])
    if isinstance(error, errors.NotSignedIn):
        if wants_page(request) and "authorization" not in request.headers:
            return to_sign_in(request)
        headers["WWW-Authenticate"] = challenge(request)
    if isinstance(error, errors.WrongMethod):
        headers["Allow"] = str(error.facts["known"])
    if isinstance(error, errors.WrongMedia) and request.method in ("POST", "PATCH"):
        headers[f"Accept-{request.method.title()}"] = str(error.facts["known"])
    parameter = getattr(error, "parameter", None)
    issues: list[Issue] = getattr(error, "issues", [])
    members: dict[str, object] = getattr(error, "members", {})
    return problem(request, status, kind_of(error), error.message, error.facts, parameter, headers, issues, members)


def status_of(error: errors.RegistryError) -> HTTPStatus:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


async def answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return await answer_known(request, errors.NotFound())
    methods = methods_at(request.app, request.scope) or {"GET", "HEAD"}  # below a folder of files
    return await answer_known(request, errors.WrongMethod(method=request.method, known=", ".join(sorted(methods))))


async def answer_unknown(request: Request, error: Exception) -> Response:
    log.error("unexpected error at %s", request.url.path, exc_info=error)
    return problem(request, 500, "about:blank", BROKEN, {}, None, {})


def kind_of(error: Exception) -> str:
    """A name for programs: `UnknownCollection` is `unknown-collection`."""
    letters = (f"-{c.lower()}" if c.isupper() else c for c in type(error).__name__)
    return "/problems/" + "".join(letters).lstrip("-")


def problem(
    request: Request,
    status: int,
    kind: str,
    message: str,
    facts: dict[str, object],
    parameter: str | None,
    headers: dict[str, str],
    issues: Sequence[Issue] = (),
    members: Mapping[str, object] = MappingProxyType({}),
) -> Response:
    """A problem document with further members; a page with the same words where a browser asks."""
    wish = choose_language(request)
    _ = language.gettext(wish)
    title, detail = _(TITLES.get(status, HTTPStatus(status).phrase)), said(message, facts, _)
    headers = {**headers, "Cache-Control": "no-store"}
    if wants_page(request):
        noticed = [one.document(_, wish) for one in issues]
        body = page("problem.html", request, wish, title=title, detail=detail, status=status, issues=noticed)
        return html_answer(body, headers, status)
    document: dict[str, object] = {"type": kind, "title": title, "status": status, "detail": detail}
    if parameter is not None:
        document["errors"] = [{"parameter": shortened(parameter), "detail": detail}]
    if issues:
        document["issues"] = [one.document(_, wish) for one in issues]
    document |= members
    return json_answer(document, PROBLEM, headers, status)


def said(message: str, facts: dict[str, object], _: Gettext) -> str:
    """An error's message with its facts, in the language of `_`."""
    return _(message).format(**{name: shortened(told(name, fact, _)) for name, fact in facts.items()})


def to_sign_in(request: Request) -> Response:
    """To the page where one signs in, and from there back to what was asked, or to the desk if that was a write."""
    path, query = quote(request.url.path), request.url.query
    back = f"{path}?{query}" if query else path
    if request.method not in ("GET", "HEAD") or len(back) > LONGEST:
        back = "/desk"
    query = urlencode({"next": back, "lang": choose_language(request)})
    return Response(
        status_code=HTTPStatus.SEE_OTHER, headers={"Location": f"/desk/sign-in?{query}", "Cache-Control": "no-store"}
    )


def challenge(request: Request) -> str:
    """What can be sent instead. A browser is not asked for Basic: it would open a window of its own over the page."""
    return BEARER if "sec-fetch-mode" in request.headers else f'Basic realm="registry", charset="UTF-8", {BEARER}'


def told(name: str, fact: object, _: Gettext) -> str:
    """A fact as it is shown: what is words of ours in the reader's language."""
    if isinstance(fact, errors.Words):
        return fact.told(_)
    return _(str(fact)) if name == "reason" else str(fact)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
