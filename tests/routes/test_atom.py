"""The Atom feed: what RFC 4287 wants, in words of both languages, with ids that never change."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.changes import MOVE, publish_version
from tests.people import add_person
from tests.reading import Page
from tests.routes.test_changes import published, square

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ONCE = {"id", "title", "updated"}
OF_FEED = {*ONCE, "subtitle", "rights", "link", "entry"}
OF_ENTRY = {*ONCE, "published", "author", "link", "summary"}


@pytest.fixture
def owner(own_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(own_url, autocommit=True) as connection:
        yield connection


def child(element: ElementTree.Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None and found.text and found.text.strip(), name
    return found.text


def checked(text: str) -> ElementTree.Element:
    """A feed that holds to RFC 4287: elements it knows, those it needs once, absolute addresses and ids, real times."""
    feed = ElementTree.fromstring(text)
    assert feed.tag == ATOM + "feed"
    assert feed.attrib[LANG] in ("vi", "en")
    entries = feed.findall(ATOM + "entry")
    for element, known in [(feed, OF_FEED), *((one, OF_ENTRY) for one in entries)]:
        names = [one.tag.removeprefix(ATOM) for one in element]
        assert set(names) <= known
        for name in ONCE:
            assert names.count(name) == 1
        assert UUID(child(element, "id").removeprefix("urn:uuid:")).version == 5
        for name in ("updated", "published"):
            if name in names:
                assert DATE.fullmatch(child(element, name))
        links = element.findall(ATOM + "link")
        assert all(urlsplit(one.attrib["href"]).scheme in ("http", "https") for one in links)
        assert [one.attrib["rel"] for one in links].count("alternate") == 1
        if element is not feed:
            assert names.count("author") == 1 and names.count("summary") == 1
            author = element.find(ATOM + "author")
            assert author is not None and child(author, "name")
    assert [one.attrib["rel"] for one in feed.findall(ATOM + "link")] == ["self", "alternate"]
    ids = [child(one, "id") for one in [feed, *entries]]
    assert len(set(ids)) == len(ids)
    times = [datetime.fromisoformat(child(one, "updated")) for one in entries]
    assert times == sorted(times, reverse=True)
    assert datetime.fromisoformat(child(feed, "updated")) >= times[0]
    return feed


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_valid_and_in_its_language(client: TestClient, language: str) -> None:
    answer = client.get("/feed.atom", params={"lang": language})
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = checked(answer.text)
    entries = feed.findall(ATOM + "entry")
    assert len(entries) == 26 + 5
    titles = {child(one, "title") for one in entries}
    assert {"vi": "Khu công nghiệp Trần Đề: mới có trong cơ sở dữ liệu",
            "en": "Tran De Industrial Park: new in the register"}[language] in titles  # fmt: skip
    assert sum("03-NQ/TU" in one for one in titles) == 1
    for one in entries[:3]:
        link = one.find(ATOM + "link[@rel='alternate']")
        assert link is not None
        assert client.get(link.attrib["href"], headers={"Accept": "text/html"}).status_code == 200


def test_a_published_change_comes_first_with_author_document_and_what_changed(
    own_client: TestClient, own_url: str
) -> None:
    before = {child(one, "id") for one in checked(own_client.get("/feed.atom").text).findall(ATOM + "entry")}
    lan, minh = (
        add_person(own_url, name, (role, "can-tho")) for name, role in (("lan", "editor"), ("minh", "reviewer"))
    )
    published(own_client, lan, minh, outline=square(), name_en="New & <Improved> Park")
    feeds = {one: checked(own_client.get("/feed.atom", params={"lang": one}).text) for one in ("vi", "en")}
    first = {one: feed.findall(ATOM + "entry")[0] for one, feed in feeds.items()}
    assert child(first["en"], "title") == "New & <Improved> Park: version 2"
    assert child(first["vi"], "title").endswith(": phiên bản 2")
    summary = child(first["en"], "summary")
    assert summary.startswith("Correction. What changed: Name in English;")
    assert "Geometry" in summary and "03-NQ/TU" in summary
    assert "Điều chỉnh. Những gì" in child(first["vi"], "summary")
    author = first["en"].find(ATOM + "author")
    assert author is not None and child(author, "name") == "Lan"
    assert child(first["vi"], "id") == child(first["en"], "id")
    after = {child(one, "id") for one in feeds["en"].findall(ATOM + "entry")}
    assert before < after and len(after - before) == 1


def test_letters_that_xml_does_not_have_break_nothing(own_client: TestClient, owner: psycopg.Connection[Any]) -> None:
    publish_version(owner, "kcn-tran-de", "Tên\x01\x0b\ufffe mới ]]> \U0001f3ed")
    feed = checked(own_client.get("/feed.atom?lang=vi").text)
    assert child(feed.findall(ATOM + "entry")[0], "title").startswith("Tên\ufffd\ufffd\ufffd mới ]]> \U0001f3ed: ")


def test_what_ended_says_so(own_client: TestClient, owner: psycopg.Connection[Any]) -> None:
    for life in ("withdrawn", "deleted"):
        ended = MOVE.replace("sources, author)", "sources, author, life, life_reason)").replace(
            "sources, 'test'\n", f"sources, 'test', '{life}', 'a reason'\n"
        )
        with owner.transaction():
            owner.execute(ended, {"slug": "kcn-tran-de", "name": None, "shift": 0})
            owner.execute("UPDATE registry.zones SET current_version = current_version + 1 WHERE slug = 'kcn-tran-de'")
    titles = [child(one, "title") for one in checked(own_client.get("/feed.atom?lang=en").text).findall(ATOM + "entry")]
    name = "Tran De Industrial Park"
    assert titles[:2] == [f"{name}: removed, recorded by mistake", f"{name}: withdrawn"]
    assert f"{name}: new in the register" in titles


def test_it_holds_until_the_register_moves_and_pages_lead_to_it(
    own_client: TestClient, owner: psycopg.Connection[Any]
) -> None:
    held = {"If-None-Match": own_client.get("/feed.atom").headers["etag"]}
    assert own_client.get("/feed.atom", headers=held).status_code == 304
    publish_version(owner, "kcn-tran-de", "Tên mới")
    assert own_client.get("/feed.atom", headers=held).status_code == 200
    for path in ("/", "/feed"):
        page = Page(own_client.get(f"{path}?f=html&lang=en").text)
        (link,) = [one for one in page.find("link") if one.attributes.get("type") == "application/atom+xml"]
        assert own_client.get(link.attributes["href"]).headers["content-type"] == "application/atom+xml"
    assert own_client.get("/feed.atom?f=html").status_code == 400
    assert own_client.get("/feed.atom", headers={"Accept": "text/html"}).status_code == 406
