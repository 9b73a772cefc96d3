"""/conformance and the tests hold each other: no class without a test, no test for a class that is not claimed."""

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from api.settings import ROOT

COLLECT = """
import pytest

class Classes:
    def pytest_collection_modifyitems(self, items):
        for item in items:
            unsure = [mark.name for mark in item.iter_markers() if mark.name in ("skip", "skipif", "xfail")]
            for mark in item.iter_markers("conformance"):
                for uri in mark.args:
                    print("class", uri, item.nodeid, *unsure)

raise SystemExit(pytest.main(["--collect-only", "-p", "no:xdist"], plugins=[Classes()]))
"""


@pytest.fixture(scope="module")
def marked() -> dict[str, list[list[str]]]:
    """The tests that stand behind each class: their names, and what may keep them from running."""
    done = subprocess.run([sys.executable, "-c", COLLECT], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, list[list[str]]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("class "):
            _, uri, *test = line.split(" ")
            found.setdefault(uri, []).append(test)
    return found


def test_what_is_claimed_is_what_is_tested(client: TestClient, marked: dict[str, list[list[str]]]) -> None:
    assert sorted(client.get("/conformance").json()["conformsTo"]) == sorted(marked)


def test_every_class_has_a_test_that_always_runs(marked: dict[str, list[list[str]]]) -> None:
    assert [uri for uri, tests in marked.items() if not any(len(test) == 1 for test in tests)] == []


def test_the_page_shows_every_class(client: TestClient) -> None:
    page = client.get("/conformance?f=html").text
    assert [uri for uri in client.get("/conformance").json()["conformsTo"] if f"<code>{uri}</code>" not in page] == []
