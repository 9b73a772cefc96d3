"""The docs keep up with the code: every setting, command, target and data file is told."""

import re
import subprocess

import pytest
from typer.main import get_command

from api.cli import app
from api.settings import ROOT, Settings


def text(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_in_the_operators_page(setting: str) -> None:
    assert f"`{setting.upper()}`" in text("docs/operations.md")


@pytest.mark.parametrize("command", sorted(get_command(app).commands))  # type: ignore[attr-defined]
def test_every_command_is_told_and_has_help(command: str) -> None:
    assert f"zones {command}" in text("README.md", "CONTRIBUTING.md", "docs/operations.md", "data/README.md")
    assert get_command(app).commands[command].help  # type: ignore[attr-defined]


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    targets = re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE)
    assert {"run", "test", "check"} <= set(targets)
    assert all(re.search(rf"\b{target}\b", listed) for target in targets if target != "help")


def test_every_data_file_has_its_origin_told() -> None:
    told = text("data/README.md")
    files = [path.name for path in (ROOT / "data").iterdir() if path.suffix in (".csv", ".geojson")]
    assert len(files) > 10
    assert [name for name in files if f"`{name}`" not in told] == []


def test_the_docs_link_only_to_what_is_there() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), ROOT / "data/README.md"]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_lock_files_name_no_address() -> None:
    locks = text(
        "requirements.lock", "requirements-dev.lock", "scripts/uv.lock", "scripts/node.lock", "package-lock.json"
    )
    found = [line for line in locks.splitlines() if "://" in line and "funding" not in line and '"url"' not in line]
    assert found == []
    assert "--hash=sha256:" in locks and '"resolved"' not in locks
