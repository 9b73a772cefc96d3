"""The notebooks: executed against a served register as a reader would, clients of the public API and gis alone."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from api.settings import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = ["01-first-map", "02-fill-rates-and-targets", "03-boundary-from-corner-table"]
HERE = "http://127.0.0.1:8000"
LARGEST = 100_000  # bytes of a notebook with its outputs
Executed = dict[str, NotebookNode]


@pytest.fixture(scope="module")
def executed(live_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executed]:
    folder, home = tmp_path_factory.mktemp("executed"), tmp_path_factory.mktemp("home")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "MPL"))}
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "notebooks.py"), "--to", str(folder)],
        env={**env, "HOME": str(home), "REGISTRY_URL": live_url}, capture_output=True, text=True, timeout=280,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list(home.iterdir()) == []
    assert "Warning" not in done.stderr, done.stderr
    yield {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.iterdir())}


def said(book: NotebookNode) -> str:
    """All that the cells print and show, as text."""
    outputs = [one for cell in book.cells for one in cell.get("outputs", [])]
    return "\n".join(one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs)


@pytest.mark.slow
def test_all_of_them_run_without_an_error_or_a_warning(executed: Executed) -> None:
    assert list(executed) == NAMES
    for book in executed.values():
        outputs = [one for cell in book.cells for one in cell.get("outputs", [])]
        assert outputs
        assert {one["output_type"] for one in outputs} <= {"stream", "execute_result", "display_data"}
        assert [one["text"] for one in outputs if one.get("name") == "stderr"] == []
        assert len(nbformat.writes(book)) < LARGEST


@pytest.mark.slow
def test_the_first_map_has_every_zone(executed: Executed) -> None:
    text = said(executed["01-first-map"])
    assert "26 zones, 5 with an outline" in text
    assert re.search(r"indicative +5\b", text)
    assert re.search(r"zones\.html: \d+ kB, 26 points", text)


@pytest.mark.slow
def test_fill_rates_and_targets_say_what_is_not_assessable(executed: Executed) -> None:
    book = executed["02-fill-rates-and-targets"]
    text = said(book)
    assert "Tỉnh Sóc Trăng: not assessable; known of 0 of 20 zones" in text
    assert re.search(r"An Nghiep Industrial Park +96\.5 +reported", text)
    assert "86 targets, 53 of them figures" in text
    assert re.search(r"86 targets as of \d{4}-\d\d-\d\d: \{'reached': ", text)
    pictures = [one for cell in book.cells for one in cell.get("outputs", []) if "image/png" in one.get("data", {})]
    assert len(pictures) == 2


@pytest.mark.slow
def test_the_corner_table_lies_where_the_law_says_and_its_area_is_told(executed: Executed) -> None:
    text = said(executed["03-boundary-from-corner-table"])
    assert "chosen: VN-2000 / TM-3 105-30" in text
    assert "VN-2000 / TM-3 105-45: 27.4 km away" in text
    assert "plane      12.0000 ha" in text and "ellipsoid  12.0016 ha" in text
    assert "EPSG:6960" in text
    assert "outline.gpkg 1 feature, MultiPolygon EPSG:4326" in text


def test_there_are_three_and_the_readme_tells_of_them() -> None:
    assert [path.stem for path in NOTEBOOKS] == NAMES
    assert "`notebooks/`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_stored_notebook_is_a_client_without_outputs(path: Path) -> None:
    """Outputs that are not kept are never stale; what they ask is the public API, at one address."""
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert path.read_text(encoding="utf-8") == nbformat.writes(book) + "\n"
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None and cell.metadata == {} for cell in code)
    assert [cell.id for cell in book.cells] == [f"cell-{number:02}" for number in range(1, len(book.cells) + 1)]
    source = "\n".join(cell.source for cell in code)
    imported = set(re.findall(r"^(?:from|import) +([a-z_]+)", source, re.MULTILINE))
    assert not imported & {"api", "psycopg", "sqlalchemy", "tests", "migrations"}
    assert set(re.findall(r"https?://[^\s\"')]+", "\n".join(cell.source for cell in book.cells))) <= {HERE}
    if path.stem.startswith("03"):
        assert "urllib" not in source and HERE not in source
    headings = [line for cell in book.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()
                if line.startswith("#")]  # fmt: skip
    assert len(headings) > 2
    assert all(" · " in one and not one.partition(" · ")[2].isascii() for one in headings)
