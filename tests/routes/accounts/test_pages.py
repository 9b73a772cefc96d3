"""The desk's pages: where they lead, who may keep or frame them, both languages, nonsense."""

import pytest
from starlette.testclient import TestClient

from tests.signing import EN, PAGE, PASSWORD, ask, basic, hashed, make_account, sign_in, try_to_sign_in


@pytest.mark.parametrize(
    "after",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "desk", "", " /desk", "/desk\n", "/" + "a" * 2001],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(url: str, client: TestClient, login: str, after: str) -> None:
    make_account(url, login)
    if after:
        assert try_to_sign_in(client, login, next=after).status_code == 400
    answer = client.get("/desk/sign-in", params={"next": after}, headers={**EN, "Accept": "application/json"})
    assert answer.status_code in (400, 406)
    shown = client.get("/desk/sign-in", params={"next": after, "lang": "en"}, headers=PAGE)
    assert shown.status_code == 400
    assert "a path of this service" in shown.text


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/keys", "/desk/account", "/desk/nowhere"])
def test_pages_of_the_desk_are_kept_nowhere_and_framed_nowhere(
    url: str, client: TestClient, login: str, path: str
) -> None:
    make_account(url, login)
    if path != "/desk/sign-in":
        sign_in(client, login)
    answer = client.get(path, headers=PAGE)
    assert answer.headers["cache-control"].startswith("no-store")
    assert answer.headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in answer.headers
    if answer.status_code == 200:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(("language", "words"), [("vi", "Đăng nhập"), ("en", "Sign in")])
def test_pages_are_in_both_languages(url: str, client: TestClient, login: str, language: str, words: str) -> None:
    make_account(url, login, ("editor", "can-tho"))
    assert f"<h1>{words}</h1>" in client.get(f"/desk/sign-in?lang={language}", headers=PAGE).text
    assert f"<h1>{words}</h1>" in client.get("/desk/sign-in", headers={**PAGE, "Accept-Language": language}).text
    sign_in(client, login)
    told = {"vi": "biên tập – Thành phố Cần Thơ", "en": "editor – Thành phố Cần Thơ"}[language]
    assert told in client.get(f"/desk/account?lang={language}", headers=PAGE).text


def test_public_pages_are_the_same_whoever_asks(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    before = client.get("/?lang=en", headers=PAGE)
    sign_in(client, login)
    after = client.get("/?lang=en", headers=PAGE)
    assert before.text == after.text
    assert '<a href="/desk?lang=en">' in after.text
    assert "set-cookie" not in after.headers


def test_nonsense_is_refused_and_never_our_mistake(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    token = sign_in(client, login)
    as_form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": token}
    for method, path, sent, status in (
        ("POST", "/desk/sign-in", {"content": b"\xff\xff", "headers": {"Content-Type": "application/json"}}, 415),
        ("POST", "/desk/sign-in", {"content": b"x" * 30_000, "headers": as_form}, 413),
        ("POST", "/desk/sign-in", {"content": b"--", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ("POST", "/desk/keys", {"content": b"\xff=\xff", "headers": as_form}, 400),
        ("GET", "/desk/sign-in?what=1", {}, 400), ("PUT", "/desk/sign-in", {}, 405), ("GET", "/desk/sign-out", {}, 405),
        ("GET", "/desk/sign-in/oidc", {}, 404), ("GET", "/desk/sign-in/back?code=1&state=2", {}, 404),
    ):  # fmt: skip
        answer = client.request(method, path, **{**sent, "headers": {**PAGE, **sent.get("headers", {})}})  # type: ignore[arg-type,dict-item]
        assert answer.status_code == status, (path, answer.text)
    for cookie in ("x", "x" * 43, "\x7f" * 43, "é" * 10):
        client.cookies.clear()
        assert client.get("/desk/probe", headers={"Cookie": f"session={cookie}".encode()}).json() is None  # type: ignore[dict-item]


def test_nothing_secret_is_logged(url: str, client: TestClient, login: str, caplog: pytest.LogCaptureFixture) -> None:
    key = make_account(url, login)
    with caplog.at_level("DEBUG"):
        try_to_sign_in(client, login, "a wrong guess")
        sign_in(client, login)
        cookie = client.cookies["session"]
        client.cookies.clear()
        client.get("/desk/probe", headers=basic(login, key))
    rows = ask(url, "SELECT to_jsonb(l)::text FROM registry.log l")
    assert len(rows) > 3
    said = caplog.text + "".join(row[0] for row in rows)
    assert not any(secret in said for secret in (PASSWORD, "a wrong guess", cookie, key, hashed(PASSWORD)))
