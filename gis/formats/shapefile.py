"""Shapefiles in a zip: what the format cannot hold is told in README.txt beside them.

Names have at most ten letters, texts at most 254 bytes, times and lists are texts.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from gis.formats.delimited import moment
from gis.formats.gdal import write_by
from gis.formats.layers import Batches, Column, Layer

LONGEST_NAME, LONGEST_TEXT = 10, 254
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
LAST_VOWEL = re.compile(r"(.+)[aeiou]([^aeiou]*)$")
README = """\
{about}

Columns: a shapefile has names of at most ten letters.
{names}

Texts have at most 254 bytes here; {cut}. Lists are JSON texts, times are texts in UTC, letters are UTF-8.
For complete values take GeoPackage, GeoParquet or CSV.
"""


def write(path: Path, layer: Layer, batches: Batches) -> None:
    """A zip with the shapefile and README.txt."""
    folder = path.with_name(path.name + ".parts")
    folder.mkdir()
    names = short_names([column.name for column in layer.columns])
    cut: dict[str, int] = {}
    plain = replace(
        layer, columns=tuple(replace(one, name=names[one.name], kind=dbf_kind(one)) for one in layer.columns)
    )
    write_by(folder / f"{layer.name}.shp", "ESRI Shapefile", plain, fitting(layer, batches, cut), {})
    (folder / f"{layer.name}.cpg").write_text("UTF-8", encoding="ascii")
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for ending in PARTS:
            part = folder / f"{layer.name}{ending}"
            file.write(part, part.name)
        file.writestr("README.txt", readme(layer, names, cut))
    for part in folder.iterdir():
        part.unlink()
    folder.rmdir()


def dbf_kind(column: Column) -> Any:
    return "string" if column.kind in ("array", "date-time") else column.kind


def fitting(layer: Layer, batches: Batches, cut: dict[str, int]) -> Iterator[list[tuple[Any, ...]]]:
    """The batches with texts that fit; counts in `cut` by name what was shortened."""
    changes = [shortener(column, cut) for column in layer.columns]
    for batch in batches:
        yield [
            (*(None if v is None else change(v) for v, change in zip(row[:-1], changes, strict=True)), row[-1])
            for row in batch
        ]


def shortener(column: Column, cut: dict[str, int]) -> Callable[[Any], Any]:
    def shorten(value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False) if column.kind == "array" else str(value)
        fitting = cut_text(text, LONGEST_TEXT)
        if fitting != text:
            cut[column.name] = cut.get(column.name, 0) + 1
        return fitting

    if column.kind == "date-time":
        return moment
    return shorten if column.kind in ("string", "array") else lambda value: value


def cut_text(text: str, most: int) -> str:
    """As much of a text as fits into so many bytes of UTF-8, without half a letter."""
    return text.encode()[:most].decode(errors="ignore")


def short_names(names: list[str]) -> dict[str, str]:
    """A name of at most ten letters for each: the longest words lose their last vowel, and without one their end."""
    short: dict[str, str] = {}
    for name in names:
        words = re.split("_", name)
        while len("_".join(words)) > LONGEST_NAME:
            longest = max(range(len(words)), key=lambda place: len(words[place]))
            found = LAST_VOWEL.fullmatch(words[longest])
            words[longest] = found[1] + found[2] if found else words[longest][:-1]
        made, number = "_".join(words), 2
        while made in short.values():
            made = f"{'_'.join(words)[: LONGEST_NAME - len(str(number))]}{number}"
            number += 1
        short[name] = made
    return short


def readme(layer: Layer, names: dict[str, str], cut: dict[str, int]) -> str:
    width = LONGEST_NAME + 2
    titles = {column.name: column.label for column in layer.columns}
    listed = "\n".join(f"  {short:<{width}}{name}: {titles[name]}" for name, short in names.items())
    told = ", ".join(f"{count} of {name}" for name, count in cut.items())
    return README.format(
        about="\n".join(f"{word}: {text}" for word, text in layer.about.lines(layer.crs)), names=listed,
        cut=f"shortened were {told}" if told else "none had to be shortened",
    )  # fmt: skip
