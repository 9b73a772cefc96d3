"""Who asks: a browser by its session's cookie, a script or QGIS by an API key.

`need_person` is what a route that writes, or shows what is not public, calls first.
"""

import base64
import binascii
import hashlib
import hmac
import re
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadKey, NeedsSession, NotSignedIn, TwoCredentials, WrongToken
from api.language import N_, Language
from api.people import Person
from api.routes.bodies import FORM, media_of, read_form
from api.routes.pages import page
from api.store.sessions import Signed, find_key, find_session
from api.workflows.signing import digest

SAFE = ("GET", "HEAD", "OPTIONS")
KEY = re.compile(r"izr_[A-Za-z0-9_-]{43}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
HEADER, FIELD = "x-csrf-token", "csrf"


async def who_asks(request: Request) -> Person | None:
    """The person of the session's cookie or of Authorization; None where neither is sent, or the session has ended.

    Raises BadKey where Authorization is sent and not good, and TwoCredentials.
    """
    signed = await signed_in(request)
    return signed.person if signed else None


async def need_person(request: Request) -> Person:
    """Who asks. Raises NotSignedIn; for what writes also WrongToken, if it does not come from a page of ours.

    A page of ours sends the token in the field `csrf` of its form or in the header X-CSRF-Token.
    """
    signed = await signed_in(request)
    if signed is None:
        raise NotSignedIn
    if request.method not in SAFE:
        check_origin(request)
        if signed.session is not None:
            await check_token(request, token_of(cookie_of(request)))
    return signed.person


async def need_session(request: Request) -> Signed:
    """Who is signed in by a browser; for what an API key must not do. Raises as `need_person`, and NeedsSession."""
    await need_person(request)
    signed = await signed_in(request)
    if signed is None or signed.session is None:
        raise NeedsSession
    return signed


def csrf_token(request: Request) -> str:
    """For the forms and scripts of a page that is shown to somebody signed in; empty where no session's cookie is."""
    cookie = cookie_of(request)
    return token_of(cookie) if cookie else ""


async def signed_in(request: Request) -> Signed | None:
    """Who asks and by what; looked up once a request."""
    if not hasattr(request.state, "signed"):
        request.state.signed = await look_up(request)
    signed: Signed | None = request.state.signed
    return signed


async def look_up(request: Request) -> Signed | None:
    authorization, cookie = request.headers.getlist("authorization"), cookie_of(request)
    writer = request.app.state.writer
    if authorization:
        if cookie:
            raise TwoCredentials
        login, key = read_authorization(authorization)
        found: Signed | None = await writer.run(find_key, digest(key), login)
        if found is None:
            raise BadKey
        return found
    if not TOKEN.fullmatch(cookie):
        return None
    seen: Signed | None = await writer.run(find_session, digest(cookie))
    return seen


def read_authorization(headers: list[str]) -> tuple[str | None, str]:
    """The login, if one is given, and the API key. Raises BadKey."""
    scheme, _, value = headers[0].strip().partition(" ")
    login, key = None, value.strip()
    if scheme.lower() == "basic":
        try:
            login, _, key = base64.b64decode(key, validate=True).decode().partition(":")
        except (binascii.Error, ValueError) as error:
            raise BadKey from error
        login = login.strip().lower()
    elif scheme.lower() != "bearer":
        raise BadKey
    if len(headers) > 1 or not KEY.fullmatch(key) or (login is not None and "\0" in login):
        raise BadKey
    return login, key


# Cookies


def is_secure(request: Request) -> bool:
    """Whether people reach us by https."""
    return base_of(request).startswith("https:")


def base_of(request: Request) -> str:
    """The address of the service, without a slash at its end."""
    fixed: str = request.app.state.settings.public_url
    return (fixed or str(request.base_url)).rstrip("/")


def cookie_name(request: Request, name: str) -> str:
    """With its prefix no other host of the domain can set it."""
    return f"__Host-{name}" if is_secure(request) else name


def cookie_of(request: Request, name: str = "session") -> str:
    return request.cookies.get(cookie_name(request, name), "")


def set_cookie(request: Request, response: Response, name: str, value: str, max_age: int) -> None:
    """`max_age` in seconds; an empty value takes it away."""
    response.set_cookie(
        cookie_name(request, name), value, max_age=max_age if value else 0, path="/", secure=is_secure(request),
        httponly=True, samesite="lax",
    )  # fmt: skip


# Requests that other sites make a browser send


def token_of(secret: str) -> str:
    """The token that belongs to a cookie: whoever does not hold the cookie cannot make it."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def check_origin(request: Request) -> None:
    """A browser says where a request comes from; programs that are none say nothing. Raises WrongToken."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise WrongToken(reason=N_("it comes from another site"))
    origin = request.headers.get("origin")
    if origin is not None and site is None:
        ours = {request.headers.get("host", ""), urlsplit(request.app.state.settings.public_url).netloc} - {""}
        try:
            theirs = urlsplit(origin).netloc
        except ValueError:  # no address at all
            theirs = ""
        if theirs not in ours or not theirs:
            raise WrongToken(reason=N_("it comes from another site"))


async def check_token(request: Request, wanted: str) -> None:
    """Raises WrongToken unless the header or the form has the token."""
    given: object = request.headers.get(HEADER)
    if given is None and media_of(request) in FORM:
        given = (await read_form(request)).get(FIELD)
    if given is None:
        raise WrongToken(reason=N_("its token is missing"))
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise WrongToken(reason=N_("its token is not this session's"))


# Pages for one person


def desk_page(template: str, request: Request, wish: Language, person: Person, **values: object) -> str:
    """A page of the desk; its header has the person's name and the form to sign out."""
    return page(template, request, wish, person=person, csrf=csrf_token(request), **values)
