"""The run of the OGC's test suite: how its report is read, told and judged. The report is one as TestNG writes it."""

import datetime
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from api.settings import ROOT

METHOD = """
        <test-method signature="{name}()" name="{name}" status="{status}" {more}>
          <exception class="java.lang.AssertionError">
            <message>
              <![CDATA[{message}]]>
            </message>
          </exception>
        </test-method>"""
PASSED = '<test-method signature="{name}()" name="{name}" status="PASS" {more}/>'
CONFIGURES = 'is-config="true"'


def report(folder: Path, *parts: tuple[str, str, list[str]]) -> Path:
    """A file of results: parts of the suite with one class each."""
    tests = "".join(
        f'<test name="{part}"><class name="org.opengis.cite.{group}">{"".join(methods)}</class></test>'
        for part, group, methods in parts
    )
    file = folder / "testng-results.xml"
    file.write_text(f'<testng-results><suite name="ogcapi"><groups/>{tests}</suite></testng-results>', encoding="utf-8")
    return file


def told(name: str, status: str, message: str, more: str = "") -> str:
    return METHOD.format(name=name, status=status, message=message, more=more)


def passed(name: str, more: str = "") -> str:
    return PASSED.format(name=name, more=more)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance", ROOT / "scripts" / "conformance.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["conformance"] = module  # where its dataclass looks for its own names
    spec.loader.exec_module(module)
    return module


def test_the_page_tells_counts_and_every_reason(script: ModuleType, tmp_path: Path) -> None:
    lost = "Expected 200 at http://127.0.0.1:7/api\n   but was a | b"
    core = [
        passed("prepare", CONFIGURES),
        passed("landing"),
        told("definition", "FAIL", lost),
        told("time", "SKIP", "No timeStamp"),
        told("time", "SKIP", "No timeStamp"),
    ]
    file = report(tmp_path, ("Core", "core.LandingPage", core), ("CRS", "crs.Discovery", [passed("crs")]))
    outcomes = script.read_outcomes(file, "http://127.0.0.1:7/")
    page = script.page(outcomes, datetime.date(2026, 11, 20))
    assert "on 2026-11-20" in page
    assert "2 passed, 1 failed, 2 skipped" in page
    assert "| Core | LandingPage | 1 | 1 | 2 |" in page
    assert "| CRS | Discovery | 1 | 0 | 0 |" in page
    assert "- LandingPage.definition: Expected 200 at {root}/api but was a | b" in page
    assert "- LandingPage.time (2 times): No timeStamp" in page
    assert "prepare" not in page
    assert "127.0.0.1" not in page
    assert script.verdict(outcomes) == 1


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ([passed("landing"), told("time", "SKIP", "none")], 0),
        ([passed("landing"), told("definition", "FAIL", "no")], 1),
        ([passed("landing"), told("prepare", "FAIL", "no model", CONFIGURES)], 1),
        ([told("landing", "SKIP", "no subject")], 1),
        ([], 1),
    ],
    ids=["one skipped", "one failed", "a preparation failed", "all skipped", "none ran"],
)
def test_only_a_run_in_which_none_failed_and_some_passed_is_good(
    script: ModuleType, tmp_path: Path, methods: list[str], expected: int
) -> None:
    assert script.verdict(script.read_outcomes(report(tmp_path, ("Core", "core.X", methods)), "http://x/")) == expected


def test_a_part_that_ran_nothing_spoils_the_run(script: ModuleType, tmp_path: Path) -> None:
    skipped = [told("crs", "SKIP", "not declared")]
    file = report(tmp_path, ("Core", "core.X", [passed("landing")]), ("CRS", "crs.X", skipped))
    assert script.verdict(script.read_outcomes(file, "http://x/")) == 1


def test_where_there_is_no_java_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "conformance.py"],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Install Java 17 or newer and Maven" in done.stderr


def test_an_old_java_is_named_with_what_is_needed(tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "conformance.py"],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "needs Java 17 or newer" in done.stderr
    assert "11.0.2" in done.stderr
