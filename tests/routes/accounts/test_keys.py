"""API keys: made, shown once, used by Bearer and Basic, revoked."""

import base64
import re
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest
from starlette.testclient import TestClient

from api.workflows import signing
from tests.signing import (
    EN,
    PAGE,
    PASSWORD,
    actions,
    ask,
    basic,
    bearer,
    make_account,
    sign_in,
)


def test_a_key_works_as_bearer_and_as_the_password_of_its_login(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login, ("editor", "can-tho"))
    for headers in (bearer(key), basic(login, key), basic(login.upper(), key), {"Authorization": f"bearer  {key}"}):
        assert client.get("/desk/probe", headers=headers).json() == login
        assert client.put("/desk/probe", headers=headers).json() == login  # no token: nobody sends it unasked


def test_what_is_sent_and_is_no_key_is_never_silently_nobody(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login)
    make_account(url, f"{login}-b")
    other = key[:-1] + ("A" if key[-1] != "A" else "B")
    wrong = [
        bearer(other), bearer(""), bearer("a password"), bearer("izr_" + "x" * 10_000), basic(login, PASSWORD),
        basic(key, "x"), basic(key, key), basic(key, ""), basic("", key), basic(f"{login}-b", key),
        basic(f"{login}\0", key), {"Authorization": "Basic ???"}, {"Authorization": f"Basic {key}"},
        {"Authorization": f"Digest {key}"}, {"Authorization": key}, {"Authorization": ""},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe:" + key.encode()).decode()},
    ]  # fmt: skip
    for headers in wrong:
        answer = client.get("/desk/probe", headers={**EN, **headers})
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/bad-key"), headers
        assert "Bearer" in answer.json()["detail"]
        assert key not in answer.text


def test_a_key_and_a_cookie_together_are_refused(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login, ("editor", "can-tho"))
    sign_in(client, login)
    for method in ("GET", "POST"):
        answer = client.request(method, "/desk/probe", headers=bearer(key))
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/two-credentials")


def test_a_program_is_asked_for_basic_and_a_browser_is_sent_to_the_page(client: TestClient) -> None:
    answer = client.post("/desk/probe")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="registry", charset="UTF-8", Bearer realm="registry"'
    script = client.post("/desk/probe", headers={"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"})
    assert (script.status_code, script.headers["www-authenticate"]) == (401, 'Bearer realm="registry"')
    page = client.get("/desk/keys?lang=en", headers=PAGE, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (
        303,
        "/desk/sign-in?next=%2Fdesk%2Fkeys%3Flang%3Den&lang=en",
    )
    form = client.post("/desk/probe", headers=PAGE, follow_redirects=False)
    assert (form.status_code, form.headers["location"]) == (303, "/desk/sign-in?next=%2Fdesk&lang=vi")


def test_one_comes_back_to_any_address(url: str, client: TestClient, login: str) -> None:
    """Also to one with spaces and marks in it; to one that is too long nobody comes back."""
    make_account(url, login)
    for path in ("/desk/needed/a%20%E1%BA%A3?q=b%20c", "/desk/needed/x?q=" + "y" * 3000):
        led = client.get(path, headers=PAGE, follow_redirects=False).headers["location"]
        assert client.get(led, headers=PAGE).status_code == 200
        after = dict(parse_qsl(urlsplit(led).query))["next"]
        assert after == (path if len(path) < 1000 else "/desk")


def test_a_key_is_made_shown_once_used_and_revoked(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    token = sign_in(client, login)
    answer = client.post("/desk/keys?lang=en", data={"csrf": token, "name": " QGIS  <b> ", "days": "30"}, headers=PAGE)
    assert answer.status_code == 201
    [key] = re.findall(r'class="secret">(izr_[\w-]{43})<', answer.text)
    assert "QGIS &lt;b&gt;" in answer.text
    listed = client.get("/desk/keys?lang=en", headers=PAGE).text
    assert key not in listed
    assert key[:8] in listed
    assert "Never used" in listed
    everything = ask(
        url, "SELECT to_jsonb(k)::text FROM accounts.keys k UNION ALL SELECT to_jsonb(l)::text FROM registry.log l"
    )
    assert not any(key in row[0] for row in everything)

    api = TestClient(client.app)
    assert api.get("/desk/probe", headers=bearer(key)).json() == login
    listed = client.get("/desk/keys?lang=en", headers=PAGE).text
    assert listed.count("Never used") == 1  # of the key that the account was made with
    [(number, holds)] = ask(url, "SELECT id, expires_at - created_at FROM accounts.keys WHERE key_sha256 = %s",
                            signing.digest(key))  # fmt: skip
    assert holds.days == 30
    revoked = client.post(f"/desk/keys/{number}/revoke", data={"csrf": token}, follow_redirects=False)
    assert revoked.status_code == 303
    assert api.get("/desk/probe", headers=bearer(key)).status_code == 401
    assert "Revoked on" in client.get("/desk/keys?lang=en", headers=PAGE).text
    assert actions(url, login)[-2:] == ["key-made", "key-revoked"]


def test_a_key_that_has_expired_is_refused(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE accounts.keys DISABLE TRIGGER USER")
        connection.execute("UPDATE accounts.keys SET expires_at = now() - interval '1 second' WHERE key_sha256 = %s",
                           [signing.digest(key)])  # fmt: skip
        connection.execute("ALTER TABLE accounts.keys ENABLE TRIGGER USER")
    assert client.get("/desk/probe", headers=bearer(key)).status_code == 401


def test_nobody_revokes_somebody_elses_key(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    key = make_account(url, f"{login}-b")
    token = sign_in(client, login)
    [(number,)] = ask(url, "SELECT id FROM accounts.keys WHERE key_sha256 = %s", signing.digest(key))
    for one in (number, 10**12, "1e3", "-1", "9" * 40, "٣"):
        answer = client.post(f"/desk/keys/{one}/revoke", data={"csrf": token}, headers=EN)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-key")
    client.cookies.clear()
    assert client.get("/desk/probe", headers=bearer(key)).json() == f"{login}-b"


@pytest.mark.parametrize("values", [{"name": ""}, {"name": " "}, {"name": "a" * 101}, {"name": "a\0b"}, {},
                                    {"name": "a", "days": "-1"}, {"name": "a", "days": "9" * 30}])  # fmt: skip
def test_a_key_needs_a_name_and_one_of_the_terms(
    url: str, client: TestClient, login: str, values: dict[str, str]
) -> None:
    make_account(url, login)
    token = sign_in(client, login)
    answer = client.post("/desk/keys?lang=en", data={"csrf": token, "days": "", **values}, headers=PAGE)
    assert answer.status_code == 400
    assert "name of 1 to 100" in answer.text


def test_keys_do_not_make_keys(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login)
    for method, path in (("POST", "/desk/keys"), ("GET", "/desk/account"), ("POST", "/desk/sign-out-everywhere")):
        answer = client.request(method, path, headers=bearer(key))
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/needs-session")


def test_there_is_an_end_to_the_number_of_keys(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    token = sign_in(client, login)
    for number in range(19):
        assert client.post("/desk/keys", data={"csrf": token, "name": str(number), "days": ""}).status_code == 201
    answer = client.post("/desk/keys", data={"csrf": token, "name": "one more", "days": ""}, headers=EN)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-keys")
