"""The form of a period in LibreOffice: it opens, is saved there, and is handed in as it was."""

import io
import subprocess
from pathlib import Path

import openpyxl
import pytest
from starlette.testclient import TestClient

from gis.figures.fields import ROW
from tests.routes.test_figures import ZONE, Headers, cells, fill, hand_in, lan

__all__ = ["lan"]  # a fixture
CSV = "csv:Text - txt - csv (StarCalc):44,34,76"  # commas, quotes, UTF-8


def saved(content: bytes, kind: str, folder: Path) -> bytes:
    """What LibreOffice writes of a workbook that it opened."""
    source, target = folder / "form.xlsx", folder / "saved"
    source.write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
         "--outdir", str(target), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (target / f"form.{kind.partition(':')[0]}").read_bytes()


@pytest.mark.slow
def test_a_form_that_was_saved_there_says_the_same(own_client: TestClient, lan: Headers, tmp_path: Path) -> None:
    scope = {"province": "soc-trang", "period": "2020", "lang": "vi"}
    form = own_client.get("/desk/figures.xlsx", params=scope, headers=lan).content
    there = saved(form, "xlsx", tmp_path)
    told = hand_in(own_client, lan, there, period="2020")
    book = openpyxl.load_workbook(io.BytesIO(there))
    page = book.worksheets[0]
    assert (told["issues"], told["zones"], len(told["unchanged"])) == ([], [], page.max_row - 1)
    assert len(page.data_validations.dataValidation) == 2
    assert [cell.value for cell in page[1]] == [one.vietnamese for one in ROW]
    assert (cells(book, ZONE)["fill_rate_pct"].value, cells(book, ZONE)["fill_rate_pct"].data_type) == (96.5, "n")
    filled = saved(fill(book, ZONE, workers=15000, source="D001", quote="x"), "xlsx", tmp_path)
    (zone,) = hand_in(own_client, lan, filled, period="2020")["zones"]
    assert [one["indicator"] for one in zone["observations"]] == ["workers"]
    delimited = hand_in(own_client, lan, saved(form, CSV, tmp_path), period="2020")
    assert (delimited["issues"], delimited["zones"]) == ([], [])
