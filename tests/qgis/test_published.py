"""What the desk publishes is in QGIS with the next opening; a draft never is."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from starlette.testclient import TestClient

from api.settings import Settings
from tests.conftest import served
from tests.people import add_person
from tests.routes.test_changes import ZONE, published, ready, square


@pytest.fixture
def people(own_url: str) -> tuple[dict[str, str], dict[str, str]]:
    """An editor and a reviewer of Cần Thơ."""
    return add_person(own_url, "lan", ("editor", "can-tho")), add_person(own_url, "minh", ("reviewer", "can-tho"))


def test_a_published_outline_is_there_and_a_draft_is_not(
    qgis: Any, open_layers: Callable[..., Any], own_url: str, own_client: TestClient, people: Any
) -> None:
    lan, minh = people

    def zone(service: str) -> Any:
        open_layers(service)
        (found,) = [one for one in qgis("features", name="zones") if one["attributes"]["slug"] == ZONE]
        return found

    with served(Settings(database_url=own_url)) as service:
        before = zone(service)
        published(own_client, lan, minh, outline=square(), name_en="Published")
        ready(own_client, lan, name_en="Only a draft")
        after = zone(service)
    assert before["attributes"]["name_en"] != "Published"
    assert (after["attributes"]["name_en"], after["attributes"]["version"]) == ("Published", 2)
    assert shapely.from_wkb(after["geometry"]).equals(shapely.geometry.shape(square()))
