"""How tests read answers: collections page by page, pages as elements and texts."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, TypeVar

from starlette.testclient import TestClient

T = TypeVar("T")
VOID = {"meta", "link", "br", "input", "img", "hr"}


def link(document: dict[str, Any], rel: str, media: str = "") -> str:
    """The address of a document's link, of that media type where one is given; '' if it has none."""
    found = (one for one in document["links"] if one["rel"] == rel and media in one["type"])
    return str(next(found, {"href": ""})["href"])


def pages(client: TestClient, address: str) -> Iterator[dict[str, Any]]:
    """A collection's pages, by their next links."""
    while address:
        page = client.get(address).json()
        yield page
        address = link(page, "next")


def features(client: TestClient, address: str) -> dict[str, dict[str, Any]]:
    """All features behind an address, by id."""
    return {feature["id"]: feature for page in pages(client, address) for feature in page["features"]}


@dataclass
class Element:
    """An element with its attributes, the text right inside it and the language it is in."""

    tag: str
    attributes: dict[str, str]
    language: str
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page as a browser would read it: elements in their order, each with its own text."""

    html: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        outer = self.open[-1].language if self.open else ""
        element = Element(tag, attributes, attributes.get("lang", outer))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data

    def find(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    @property
    def texts(self) -> list[str]:
        """What a person reads: texts and labels, without scripts and styles."""
        shown = [one.text for one in self.elements if one.tag not in ("script", "style")]
        labels = [
            one.attributes[name] for one in self.elements for name in ("title", "aria-label") if name in one.attributes
        ]
        return [" ".join(text.split()) for text in (*shown, *labels) if text.strip()]


def finished(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What a coroutine gives, in a loop and a thread of its own: a browser of the same run has a loop in this one."""
    with ThreadPoolExecutor(1) as own_thread:
        return own_thread.submit(lambda: asyncio.run(work())).result()
