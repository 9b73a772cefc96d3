"""The numbers of the source documents, each from an address of the service."""

import pytest
from starlette.testclient import TestClient


def test_every_fact_is_served(client: TestClient) -> None:
    assert client.get("/collections/facts/items?limit=1").json()["numberMatched"] == 239


@pytest.mark.parametrize(
    ("slug", "declared", "basis", "expansion"),
    [
        ("kcn-tran-de", 160, "stated", 120),
        ("kcn-song-hau", 286, "stated", None),
        ("kcn-dai-ngai", 200, "stated", None),
        ("kcn-my-thanh", 217, "stated", None),
        ("kcn-an-nghiep", 243, "derived", 200),
    ],
)
def test_declared_areas(
    client: TestClient, slug: str, declared: float, basis: str, expansion: float | None
) -> None:
    zone = client.get(f"/collections/zones/items/{slug}").json()["properties"]
    assert (zone["declared_area_ha"], zone["declared_area_basis"], zone["expansion_area_ha"]) == (
        declared,
        basis,
        expansion,
    )
