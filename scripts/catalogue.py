"""Bring web/locales/vi.po up to date with the texts in the code: `make catalogue`.

Texts are those in gettext calls of Python and templates, and the messages of the error classes. Translations that are
there stay; new texts are added empty, and a test fails until they are filled.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.errors import RegistryError
from gis.errors import GisError

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "web" / "locales" / "vi.po"
HEADER = """\
# Vietnamese texts of the register. English texts are the msgids; `make catalogue` adds new ones.
msgid ""
msgstr ""
"Language: vi\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
NOTES = {
    "documents.csv": ("issued_on_basis", "text_quality"),
    "external_evidence.csv": ("note",),
    "facts.csv": ("note",),
    "milestones.csv": ("note",),
    "places.csv": ("note",),
}
PLACES = (
    ("api", [("**.py", "python")], {}),
    ("gis", [("**.py", "python"), ("maps/templates/**.html", "jinja2")], {"maps/templates/**.html": JINJA}),
    ("web/templates", [("**.html", "jinja2")], {"**.html": JINJA}),
)


def texts() -> Iterator[str | tuple[str, ...]]:
    """Every text that a person may see, singular and plural together."""
    for folder, methods, options in PLACES:
        found = extract_from_dir(ROOT / folder, method_map=methods, options_map=options)
        for _file, _line, message, _comments, _context in found:
            yield message
    for error in error_classes():
        yield error.message
    yield from notes()


def notes() -> Iterator[str]:
    """The remarks that the data files make in English beside what the documents say."""
    for name, columns in NOTES.items():
        with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (row[column] for column in columns)
    zones = json.loads((ROOT / "data" / "zones.geojson").read_text(encoding="utf-8"))
    for feature in zones["features"]:
        yield from (feature["properties"][name] or "" for name in ("doubts", "location_basis", "declared_area_note"))


def error_classes() -> Iterator[type]:
    """RegistryError, GisError and all that is derived from them."""
    waiting: list[type] = [RegistryError, GisError]
    while waiting:
        error = waiting.pop()
        yield error
        waiting.extend(error.__subclasses__())


def updated() -> Catalog:
    """The catalogue with exactly the texts of the code, each with the translation it had."""
    with PO.open("rb") as file:
        old = read_po(file, locale="vi")
    new = Catalog(locale="vi", fuzzy=False)
    for text in texts():
        if not text:
            continue
        msgid = text if isinstance(text, str) else tuple(text[:2])
        known = old.get(msgid if isinstance(msgid, str) else msgid[0])
        new.add(msgid, known.string if known else "")
    return new


def main() -> int:
    catalogue = updated()
    with PO.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, no_location=True, omit_header=True, sort_output=True, width=120)
    empty = [message.id for message in catalogue if message.id and not any(message.string or "")]
    print(f"{len(catalogue)} texts, {len(empty)} without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
