"""Letters are read as they were written, or it is said that they could not be."""

from pathlib import Path

import pytest

from gis.crs import CRS84
from gis.errors import UnknownEncoding
from gis.uploads import inspect, outline_of
from gis.uploads.encodings import Decoder
from tests.gis.uploads.making import NAME, SQUARE, archive, shapefile_parts

CP1258 = "Khu công nghiê\u0323p Trâ\u0300n Ðê\u0300".replace("Ð", "Đ").encode("cp1258")
CP1252 = "Bãi Mì Bình Chì".encode("cp1252")
TCVN3 = b"Khu c\xabng nghi\xd6p Tr\xc7n \xa7\xd2, x\xb7 \xae\xb9i \xa9n"


def shapefile(path: Path, text: bytes, cpg: bytes | None = None) -> Path:
    """A zipped shapefile whose first text is these bytes."""
    parts = shapefile_parts(path.with_suffix(".parts"), [SQUARE])
    old = NAME.encode()
    assert len(text) <= 60
    place = parts[".dbf"].index(old)
    width = max(len(old), len(text))
    dbf = bytearray(parts[".dbf"])
    dbf[place : place + width] = text.ljust(width)
    dbf[29] = 0
    members = {**parts, ".dbf": bytes(dbf)}
    members.pop(".cpg")
    if cpg is not None:
        members[".cpg"] = cpg
    return archive(path, {f"zone{ending}": content for ending, content in members.items()})


@pytest.mark.parametrize(
    ("text", "name", "encoding", "issues"),
    [
        (NAME.encode(), NAME, "utf-8", []),
        (CP1258, NAME, "cp1258", ["encoding-guessed"]),
        (CP1252, "Bãi Mì Bình Chì", "cp1252", ["encoding-guessed"]),
        (b"KCN Tran De", "KCN Tran De", "utf-8", []),
    ],
)
def test_a_shapefile_without_cpg_is_read_as_what_it_looks_like(
    tmp_path: Path, text: bytes, name: str, encoding: str, issues: list[str]
) -> None:
    path = shapefile(tmp_path / "zone.zip", text)
    (layer,) = inspect(path, path.name).layers
    assert (layer.listed[0].name, layer.encoding) == (name, encoding)
    assert [one.code for one in layer.issues] == issues


def test_the_cpg_decides_and_a_person_above_it(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "zone.zip", CP1258, b"ANSI 1258\r\n")
    (layer,) = inspect(path, path.name).layers
    assert (layer.listed[0].name, layer.encoding, layer.issues) == (NAME, "cp1258", ())
    wrong = shapefile(tmp_path / "wrong.zip", CP1258, b"UTF-8")
    (layer,) = inspect(wrong, wrong.name).layers
    assert [one.code for one in layer.issues] == ["text-broken"]
    (layer,) = inspect(wrong, wrong.name, encoding="windows-1258").layers
    assert (layer.listed[0].name, layer.issues) == (NAME, ())
    unknown = shapefile(tmp_path / "unknown.zip", CP1258, b"Klingon")
    (layer,) = inspect(unknown, unknown.name).layers
    assert [one.code for one in layer.issues] == ["encoding-unknown", "encoding-guessed"]
    with pytest.raises(UnknownEncoding, match="Klingon"):
        inspect(path, path.name, encoding="Klingon")


def test_letters_of_old_fonts_are_said_to_be_broken_and_not_shown_garbled(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "zone.zip", TCVN3)
    (layer,) = inspect(path, path.name).layers
    assert [one.code for one in layer.issues] == ["text-broken"]
    assert "«" not in str(layer.listed[0].attributes)


def test_a_text_that_was_cut_within_a_letter_ends_before_it() -> None:
    decoder = Decoder([NAME.encode()[:-1]])
    assert decoder.text(NAME.encode()[:-1]) == NAME[:-1]
    assert (decoder.encoding, decoder.issues()) == ("utf-8", ())


@pytest.mark.parametrize("name", ["đảo".encode(), "đa\u0309o".encode("cp1258")], ids=["utf-8", "cp1258"])
def test_names_in_zips_of_windows_are_read(tmp_path: Path, name: bytes) -> None:
    """They are in the code page of the machine, without a word, and Python takes them for that of DOS."""
    parts = shapefile_parts(tmp_path / "parts", [SQUARE])
    stand_in = "?" * len(name)
    path = archive(tmp_path / "zone.zip", {f"{stand_in}{ending}": content for ending, content in parts.items()})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), name))
    (layer,) = inspect(path, path.name).layers
    assert (layer.name, layer.features) == ("đảo", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_from_excel_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "zone.csv"
    path.write_bytes(f'tên\tWKT\r\n{NAME}\t"{SQUARE.wkt}"\r\n'.encode(encoding))
    found = outline_of(path, path.name, crs=CRS84)
    assert found.name == NAME
    assert found.outline is not None


@pytest.mark.parametrize("named", ["idna", "rot13", "base64", "zlib", "unicode_escape", "", "\0", "mbcs", "utf-7"])
def test_only_encodings_of_letters_are_taken(named: str) -> None:
    with pytest.raises(UnknownEncoding):
        Decoder([], named)
