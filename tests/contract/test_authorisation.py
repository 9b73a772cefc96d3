"""Who may do what: every operation of the application for every kind of account, at home and in another province.

The operations come from the router: a new one without a decision here fails the first test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from tests.conftest import TEMPLATE, drop_database, make_database, unique
from tests.people import add_person
from tests.routes.test_changes import ZONE, begin, ready, square, step

Headers = dict[str, str]
Made = tuple[str, dict[str, Any]]
# Accounts. Cần Thơ is where the zone lies; "elsewhere" is An Giang. lan is who began the change.
PEOPLE: dict[str, tuple[tuple[str, str | None], ...]] = {
    "guest": (), "lan": (("editor", "can-tho"),), "editor": (("editor", "can-tho"),),
    "reviewer": (("reviewer", "can-tho"),), "admin": (("admin", "can-tho"),), "admin-of-all": (("admin", None),),
    "elsewhere": (("editor", "an-giang"), ("reviewer", "an-giang")), "admin-elsewhere": (("admin", "an-giang"),),
}  # fmt: skip
EVERYBODY = frozenset({"nobody", *PEOPLE})
SIGNED = frozenset(PEOPLE)
ADMINS = frozenset({"admin", "admin-of-all"})
EDITORS = frozenset({"lan", "editor"}) | ADMINS
REVIEWERS = frozenset({"reviewer"}) | ADMINS
AT_HOME = EDITORS | REVIEWERS
AUTHOR = frozenset({"lan"})
# Reading needs no account but here; these have a decision below, as all that writes has.
CLOSED = ("/desk", "/changes")
# What only a session in a browser can do, whoever it is of: a key of anybody is refused.
SESSION = {
    ("GET", "/desk/account"), ("GET", "/desk/keys"), ("POST", "/desk/keys"), ("POST", "/desk/keys/{number}/revoke"),
    ("POST", "/desk/sign-out"), ("POST", "/desk/sign-out-everywhere"), ("POST", "/desk/account/password"),
}  # fmt: skip
# How one comes to have a session; tests/routes/accounts looks at them closely.
ENTRANCE = {
    ("GET", "/desk/sign-in"), ("POST", "/desk/sign-in"), ("GET", "/desk/sign-in/oidc"), ("GET", "/desk/sign-in/back"),
}  # fmt: skip


@dataclass
class World:
    """A register with a change of lan's that waits, a draft of hers, and a project."""

    client: TestClient
    headers: dict[str, Headers]
    draft: int = 0
    waiting: dict[str, Any] = field(default_factory=dict)

    def ask(self, who: str, method: str, path: str, **options: Any) -> Any:
        pages = method == "GET" and path.startswith("/desk") and not path.startswith(f"/desk/zones/{ZONE}/projects")
        accept = "text/html" if pages and ".xlsx" not in path else "*/*"
        headers = {**self.headers.get(who, {}), **options.pop("headers", {}), "Accept": accept}
        return self.client.request(method, path, headers=headers, follow_redirects=False, **options)

    def submitted(self) -> int:
        """The number of a change of lan's that waits for a reviewer; a new one where the last was decided."""
        lan = self.headers["lan"]
        state = self.client.get(f"/changes/{self.waiting['id']}", headers=lan).json()["state"] if self.waiting else ""
        if state == "draft":
            step(self.client, lan, self.waiting, "submit")
        elif state != "submitted":
            self.waiting = ready(self.client, lan, outline=square())
            step(self.client, lan, self.waiting, "submit")
        return int(self.waiting["id"])

    def undecided(self) -> int:
        """The same as a draft again."""
        id = self.submitted()
        step(self.client, self.headers["admin"], self.waiting, "return", "see the annex")
        return id


@pytest.fixture(scope="module")
def world(cluster_dsn: str) -> Iterator[World]:
    url = make_database(cluster_dsn, unique("matrix"), TEMPLATE)
    with TestClient(create_app(Settings(database_url=url)), raise_server_exceptions=False) as client:
        made = World(client, {name: add_person(url, name, *grants) for name, grants in PEOPLE.items()})
        made.draft = begin(client, made.headers["lan"], zone="kcn-my-thanh")["id"]
        answer = made.ask("lan", "POST", f"/desk/zones/{ZONE}/projects", json={"name": "A", "source": "D001"})
        assert answer.status_code == 201, answer.text
        yield made
    drop_database(url)


@dataclass(frozen=True)
class Decision:
    """Who may, and a request by which that shows: the least that gets past the question who asks."""

    may: frozenset[str]
    make: Callable[[World], Made]


def fixed(path: str, **options: Any) -> Callable[[World], Made]:
    return lambda _: (path, options)


def of_waiting(path: str, **options: Any) -> Callable[[World], Made]:
    return lambda world: (path.format(id=world.submitted()), options)


def of_draft(path: str, **options: Any) -> Callable[[World], Made]:
    return lambda world: (path.format(id=world.draft), options)


def of_returned(path: str, **options: Any) -> Callable[[World], Made]:
    return lambda world: (path.format(id=world.undecided()), options)


ITEM = "/collections/zones/items"
PROJECTS, PLACE = f"/desk/zones/{ZONE}/projects", "/desk/zones/{slug}/projects"
FEATURE = {"type": "Feature", "geometry": None, "properties": {"province": "can-tho"}}
FILE = {"file": ("x.txt", b"x", "text/plain")}
ANY = {"If-Match": '"9"'}
PERIOD = "province=can-tho&period=2025"
DECISIONS: dict[tuple[str, str], Decision] = {
    ("POST", ITEM): Decision(EDITORS, fixed(ITEM, json=FEATURE)),
    ("PUT", ITEM + "/{item}"): Decision(EDITORS, fixed(f"{ITEM}/kcn-dai-ngai", json=FEATURE)),
    ("PATCH", ITEM + "/{item}"): Decision(EDITORS, fixed(
        f"{ITEM}/kcn-dai-ngai", json={"type": "Feature", "properties": {}},
        headers={"Content-Type": "application/merge-patch+json"})),
    ("DELETE", ITEM + "/{item}"): Decision(EDITORS, fixed(f"{ITEM}/kcn-song-hau")),
    ("POST", "/boundaries/from-corners"): Decision(EVERYBODY, fixed("/boundaries/from-corners", json={"text": ""})),
    ("POST", "/boundaries/from-file"): Decision(EVERYBODY, fixed("/boundaries/from-file", files=FILE)),
    ("POST", "/reports"): Decision(REVIEWERS, fixed("/reports", json={"province": "can-tho", "period": "2024"})),
    ("GET", "/desk/reports/new"): Decision(REVIEWERS, fixed(f"/desk/reports/new?{PERIOD}")),
    ("GET", "/desk"): Decision(SIGNED, fixed("/desk")),
    ("GET", "/desk/zones/new"): Decision(SIGNED, fixed("/desk/zones/new")),  # a form; who sends it is asked
    ("GET", "/desk/zones/{slug}/{action}"): Decision(SIGNED, fixed(f"/desk/zones/{ZONE}/withdraw")),
    ("GET", "/desk/changes/{id}"): Decision(AT_HOME, of_waiting("/desk/changes/{id}")),
    ("GET", "/desk/changes/{id}/edit"): Decision(AUTHOR, of_draft("/desk/changes/{id}/edit")),
    ("GET", "/changes"): Decision(SIGNED, fixed("/changes")),
    ("POST", "/changes"): Decision(EDITORS, fixed("/changes", json={"zone": "ccn-nga-nam"})),
    ("GET", "/changes/{id}"): Decision(AT_HOME, of_waiting("/changes/{id}")),
    ("PUT", "/changes/{id}/draft"): Decision(AUTHOR, of_draft("/changes/{id}/draft", json={}, headers=ANY)),
    ("POST", "/changes/{id}/corners"): Decision(AUTHOR, of_draft("/changes/{id}/corners", json={"text": "x"})),
    ("POST", "/changes/{id}/file"): Decision(AUTHOR, of_draft("/changes/{id}/file", files=FILE)),
    ("POST", "/changes/{id}/evidence"): Decision(AUTHOR, of_draft("/changes/{id}/evidence", files=FILE)),
    ("GET", PLACE): Decision(AT_HOME, fixed(PROJECTS)),
    ("POST", PLACE): Decision(EDITORS, fixed(PROJECTS, json={})),
    ("GET", PLACE + ".xlsx"): Decision(AT_HOME, fixed(PROJECTS + ".xlsx")),
    ("POST", PLACE + "/preview"): Decision(EDITORS, fixed(PROJECTS + "/preview", files=FILE)),
    ("POST", PLACE + "/import"): Decision(EDITORS, fixed(PROJECTS + "/import", files=FILE)),
    ("GET", PLACE + "/{id}"): Decision(AT_HOME, fixed(PROJECTS + "/1")),
    ("PUT", PLACE + "/{id}"): Decision(EDITORS, fixed(PROJECTS + "/1", json={}, headers=ANY)),
    ("DELETE", PLACE + "/{id}"): Decision(
        EDITORS, fixed(PROJECTS + "/1", json={"reason": "x"}, headers=ANY)),
    ("POST", PLACE + "/{id}"): Decision(
        EDITORS, fixed(PROJECTS + "/1", data={"version": "9"})),
    ("GET", "/desk/figures"): Decision(EDITORS, fixed(f"/desk/figures?{PERIOD}")),
    ("GET", "/desk/figures.xlsx"): Decision(EDITORS, fixed(f"/desk/figures.xlsx?{PERIOD}")),
    ("POST", "/desk/figures/preview"): Decision(EDITORS, fixed(f"/desk/figures/preview?{PERIOD}", files=FILE)),
    ("POST", "/desk/figures/import"): Decision(EDITORS, fixed(f"/desk/figures/import?{PERIOD}", files=FILE)),
}  # fmt: skip
STEPS = {
    "submit": Decision(AUTHOR, of_returned("/changes/{id}/submit", json={})),
    "rebase": Decision(AUTHOR, of_draft("/changes/{id}/rebase", json={})),
    "approve": Decision(REVIEWERS, of_waiting("/changes/{id}/approve", json={"text": ""})),
    "reject": Decision(REVIEWERS, of_waiting("/changes/{id}/reject", json={"text": "no"})),
    "return": Decision(REVIEWERS, of_waiting("/changes/{id}/return", json={"text": "see the annex"})),
    "withdraw": Decision(AUTHOR, of_waiting("/changes/{id}/withdraw", json={"text": "my mistake"})),
    "comments": Decision(AT_HOME, of_waiting("/changes/{id}/comments", json={"text": "why?"})),
}
APART = {
    ("POST", "/changes/{id}/{step}"),
    ("GET", "/changes/{id}/evidence/{number}"),
}  # decided by STEPS; by the change
REFUSED = {401, 403}
HIDDEN = 404  # a change that one may not see is not there


def operations() -> set[tuple[str, str]]:
    app = create_app(Settings(database_url="postgresql://nowhere")).app
    return {
        (method, str(one.path))
        for one in iter_route_contexts(app.routes)
        for method in getattr(one.route, "methods", None) or ()
        if method not in ("HEAD", "OPTIONS")
    }


def test_of_every_operation_it_is_decided_who_may() -> None:
    closed = {(method, path) for method, path in operations() if method != "GET" or path.startswith(CLOSED)}
    assert closed == DECISIONS.keys() | SESSION | ENTRANCE | APART


def is_let_in(answer: Any, path: str) -> bool:
    """Past the question who asks, whatever becomes of the request then."""
    assert answer.status_code < 500, (path, answer.text)
    assert answer.status_code not in (405, 406, 428), (path, answer.text)  # would come before it, and show nothing
    is_sent_away = answer.status_code == 303  # to sign in, or to the page that shows a change
    is_hidden = answer.status_code == HIDDEN and "/changes/" in path
    return answer.status_code not in REFUSED and not is_sent_away and not is_hidden


@pytest.mark.parametrize("operation", sorted(DECISIONS), ids=" ".join)
def test_only_who_may_is_let_in(world: World, operation: tuple[str, str]) -> None:
    check(world, operation[0], DECISIONS[operation])


@pytest.mark.parametrize("name", STEPS)
def test_only_who_may_takes_a_step_of_a_change(world: World, name: str) -> None:
    check(world, "POST", STEPS[name])


def check(world: World, method: str, decision: Decision) -> None:
    """Whoever may not comes first: they must leave nothing changed for the others."""
    let_in = set()
    for who in sorted(EVERYBODY, key=lambda one: (one in decision.may, one)):
        path, options = decision.make(world)
        if is_let_in(world.ask(who, method, path, **dict(options)), path):
            let_in.add(who)
    assert let_in == decision.may


@pytest.mark.parametrize("operation", sorted(SESSION), ids=" ".join)
def test_a_key_does_not_do_what_only_a_session_may(world: World, operation: tuple[str, str]) -> None:
    method, path = operation
    for who in sorted(EVERYBODY):
        answer: Response = world.ask(who, method, path.replace("{number}", "1"), data={} if method == "POST" else None)
        assert not is_let_in(answer, path), who


def test_what_is_open_to_all_is_the_same_for_all(world: World) -> None:
    """A few of what everybody reads: an account changes nothing in it."""
    for path in ("/", "/collections/zones/items", "/stats/zones", "/progress", "/feed", "/reports"):
        answers = {who: world.ask(who, "GET", path) for who in EVERYBODY}
        assert {one.status_code for one in answers.values()} == {200}, path
        assert len({one.content for one in answers.values()}) == 1, path
