"""The whole way of a boundary, from the annex to the published version and back, with QGIS as the GIS."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely

from api.language import LANGUAGES
from tests.browser.conftest import Visitor, chromium, visitor
from tests.browser.test_whole_way import SLUG, Json, address, go_the_whole_way

__all__ = ["address", "chromium", "visitor"]  # fixtures


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_qgis_shows_each_version_as_it_is_published(
    visitor: Visitor, address: str, language: str, qgis: Any, open_layers: Callable[..., Any]
) -> None:
    def read() -> Json:
        open_layers(address, lang=language)
        (found,) = [one for one in qgis("features", name="zones") if one["attributes"]["slug"] == SLUG]
        return {"outline": shapely.geometry.mapping(shapely.from_wkb(found["geometry"])), **found["attributes"]}

    go_the_whole_way(visitor, address, language, read)
