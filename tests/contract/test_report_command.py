"""`zones report`: what an operator types, and the files that come of it."""

import getpass
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import psycopg
import pytest

from api.settings import ROOT
from tests.changes import publish_version
from tests.reading import Page


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


Zones = Callable[..., Told]
OF = ("--province", "soc-trang", "--period", "2025")


def command_line(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Zones:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    def zones(*words: object) -> Told:
        """A process of its own: what runs in a browser's tests before these would be in its way."""
        line = [sys.executable, "-m", "api.cli", "report", *map(str, words)]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
        return Told(done.returncode, done.stdout, done.stderr)

    return zones


@pytest.fixture
def zones(loaded_url: str, monkeypatch: pytest.MonkeyPatch) -> Zones:
    """On a register that is only read."""
    return command_line(monkeypatch, loaded_url)


@pytest.fixture
def own_zones(own_url: str, monkeypatch: pytest.MonkeyPatch) -> Zones:
    return command_line(monkeypatch, own_url)


def test_json_goes_to_the_screen_and_nothing_else(zones: Zones) -> None:
    told = zones(*OF)
    assert told.exit_code == 0, told.output
    content = json.loads(told.stdout)
    assert (content["province"]["uid"], content["issued"], len(content["zones"])) == ("vn63:94", None, 20)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_html_is_one_file_that_asks_for_nothing(zones: Zones, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "report.html"
    assert zones(*OF, "--output", file, "--lang", lang).exit_code == 0
    page = Page(file.read_text(encoding="utf-8"))
    assert page.find("html")[0].attributes["lang"] == lang
    assert not page.find("link", "script", "img", "form")
    addresses = [one.attributes["href"] for one in page.find("a")]
    assert all(one.startswith(("http://", "https://", "#")) for one in addresses)
    assert len(page.find("table")) > 5


def test_xlsx_by_the_ending_of_the_file(zones: Zones, tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    told = zones(*OF, "--output", file, "--lang", "en")
    assert told.exit_code == 0, told.output
    assert "Zones" in openpyxl.load_workbook(file).sheetnames


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "period is missing"),
        (("--period", "2025"), "province is missing"),
        (("--province", "atlantis", "--period", "2025"), "atlantis"),
        (("--province", "soc-trang", "--period", "H1"), "2025-H1"),
        (("--province", "soc-trang", "--period", "2199"), "still to come"),
        ((*OF, "--format", "pdf"), "html, xlsx, json"),
        ((*OF, "--output", "report.docx"), "html, xlsx, json"),
        ((*OF, "--output", "/nowhere/at/all.json"), "not a directory"),
        ((*OF, "--lang", "fr"), "vi, en"),
        ((*OF, "--number", "1"), "--number"),
        (("--number", "9"), "no report 9"),
        (("--check", "9"), "no report 9"),
    ],
)
def test_what_cannot_be_done_is_said(zones: Zones, words: tuple[str, ...], says: str) -> None:
    told = zones(*words)
    assert told.exit_code == 1, told.output
    assert says in told.stderr
    assert not told.stdout


def test_a_file_that_is_there_is_kept(zones: Zones, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("mine")
    assert "--force" in zones(*OF, "--output", file).stderr
    assert file.read_text() == "mine"
    assert zones(*OF, "--output", file, "--force").exit_code == 0
    assert json.loads(file.read_text())["issued"] is None


def test_a_file_that_cannot_be_written_is_told_and_what_was_issued_stays(own_zones: Zones, tmp_path: Path) -> None:
    told = own_zones(*OF, "--issue", "--format", "json", "--output", tmp_path, "--force")
    assert told.exit_code == 1
    assert f"{tmp_path} cannot be written" in told.stderr and "--number 1" in told.stderr
    assert own_zones("--number", 1, "--output", tmp_path / "report.json").exit_code == 0


def test_issued_kept_and_checked(own_zones: Zones, own_url: str, tmp_path: Path) -> None:
    first, again = tmp_path / "first.xlsx", tmp_path / "again.xlsx"
    told = own_zones(*OF, "--issue", "--output", first)
    assert "report no. 1" in told.stdout
    with psycopg.connect(own_url) as connection:
        publish_version(connection, "kcn-tran-de", "Khu công nghiệp khác")
        row = connection.execute("SELECT issued_by, who FROM registry.reports, registry.log "
                                 "WHERE action = 'report.issued'").fetchone()  # fmt: skip
        assert row == ("zones report", f"{getpass.getuser()} (zones report)")  # an account of the machine is not public
    assert own_zones("--number", 1, "--output", again).exit_code == 0
    assert first.read_bytes() == again.read_bytes()
    checked = own_zones("--check", 1)
    assert checked.exit_code == 0, checked.output
    assert "targets" in checked.stdout
    assert "the register gives the same" in checked.stdout
    twice = own_zones(*OF, "--issue")
    assert twice.exit_code == 0
    assert json.loads(twice.stdout)["issued"]["number"] == 2
    assert own_zones(*OF, "--issue").exit_code == 1


def test_a_kept_report_that_somebody_altered_is_found(own_zones: Zones, own_url: str) -> None:
    assert own_zones(*OF, "--issue").exit_code == 0
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE registry.reports SET content = jsonb_set(content, '{zones_in_scope}', '21')")
    told = own_zones("--check", 1)
    assert told.exit_code == 1
    assert "SHA-256" in told.stderr
