"""Scripts, styles and fonts: each asker gets the coding that it takes, and the small one where it was made before."""

import gzip
from pathlib import Path

import brotli
import pytest
import zstandard
from starlette.testclient import TestClient

from api.routes import press
from api.settings import ROOT

SCRIPT = "/assets/leaflet/leaflet.js"
FILE = (ROOT / "node_modules/leaflet/dist/leaflet.js").read_bytes()
READ = {
    "": lambda body: body,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


def get(client: TestClient, path: str, coding: str) -> tuple[str, bytes, str]:
    with client.stream("GET", path, headers={"accept-encoding": coding or "identity"}) as answer:
        body = b"".join(answer.iter_raw())
        return answer.headers.get("content-encoding", ""), body, answer.headers["etag"]


@pytest.mark.parametrize("coding", READ)
def test_a_script_comes_in_the_coding_asked_for(client: TestClient, coding: str) -> None:
    for _ in range(2):  # made, and kept
        given, body, _ = get(client, SCRIPT, coding)
        assert given == coding
        assert READ[coding](body) == FILE


def test_each_coding_has_an_etag_of_its_own(client: TestClient) -> None:
    assert len({get(client, SCRIPT, coding)[2] for coding in READ}) == len(READ)


def test_a_browser_gets_what_was_compressed_before(client: TestClient) -> None:
    given, body, _ = get(client, SCRIPT, "gzip, deflate, br, zstd")
    assert given == "br"
    assert len(body) < 0.92 * len(zstandard.ZstdCompressor(level=6).compress(FILE))


def test_what_was_not_compressed_before_is_now(client: TestClient) -> None:
    given, body, _ = get(client, "/assets/styles/register.css", "br, zstd;q=0.5")
    assert given == "zstd"
    assert READ["zstd"](body) == (ROOT / "web/styles/register.css").read_bytes()
    assert get(client, "/assets/styles/register.css", "br")[0] == ""


def test_pressing_forgets_what_is_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "PRESSED", tmp_path / "pressed")
    old, new = tmp_path / "old.js", tmp_path / "new.js"
    old.write_text("let a = 1;\n" * 100)
    new.write_text("let b = 2;\n" * 100)
    assert press.press([old]) == 1
    assert press.pressed(old.read_bytes()) is not None
    assert press.press([new]) == 1
    assert press.pressed(old.read_bytes()) is None
    assert brotli.decompress(press.pressed(new.read_bytes()) or b"") == new.read_bytes()
