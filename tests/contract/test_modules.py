"""The browser's modules: their types hold, and every text they say comes with the page."""

import re
import shutil
import subprocess

from api.routes.explorer_texts import TEXTS
from api.settings import ROOT

EXPLORER = sorted((ROOT / "web" / "modules" / "explorer").glob("*.js"))
MODULES = sorted((ROOT / "web" / "modules" / "desk").glob("*.js"))
PAGE = (ROOT / "web" / "templates" / "desk" / "edit.html").read_text(encoding="utf-8")


def test_types_hold() -> None:
    node = shutil.which("node") or ROOT / ".local" / "node" / "bin" / "node"  # where set-up puts it
    compiler = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run([node, compiler, "-p", ROOT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_text_that_modules_say_is_in_the_page() -> None:
    texts = set(re.findall(r'^  "(\w+)": _\(', PAGE, re.MULTILINE))
    said = set()
    for module in MODULES:
        for call in re.findall(r"\bsay\(((?:[^()]|\([^()]*\))*)\)", module.read_text(encoding="utf-8")):
            said |= set(re.findall(r'"(\w+)"', call.split(", {")[0]))
    said -= {"first", "error"} - texts
    assert said - texts == set()
    assert len(said) > 40


def test_every_element_that_modules_look_for_is_in_the_page() -> None:
    ids = set(re.findall(r'\bid="([\w-]+)"', PAGE)) | {"corner-crs", "file-crs"}
    for module in MODULES:
        for id in re.findall(r'\b(?:element|press|able)\("([\w-]+)"', module.read_text(encoding="utf-8")):
            assert id in ids, f"{module.name}: {id}"


def test_every_text_of_the_map_is_there_and_said() -> None:
    code = "\n".join(module.read_text(encoding="utf-8") for module in EXPLORER)
    said = set(re.findall(r'\bsay\((?:[^()"]*\? )?"(\w+)"', code)) | set(re.findall(r'\bsay\([^()]*: "(\w+)"', code))
    assert said - set(TEXTS) == set()
    assert [name for name in TEXTS if not re.search(rf'"{name}"', code) and not name.startswith("units_")] == []


def test_the_map_asks_for_all_its_modules_at_once() -> None:
    head = (ROOT / "web" / "templates" / "explorer_head.html").read_text(encoding="utf-8")
    assert [module.stem for module in EXPLORER if f'"{module.stem}"' not in head and f"{module.name}" not in head] == []


def test_no_letters_of_people_stand_in_the_modules() -> None:
    for module in [*MODULES, *EXPLORER]:
        code = re.sub(r"//.*|/\*.*?\*/", "", module.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"[ăâđêôơưĂÂĐÊÔƠƯ]|textContent = \"\w", code) == [], module.name
