"""The desk's front door: signing in and out, one's account, sessions and API keys. Pages for people with a browser."""

import base64
import re
import secrets
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import (
    BadKeyName,
    BadNext,
    BadPassword,
    NotFound,
    RegistryError,
    SignInBroken,
    TooManyAttempts,
    TooManyKeys,
    UnknownKey,
    WrongPassword,
)
from api.language import N_, gettext
from api.routes import problems
from api.routes.bodies import read_form
from api.routes.pages import page
from api.routes.render import desk_answer
from api.routes.requests import PAGE, Wish, choose_language, wants_page, whole_number
from api.routes.signed import (
    TOKEN,
    base_of,
    check_origin,
    check_token,
    cookie_of,
    desk_page,
    need_session,
    set_cookie,
    signed_in,
    token_of,
)
from api.store.accounts import find_account, list_allowances
from api.store.connect import Session
from api.store.sessions import Signed, list_keys, list_sessions
from api.workflows import oidc, signing
from api.workflows.rights import held_by

router = APIRouter(include_in_schema=False)

DESK = "/desk"
MOST_IN_A_FORM = 20_000  # bytes
WEEK_S, YEAR_S, TEN_MINUTES_S = 604_800, 31_536_000, 600
KEY_DAYS = {"30": N_("30 days"), "365": N_("1 year"), "": N_("until it is revoked")}
MOST_KEYS = 20
HTML = {"html": PAGE}


# Signing in


@router.get("/desk/sign-in")
async def show_sign_in(request: Request) -> Response:
    """The form; who is signed in already goes on to where they wanted to go."""
    wish = Wish(request, known=["next"], media=HTML)
    after = checked_next(wish.params.get("next", DESK))
    if await signed_in(request):
        return RedirectResponse(after, 303)
    return sign_in_form(request, after)


@router.post("/desk/sign-in")
async def sign_in(request: Request) -> Response:
    """Open a session, by the login and the password of the form; also a form must come from a page of ours."""
    check_origin(request)
    form = await read_form(request, MOST_IN_A_FORM)
    await check_token(request, token_of(cookie_of(request, "form")))
    login, password, after = (text_of(form.get(name)) for name in ("login", "password", "next"))
    after = checked_next(after or DESK)
    try:
        opened = await signing.sign_in(
            request.app.state.writer, login, password, address=address_of(request),
            browser=mark_of(request), old_token=cookie_of(request),
        )  # fmt: skip
    except (WrongPassword, TooManyAttempts) as error:
        if wants_page(request):
            return sign_in_form(request, after, login=login, error=error)
        raise
    return let_in(request, opened, after)


def sign_in_form(request: Request, after: str, *, login: str = "", error: RegistryError | None = None) -> Response:
    """The form, with what went wrong; a cookie of its own shows that what is sent comes from it."""
    language = choose_language(request)
    secret = cookie_of(request, "form")
    secret = secret if TOKEN.fullmatch(secret) else secrets.token_urlsafe(32)
    provider = request.app.state.provider
    status = 200 if error is None else 429 if isinstance(error, TooManyAttempts) else 401
    body = page(
        "desk/sign_in.html", request, language, person=None, csrf=token_of(secret), after=after, login=login,
        error=told_in_form(request, error), provider=provider.name if provider else "",
    )  # fmt: skip
    challenge = {"WWW-Authenticate": problems.BEARER} if status == 401 else {}
    answer = desk_answer(body, {**waiting(error), **challenge}, status)
    set_cookie(request, answer, "form", secret, YEAR_S)
    return answer


def let_in(request: Request, opened: signing.Opened, after: str) -> Response:
    answer = RedirectResponse(in_language(request, after), 303)
    set_cookie(request, answer, "session", opened.token, WEEK_S)
    set_cookie(request, answer, "browser", opened.browser, YEAR_S)
    set_cookie(request, answer, "form", "", 0)
    return answer


def in_language(request: Request, path: str) -> str:
    """The path, in the language of the page that leads there unless it names one."""
    if re.search(r"[?&]lang=", path):
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={choose_language(request)}"


def checked_next(value: str) -> str:
    """A path of this service. Raises BadNext for what a browser would take for another host's address."""
    is_local = value.startswith("/") and not value.startswith("//") and "\\" not in value
    if not is_local or len(value) > 2000 or any(ord(one) <= 32 or ord(one) == 127 for one in value):
        raise BadNext(value=value)
    return value


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def mark_of(request: Request) -> str:
    """What a browser that somebody signed in with keeps; empty where it is none of ours."""
    mark = cookie_of(request, "browser")
    return mark if TOKEN.fullmatch(mark) else ""


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


# OpenID Connect


@router.get("/desk/sign-in/oidc")
async def go_to_provider(request: Request) -> Response:
    wish = Wish(request, known=["next"], media=HTML)
    after = checked_next(wish.params.get("next", DESK))
    address, begun = await provider_of(request).begin(base_of(request) + "/desk/sign-in/back")
    answer = RedirectResponse(address, 303)
    set_cookie(request, answer, "oidc", packed([begun.state, begun.nonce, begun.verifier, after]), TEN_MINUTES_S)
    return answer


@router.get("/desk/sign-in/back")
async def come_back(request: Request) -> Response:
    """From the provider. Whatever comes of it, what the browser kept for this sign-in is gone."""
    provider = provider_of(request)
    try:
        state, nonce, verifier, after = unpacked(cookie_of(request, "oidc"))
        claims = await provider.finish(
            base_of(request) + "/desk/sign-in/back", oidc.Begun(state, nonce, verifier), dict(request.query_params)
        )
        opened = await request.app.state.writer.run(
            oidc.let_in, provider, claims, browser=mark_of(request), old_token=cookie_of(request)
        )
        answer = let_in(request, opened, checked_next(after))
    except RegistryError as error:
        answer = await problems.answer_known(request, error)
    set_cookie(request, answer, "oidc", "", 0)
    return answer


def provider_of(request: Request) -> oidc.Provider:
    """Raises NotFound where none is set."""
    provider: oidc.Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    return provider


def packed(values: list[str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


def unpacked(cookie: str) -> list[str]:
    """Raises SignInBroken where there is nothing, or something else."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cookie.encode()))
    except ValueError as error:
        raise SignInBroken(N_("it was not begun in this browser, or long ago")) from error
    if not isinstance(values, list) or len(values) != 4 or not all(one and isinstance(one, str) for one in values):
        raise SignInBroken(N_("it was not begun in this browser, or long ago"))
    return values


# One's account


@router.post("/desk/sign-out")
async def sign_out(request: Request) -> Response:
    signed = await need_session(request)
    await request.app.state.writer.run(signing.sign_out, signed.person, signed.session)
    return signed_out(request)


@router.post("/desk/sign-out-everywhere")
async def sign_out_everywhere(request: Request) -> Response:
    signed = await need_session(request)
    await request.app.state.writer.run(signing.sign_out, signed.person, None)
    return signed_out(request)


def signed_out(request: Request) -> Response:
    answer = RedirectResponse(f"/?lang={choose_language(request)}", 303)
    set_cookie(request, answer, "session", "", 0)
    return answer


@router.get("/desk/account")
async def show_account(request: Request) -> Response:
    """Who one is, one's rights, and where one is signed in."""
    wish = Wish(request, known=["changed"], media=HTML)
    return await account_page(request, await need_session(request), changed="changed" in wish.params)


@router.post("/desk/account/password")
async def change_password(request: Request) -> Response:
    signed = await need_session(request)
    form = await read_form(request, MOST_IN_A_FORM)
    current, new, again = (text_of(form.get(name)) for name in ("current", "new", "again"))
    try:
        if new != again:
            raise BadPassword(reason=N_("the two new ones differ"))
        await signing.change_password(
            request.app.state.writer, signed, current, new, address=address_of(request), browser=mark_of(request)
        )
    except (BadPassword, WrongPassword, TooManyAttempts) as error:
        return await account_page(request, signed, error=error)
    return RedirectResponse(f"/desk/account?changed=yes&lang={choose_language(request)}", 303)


async def account_page(
    request: Request, signed: Signed, *, changed: bool = False, error: RegistryError | None = None
) -> Response:
    language = choose_language(request)
    shown = await request.app.state.writer.run(read_account, signed)
    status = 200 if error is None else 429 if isinstance(error, TooManyAttempts) else 400
    body = desk_page(
        "desk/account.html", request, language, signed.person, rights=held_by(signed.person), this=signed.session,
        changed=changed, error=told_in_form(request, error), **shown,
    )  # fmt: skip
    return desk_answer(body, waiting(error), status)


def read_account(session: Session, signed: Signed) -> dict[str, Any]:
    number = signed.person.account
    row = find_account(session, signed.person.login)
    return {
        "sessions": list_sessions(session, number), "allowances": list_allowances(session, number),
        "by_password": row is not None and row["password"] is not None,
    }  # fmt: skip


def told_in_form(request: Request, error: RegistryError | None) -> str:
    """What went wrong, to be shown above the form."""
    if error is None:
        return ""
    _ = gettext(choose_language(request))
    return _(error.message).format(**{name: _(str(fact)) for name, fact in error.facts.items()})


def waiting(error: RegistryError | None) -> dict[str, str]:
    return {"Retry-After": str(error.facts["retry_after"])} if isinstance(error, TooManyAttempts) else {}


@router.get("/desk/keys")
async def show_keys(request: Request) -> Response:
    wish = Wish(request, media=HTML)
    signed = await need_session(request)
    keys = await request.app.state.writer.run(list_keys, signed.person.account)
    return keys_page(request, wish, signed, keys)


@router.post("/desk/keys")
async def make_key(request: Request) -> Response:
    """A new key; this answer is the only one that ever shows it."""
    wish = Wish(request, media=HTML)
    signed = await need_session(request)
    form = await read_form(request, MOST_IN_A_FORM)
    name, days = " ".join(text_of(form.get("name")).split()), text_of(form.get("days"))
    writer = request.app.state.writer
    if not 0 < len(name) <= 100 or "\0" in name or days not in KEY_DAYS:
        keys = await writer.run(list_keys, signed.person.account)
        return keys_page(request, wish, signed, keys, error=gettext(wish.language)(BadKeyName.message), status=400)
    made, keys = await writer.run(make_and_list, signed, name, int(days) if days else None)
    return keys_page(request, wish, signed, keys, made=made, status=201)


def make_and_list(session: Session, signed: Signed, name: str, days: int | None) -> tuple[str, list[dict[str, Any]]]:
    """Raises TooManyKeys."""
    account = signed.person.account
    if sum(one["is_good"] for one in list_keys(session, account)) >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)
    return signing.make_key(session, signed.person, name, days), list_keys(session, account)


@router.post("/desk/keys/{number}/revoke")
async def revoke_key(request: Request, number: str) -> Response:
    """Raises UnknownKey."""
    signed = await need_session(request)
    known = whole_number(number)
    if known is None or await request.app.state.writer.run(signing.revoke_key, signed.person, known) is None:
        raise UnknownKey(number=number)
    return RedirectResponse(f"/desk/keys?lang={choose_language(request)}", 303)


def keys_page(
    request: Request, wish: Wish, signed: Signed, keys: list[dict[str, Any]], *, made: str = "", error: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    body = desk_page(
        "desk/keys.html", request, wish.language, signed.person, keys=keys, made=made, error=error, days=KEY_DAYS,
        base=base_of(request),
    )  # fmt: skip
    return desk_answer(body, status=status)
