"""The Vietnamese catalogue holds exactly the texts of the code, each translated, each with the same placeholders."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from api.settings import ROOT

PO = ROOT / "web" / "locales" / "vi.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "scripts" / "catalogue.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def texts(catalogue: Catalog) -> dict[object, object]:
    return {message.id: message.string for message in catalogue if message.id}


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


def test_the_file_is_up_to_date(script: ModuleType, catalogue: Catalog) -> None:
    """`make catalogue` brings it there."""
    assert texts(catalogue) == texts(script.updated())


def test_the_file_is_as_the_script_writes_it(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / PO.name
    copy.write_bytes(PO.read_bytes())
    monkeypatch.setattr(script, "PO", copy)
    script.main()
    assert copy.read_bytes() == PO.read_bytes()


def test_every_text_is_translated(catalogue: Catalog) -> None:
    assert len(texts(catalogue)) > 400
    assert [id for id, string in texts(catalogue).items() if not all(forms(string))] == []


def test_no_text_is_marked_doubtful(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_placeholders_are_the_same_on_both_sides(catalogue: Catalog) -> None:
    def differ(message: Message) -> bool:
        sides = [
            {found for form in forms(side) for found in PLACEHOLDER.findall(form)}
            for side in (message.id, message.string)
        ]
        return sides[0] != sides[1]

    assert [message.id for message in catalogue if message.id and differ(message)] == []


def test_no_translation_repeats_the_english_sentence(catalogue: Catalog) -> None:
    same = [id for id, string in texts(catalogue).items() if id == string and str(id).count(" ") > 2]
    assert same == []
