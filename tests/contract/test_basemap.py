"""An operator's basemap: refused where it cannot work, and the only other host that a page with the map may ask."""

import pytest

from api.routes.render import map_policy
from api.settings import Settings

OSM = "https://tiles.example/{z}/{x}/{y}.png"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"basemap_tiles": OSM}, "BASEMAP_ATTRIBUTION"),
        ({"basemap_tiles": "http://tiles.example/{z}/{x}/{y}.png"}, "https"),
        ({"basemap_tiles": "https://tiles.example/{z}/{x}.png"}, "once each"),
        ({"basemap_tiles": "https://{s}.tiles.example/{z}/{x}/{y}.png"}, "after the host"),
        ({"basemap_tiles": "https://tiles.example; script-src */{z}/{x}/{y}"}, "https"),
        ({"basemap_tiles": "https://a@tiles.example/{z}/{x}/{y}"}, "https"),
    ],
)
def test_a_basemap_that_cannot_work_is_refused_at_the_start(values: dict[str, str], said: str) -> None:
    named = {} if said == "BASEMAP_ATTRIBUTION" else {"basemap_attribution": "Somebody"}
    with pytest.raises(ValueError, match=said):
        Settings(**values, **named)  # type: ignore[arg-type]


def test_only_the_hosts_that_are_set_may_be_asked() -> None:
    settings = Settings(basemap_tiles=OSM, basemap_attribution="Somebody")
    assert "connect-src 'self' https://tiles.example" in map_policy(settings.basemap_tiles)
    without = map_policy(Settings().basemap_tiles)
    assert "https:" not in without
    assert "connect-src 'self'" in without
    assert "worker-src 'self'" in without
