"""Vector tiles in QGIS: asked for by row before column, drawn as the zones are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STEP = (0x22, 0x34, 0x7C)


@pytest.mark.parametrize("crs", ["EPSG:9209", "EPSG:3857"])
def test_tiles_are_drawn_in_the_colour_of_their_fill_rate(
    qgis: Any, open_layers: Callable[..., Any], live_url: str, asked: list[str], tmp_path: Path, crs: str
) -> None:
    open_layers(live_url)
    lon, lat = 105.9778, 9.6421  # kcn-an-nghiep
    asked.clear()
    inside, outside = [[lon + 0.003, lat + 0.003], [lon - 0.003, lat - 0.003]], [[lon + 0.009, lat]]
    colors = qgis("draw", names=["zone-tiles"], crs=crs, box=[lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01],
                  size=[800, 800], points=inside + outside, file=str(tmp_path / "tiles.png"))  # fmt: skip
    assert [tuple(bytes.fromhex(one[1:])) for one in colors] == [
        pytest.approx([255 - (255 - part) * 0.6 for part in STEP], abs=3),
        pytest.approx([255 - (255 - part) * 0.6 for part in STEP], abs=3),
        (255, 255, 255),
    ]
    assert asked
    assert {one.rpartition(" ")[2] for one in asked} <= {"200", "304"}
    zoom, row, column = asked[0].partition(" ")[0].split("/")[-3:]
    assert int(row) < int(column)  # Viet Nam lies far east and a little north
    assert int(zoom) > 12
