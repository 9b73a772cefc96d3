"""Signing in by OpenID Connect, with a provider that is a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2 as httpx
import psycopg
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ROOT, Settings
from api.store.connect import writing
from api.workflows.accounts import add_account, disable_account
from tests.signing import EN, PAGE, actions

pytestmark = pytest.mark.slow  # a process of its own

SECRET = "the provider's secret"
BACK = "/desk/sign-in/back"


@contextmanager
def providing() -> Iterator[str]:
    """A provider on the loopback; its address."""
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, str(ROOT / "tests" / "oidc_provider.py"), SECRET]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with providing() as address:
        yield address


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    return file


@dataclass
class Browser:
    """A browser of somebody who has an account at the provider."""

    client: TestClient

    def leave(self, after: str = "/desk/account") -> str:
        """Press the button; the address of the provider that it leads to."""
        page = self.client.get("/desk/sign-in", params={"next": after}, headers=PAGE).text
        assert "Sở Công Thương" in page
        answer = self.client.get("/desk/sign-in/oidc", params={"next": after}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def consent(self, address: str, subject: str) -> str:
        """Say yes at the provider; the path that it sends the browser back to."""
        answer = httpx.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}" == "http://register.test"
        return f"{back.path}?{back.query}"

    def come_back(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers={**PAGE, **EN, **headers}, follow_redirects=False)

    def sign_in(self, subject: str) -> httpx.Response:
        return self.come_back(self.consent(self.leave(), subject))

    def is_signed_in(self) -> bool:
        return self.client.get("/desk/account", headers=PAGE, follow_redirects=False).status_code == 200


@pytest.fixture
def browser(own_url: str, provider: str, secret_file: Path) -> Iterator[Callable[..., Browser]]:
    stack = ExitStack()

    def make(issuer: str = provider, secret: Path = secret_file) -> Browser:
        settings = Settings(
            database_url=own_url, oidc_issuer=issuer, oidc_client_id="register", oidc_client_secret_file=secret,
            oidc_name="Sở Công Thương",
        )  # fmt: skip
        client = TestClient(create_app(settings), base_url="http://register.test", raise_server_exceptions=False)
        return Browser(stack.enter_context(client))

    with stack:
        yield make


def known_there(provider: str, subject: str, **claims: object) -> None:
    assert httpx.put(f"{provider}/users/{subject}", json=claims).status_code == 204


def add(url: str, login: str, *, email: str | None = None, oidc: tuple[str, str] | None = None) -> None:
    with writing(url) as session:
        add_account(session, login, login.title(), by="the tests", oidc_email=email, oidc=oidc)


def subject_of(url: str, login: str) -> str | None:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT oidc_subject FROM accounts.accounts WHERE login = %s", [login]).fetchone()
    assert row
    return row[0]


def test_a_verified_email_links_the_account_once_and_then_the_subject_counts(
    own_url: str, provider: str, browser: Callable[..., Browser]
) -> None:
    add(own_url, "lan", email="Lan@province.example")
    known_there(provider, "s-1", email="lan@province.example", email_verified=True)
    lan = browser()
    answer = lan.sign_in("s-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account?lang=en")
    assert lan.is_signed_in()
    assert "OpenID Connect" in lan.client.get("/desk/account", headers=PAGE).text
    assert subject_of(own_url, "lan") == "s-1"
    assert actions(own_url, "lan") == ["account-added", "linked", "signed-in"]

    known_there(provider, "s-1", email="lan.nguyen@elsewhere.example", email_verified=True)  # she changed it
    assert browser().sign_in("s-1").status_code == 303
    known_there(provider, "s-2", email="lan@province.example", email_verified=True)  # somebody else has it now
    stranger = browser()
    assert stranger.sign_in("s-2").status_code == 403
    assert not stranger.is_signed_in()


def test_an_account_can_be_added_by_its_subject(own_url: str, provider: str, browser: Callable[..., Browser]) -> None:
    add(own_url, "minh", oidc=(provider, "s-3"))
    known_there(provider, "s-3")
    assert browser().sign_in("s-3").status_code == 303


def test_who_is_not_known_here_is_told_so_and_gets_no_account(
    own_url: str, provider: str, browser: Callable[..., Browser]
) -> None:
    known_there(provider, "s-4", email="who@elsewhere.example", email_verified=True)
    answer = browser().sign_in("s-4")
    assert answer.status_code == 403
    assert "Sở Công Thương knows you as who@elsewhere.example, but no account here" in answer.text
    with psycopg.connect(own_url) as connection:
        assert connection.execute("SELECT count(*) FROM accounts.accounts").fetchone() == (0,)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_email_that_is_not_verified_links_nothing(
    own_url: str, provider: str, browser: Callable[..., Browser], verified: object
) -> None:
    add(own_url, "lan", email="lan@province.example")
    claims = {} if verified is None else {"email_verified": verified}
    known_there(provider, "s-5", email="lan@province.example", **claims)
    assert browser().sign_in("s-5").status_code == 403
    assert subject_of(own_url, "lan") is None


def test_an_account_that_is_disabled_stays_out(own_url: str, provider: str, browser: Callable[..., Browser]) -> None:
    add(own_url, "lan", oidc=(provider, "s-6"))
    add(own_url, "minh", email="minh@province.example")
    with writing(own_url) as session:
        disable_account(session, "lan", by="the tests", reason="left")
        disable_account(session, "minh", by="the tests", reason="left")
    known_there(provider, "s-6")
    known_there(provider, "s-7", email="minh@province.example", email_verified=True)
    assert browser().sign_in("s-6").status_code == 403
    assert browser().sign_in("s-7").status_code == 403
    assert subject_of(own_url, "minh") is None


def test_what_is_asked_for_is_fresh_each_time(provider: str, browser: Callable[..., Browser]) -> None:
    lan = browser()
    first, second = (dict(parse_qsl(urlsplit(lan.leave()).query)) for _ in range(2))
    assert first["response_type"] == "code"
    assert first["redirect_uri"] == f"http://register.test{BACK}"
    assert first["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


@pytest.mark.parametrize("change", ["another state", "no state", "another browser", "no code", "refused"])
def test_what_this_browser_did_not_begin_is_refused(
    own_url: str, provider: str, browser: Callable[..., Browser], change: str
) -> None:
    add(own_url, "lan", oidc=(provider, "s-8"))
    known_there(provider, "s-8")
    lan = browser()
    path = lan.consent(lan.leave(), "s-8")
    given = dict(parse_qsl(urlsplit(path).query))
    if change == "another browser":  # an attacker's own sign-in, pressed on somebody else
        lan = browser()
    changed = {
        "another state": {**given, "state": "x" * 43}, "no state": {"code": given["code"]},
        "no code": {"state": given["state"]}, "refused": {"state": given["state"], "error": "access_denied"},
    }.get(change, given)  # fmt: skip
    answer = lan.come_back(str(httpx.URL(BACK, params=changed)))
    assert answer.status_code == 400
    assert "cannot be completed" in answer.text
    assert not lan.is_signed_in()


def test_a_code_opens_one_session_only(own_url: str, provider: str, browser: Callable[..., Browser]) -> None:
    add(own_url, "lan", oidc=(provider, "s-9"))
    known_there(provider, "s-9")
    lan = browser()
    path = lan.consent(lan.leave(), "s-9")
    kept = lan.client.cookies["oidc"]
    assert lan.come_back(path).status_code == 303
    assert "oidc" not in lan.client.cookies
    again = browser()
    assert again.come_back(path).status_code == 400
    again.client.cookies.set("oidc", kept)  # somebody who has the browser's cookie too
    answer = again.come_back(path)
    assert answer.status_code == 400
    assert "not a second time" in answer.text
    assert not again.is_signed_in()


def test_an_answer_to_another_question_is_refused(own_url: str, provider: str, browser: Callable[..., Browser]) -> None:
    """The nonce in the token is not the browser's: a code of another sign-in was put in."""
    add(own_url, "lan", oidc=(provider, "s-10"))
    known_there(provider, "s-10")
    lan = browser()
    address = lan.leave()
    path = lan.consent(str(httpx.URL(address).copy_merge_params({"nonce": "n" * 43})), "s-10")
    answer = lan.come_back(path)
    assert answer.status_code == 400
    assert "does not hold" in answer.text


def test_a_wrong_secret_lets_nobody_in(
    own_url: str, provider: str, browser: Callable[..., Browser], tmp_path: Path
) -> None:
    add(own_url, "lan", oidc=(provider, "s-11"))
    known_there(provider, "s-11")
    (tmp_path / "other").write_text("another secret")
    lan = browser(secret=tmp_path / "other")
    assert lan.sign_in("s-11").status_code == 400
    assert not lan.is_signed_in()


def test_a_provider_that_is_down_is_said_and_passwords_still_work(
    own_url: str, browser: Callable[..., Browser]
) -> None:
    with providing() as address:
        lan = browser(address)
        add(own_url, "lan", oidc=(address, "s-12"))
        known_there(address, "s-12")
        path = lan.consent(lan.leave(), "s-12")
    back, begin = lan.come_back(path), browser(address).come_back("/desk/sign-in/oidc")
    for answer in (back, begin):
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "10"
        assert "Sở Công Thương does not answer just now" in answer.text
    assert not lan.is_signed_in()
    assert lan.client.get("/desk/sign-in", headers=PAGE).status_code == 200


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"issuer": "https://evil.example"}', "\0\xff"])
def test_a_provider_that_talks_nonsense_is_as_good_as_down(
    browser: Callable[..., Browser], body: str, tmp_path: Path
) -> None:
    script = (
        "import http.server, sys\n"
        "class Answer(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200); self.end_headers(); self.wfile.write(sys.argv[1].encode('latin-1'))\n"
        "    def log_message(self, *_): pass\n"
        "server = http.server.HTTPServer(('127.0.0.1', 0), Answer)\n"
        "print(server.server_port, flush=True); server.serve_forever()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, body.replace("\0", "")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        address = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        try:
            assert browser(address).come_back("/desk/sign-in/oidc").status_code == 503
        finally:
            process.terminate()


def test_without_a_provider_there_is_no_button_and_no_address(own_client: TestClient) -> None:
    assert "oidc" not in own_client.get("/desk/sign-in", headers=PAGE).text
    assert own_client.get("/desk/sign-in/oidc").status_code == 404
    assert own_client.get(BACK).status_code == 404


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"oidc_issuer": "http://province.example", "oidc_client_id": "x"}, "https"),
        ({"oidc_issuer": "province.example", "oidc_client_id": "x"}, "https"),
        ({"oidc_issuer": "https://", "oidc_client_id": "x"}, "https"),
        ({"oidc_issuer": "https://province.example"}, "OIDC_CLIENT_ID"),
        ({"oidc_client_secret_file": "/nowhere"}, "cannot be read"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(**values)  # type: ignore[arg-type]


def test_the_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    settings = Settings()
    assert settings.oidc_client_secret.get_secret_value() == SECRET
    assert SECRET not in repr(settings)
