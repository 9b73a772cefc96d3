"""A role is bound to its province, and who lacks it is told."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.store.connect import writing
from api.workflows.accounts import revoke_role
from tests.signing import EN, bearer, make_account

CAN_THO = "Thành phố Cần Thơ"


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ([("editor", "can-tho")], True),
        ([("editor", "soc-trang")], True),  # a part of Cần Thơ today
        ([("editor", "all")], True),
        ([("admin", "can-tho")], True),
        ([("reviewer", "can-tho")], False),
        ([("editor", "an-giang")], False),
        ([("admin", "an-giang"), ("reviewer", "all")], False),
        ([], False),
    ],
)
def test_a_role_is_bound_to_its_province(url: str, client: TestClient, login: str, roles: list[Any], may: bool) -> None:
    key = make_account(url, login, *roles)
    answer = client.post("/desk/probe", headers={**EN, **bearer(key)})
    assert answer.status_code == (200 if may else 403)


def test_who_lacks_a_role_is_told_which_where_and_what_they_have(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login, ("editor", "an-giang"), ("reviewer", "all"))
    english = client.post("/desk/probe", headers={**EN, **bearer(key)}).json()
    assert english["type"] == "/problems/role-missing"
    assert english["detail"] == (
        f"This needs the role editor in {CAN_THO}; your account {login} has: "
        "editor – Tỉnh An Giang; reviewer – all provinces."
    )
    vietnamese = client.post("/desk/probe", headers=bearer(key)).json()["detail"]
    assert "biên tập – Tỉnh An Giang; thẩm định – mọi tỉnh, thành phố" in vietnamese
    nothing = make_account(url, f"{login}-b")
    assert client.post("/desk/probe", headers={**EN, **bearer(nothing)}).json()["detail"].endswith("has: no role.")


def test_a_role_that_is_taken_back_is_gone_with_the_next_request(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login, ("editor", "can-tho"))
    assert client.post("/desk/probe", headers=bearer(key)).status_code == 200
    with writing(url) as session:
        revoke_role(session, login, "editor", "can-tho", by="the tests")
    assert client.post("/desk/probe", headers=bearer(key)).status_code == 403
