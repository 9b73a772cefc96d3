"""The feed: whoever applies it to a copy of the register holds the register, from any revision, whatever changed."""

import random
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.changes import MOVE, publish_version, revision
from tests.people import add_person
from tests.reading import Page, features, link, pages
from tests.routes.test_changes import ZONE, published, square

Session = psycopg.Connection[Any]
COLLECTIONS = ("zones", "zone-points", "lots", "admin-units", "facts")
LOT = """
INSERT INTO registry.lots (zone, code, land_use, status, area_ha, geom)
SELECT slug, %s, 'industrial', 'available', 1 + random(), ST_Multi(ST_Envelope(ST_Buffer(location, 0.001)))
FROM registry.zone_versions JOIN registry.zones USING (slug)
WHERE slug = %s AND version = current_version ON CONFLICT DO NOTHING
"""
FACT = """
WITH f AS (INSERT INTO registry.facts SELECT (jsonb_populate_record(f, jsonb_build_object('id', %(id)s::text))).*
    FROM registry.facts f WHERE id = 'F041')
INSERT INTO registry.targets SELECT (jsonb_populate_record(t, jsonb_build_object('fact_id', %(id)s::text))).*
FROM registry.targets t WHERE fact_id = 'F041'
"""
WAITING = MOVE.replace("sources, author)", "sources, author, valid_from)").replace(
    "sources, 'test'\n", "sources, 'test', registry.legal_day()\n"
)
DELETED = MOVE.replace("sources, author)", "sources, author, life, life_reason)").replace(
    "sources, 'test'\n", "sources, 'test', 'deleted', 'recorded twice'\n"
)


@pytest.fixture
def owner(own_url: str) -> Iterator[Session]:
    with psycopg.connect(own_url, autocommit=True) as connection:
        yield connection


class Copy:
    """A copy of the register that knows nothing but the feed and the items it names."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.revision = 0
        self.held: dict[tuple[str, str], Any] = {}

    def clone(self) -> "Copy":
        other = Copy(self.client)
        other.revision, other.held = self.revision, dict(self.held)
        return other

    def sync(self, limit: int) -> None:
        address = f"/feed?since={self.revision}&limit={limit}"
        while address:
            answer = self.client.get(address)
            assert answer.status_code == 200
            page = answer.json()
            assert self.revision <= page["to"] <= page["revision"]
            assert len(page["entries"]) <= limit
            for entry in page["entries"]:
                assert self.revision < entry["revision"] <= page["revision"]
                self.apply(entry)
            self.revision = page["to"]
            address = link(page, "next")
            assert bool(address) is not page["complete"]

    def apply(self, entry: dict[str, Any]) -> None:
        names = ("zones", "zone-points") if entry["collection"] == "zones" else (entry["collection"],)
        addresses = [one["href"] for one in entry["links"] if one["rel"] == "item"]
        assert len(addresses) == (0 if entry["what"] == "removed" else len(names))
        for name in names:
            self.held.pop((name, entry["id"]), None)
        for address in addresses:
            answer = self.client.get(address)
            if answer.status_code in (404, 410):  # a later entry says so
                continue
            name = address.split("/collections/")[1].split("/")[0]
            self.held[name, entry["id"]] = essence(answer.json())


def essence(feature: dict[str, Any]) -> Any:
    return feature["geometry"], feature["properties"]


def register(client: TestClient) -> dict[tuple[str, str], Any]:
    return {
        (name, id): essence(feature)
        for name in COLLECTIONS
        for id, feature in features(client, f"/collections/{name}/items?limit=1000").items()
    }


def change_something(owner: Session, chance: random.Random, number: int) -> None:
    """One of the ways in which what is served changes."""
    slugs = [slug for (slug,) in owner.execute("SELECT slug FROM registry.served_zones ORDER BY slug")]
    slug = chance.choice(slugs)
    match chance.randrange(13):
        case 0:
            publish_version(owner, slug, f"Tên thứ {number}")
        case 1:
            publish_version(owner, slug, shift=0.0001)
        case 2 | 3:
            owner.execute(LOT, [f"L{chance.randrange(6)}", slug])
        case 4:
            owner.execute("UPDATE registry.lots SET status = 'leased', area_ha = area_ha + 1 WHERE random() < 0.5")
        case 5:
            owner.execute("DELETE FROM registry.lots WHERE random() < 0.4")
        case 6:
            owner.execute("UPDATE registry.admin_units SET full_name = %s WHERE uid = 'vn34:92'", [f"Tỉnh {number}"])
        case 7:
            owner.execute("UPDATE registry.sources SET title = %s WHERE id = 'D003'", [f"Title {number}"])
        case 8:
            owner.execute("UPDATE registry.zone_figures SET fill_rate_pct = %s, fill_rate_basis = 'areas'"
                          "WHERE slug = %s", [number % 90, slug])  # fmt: skip
        case 9:
            owner.execute(FACT, {"id": f"X{number}"})
        case 10:  # it waits, and the first reader of its day puts it in force
            owner.execute(WAITING, {"slug": slug, "name": f"Tên chờ {number}", "shift": 0})
            owner.execute("SELECT registry.take_effect()")
        case 11:  # removed and there again, in one revision
            with owner.transaction():
                owner.execute(LOT, ["AGAIN", slug])
                owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
                owner.execute("DELETE FROM registry.lots WHERE code = 'AGAIN'")
                owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
                owner.execute(LOT, ["AGAIN", chance.choice(slugs)])
                owner.execute("UPDATE registry.zone_figures SET status = status")
        case 12 if len(slugs) > 20:
            with owner.transaction():
                owner.execute(DELETED, {"slug": slug, "name": None, "shift": 0})
                owner.execute("UPDATE registry.zones SET current_version = current_version + 1 WHERE slug = %s", [slug])


@pytest.mark.slow
def test_applying_the_feed_from_any_revision_gives_the_register(own_client: TestClient, owner: Session) -> None:
    chance = random.Random(6)
    copy = Copy(own_client)
    copy.sync(300)
    assert copy.held == register(own_client)
    assert len(copy.held) == 26 * 2 + 239 + 521
    former = [copy.clone()]
    for number in range(90):
        change_something(owner, chance, number)
        if chance.random() < 0.3:
            copy.sync(chance.choice([1, 3, 20, 2000]))
            former.append(copy.clone())
            assert copy.revision == revision(owner)
    owner.execute("TRUNCATE registry.lots")
    now = register(own_client)
    assert {"removed", "changed", "added"} == {
        one["what"] for one in own_client.get("/feed?limit=2000").json()["entries"]
    }
    for one in [*former[:: max(1, len(former) // 5)], copy]:
        one.sync(chance.choice([7, 400]))
        assert one.held == now


def entries_of(client: TestClient, address: str) -> list[dict[str, Any]]:
    return [entry for page in pages(client, address) for entry in page["entries"]]


def key(entry: dict[str, Any]) -> tuple[int, str, str, str]:
    return entry["revision"], entry["collection"], entry["id"], entry["what"]


def test_nothing_is_added_later_to_what_a_reader_saw_while_others_write(
    own_client: TestClient, own_url: str, owner: Session
) -> None:
    """Four writers at once: each page goes on where the one before ended, and all pages together are the whole."""
    begun = revision(owner)
    done: list[int] = []

    def write(writer: int) -> None:
        with psycopg.connect(own_url, autocommit=True) as connection:
            for number in range(12):
                publish_version(connection, ("kcn-tran-de", "kcn-an-nghiep", "kkt-tran-de", "kcn-song-hau")[writer])
                connection.execute(LOT, [f"W{writer}-{number}", "kcn-tran-de"])
        done.append(writer)

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(4)]
    for one in threads:
        one.start()
    seen: list[tuple[int, str, str, str]] = []
    at = begun
    while True:
        is_last = len(done) == 4
        page = own_client.get(f"/feed?since={at}&limit=5").json()
        seen += [key(one) for one in page["entries"] if one["revision"] <= page["to"]]
        at = page["to"]
        if is_last and page["complete"]:
            break
    for one in threads:
        one.join()
    assert at == revision(owner) == begun + 4 * 24
    assert [one[0] for one in seen] == sorted(one[0] for one in seen)
    assert {one[0] for one in seen} == set(range(begun + 1, at + 1))
    assert seen == [key(one) for one in entries_of(own_client, f"/feed?since={begun}&limit=2000")]


def test_a_page_ends_with_a_whole_revision_where_one_fits(own_client: TestClient, owner: Session) -> None:
    for name in ("Một", "Hai"):
        publish_version(owner, "kcn-tran-de", name)
    owner.execute("UPDATE registry.sources SET title = 'Another title' WHERE id = 'D001'")
    first, second, third = (revision(owner) - 2, revision(owner) - 1, revision(owner))
    page = own_client.get(f"/feed?since={first - 1}&limit=40").json()
    assert [one["revision"] for one in page["entries"]] == [first, second]
    assert (page["from"], page["to"], page["complete"]) == (first, second, False)
    rest = list(pages(own_client, link(page, "next")))  # 69 facts: cut behind the fortieth
    assert [(len(one["entries"]), one["to"], one["complete"]) for one in rest] == [
        (40, second, False),
        (29, third, True),
    ]
    assert {one["properties"][0] for page in rest for one in page["entries"]} == {"source_title"}
    assert entries_of(own_client, f"/feed?since={first - 1}&limit=40") == entries_of(
        own_client, f"/feed?since={first - 1}"
    )


def test_an_entry_says_what_changed_and_leads_on(own_client: TestClient, own_url: str, owner: Session) -> None:
    lan = add_person(own_url, "lan", ("editor", "can-tho"))
    minh = add_person(own_url, "minh", ("reviewer", "can-tho"))
    published(own_client, lan, minh, outline=square(), name_vi="Khu công nghiệp Tên Mới")
    entries = own_client.get(f"/feed?since={revision(owner) - 1}").json()["entries"]
    zone = next(one for one in entries if one["collection"] == "zones")
    assert (zone["id"], zone["what"], zone["version"]) == (ZONE, "changed", 2)
    assert {"name_vi", "version", "geometry", "boundary_quality"} <= set(zone["properties"])
    assert "kind" not in zone["properties"]
    assert zone["cause"] | {"document": zone["cause"]["document"]["id"]} == {
        "kind": "publication", "action": "update", "author": "Lan", "reviewer": "Minh", "document": "D001",
    }  # fmt: skip
    for one in zone["links"]:
        assert own_client.get(one["href"]).status_code == 200
    compared = own_client.get(link(zone, "related")).json()
    assert (compared["before"]["version"], compared["after"]["version"]) == (1, 2)
    loaded = own_client.get("/feed?limit=1").json()["entries"][0]
    assert (loaded["what"], loaded["cause"]["kind"], loaded["properties"]) == ("added", "load", None)


def test_a_deleted_zone_leaves_the_copy_and_says_with_which_version(own_client: TestClient, owner: Session) -> None:
    before = revision(owner)
    with owner.transaction():
        owner.execute(DELETED, {"slug": "kcn-tran-de", "name": None, "shift": 0})
        owner.execute("UPDATE registry.zones SET current_version = 2 WHERE slug = 'kcn-tran-de'")
    entry = own_client.get(f"/feed?since={before}").json()["entries"][0]
    assert (entry["what"], entry["id"], entry["version"], entry["properties"]) == ("removed", "kcn-tran-de", 2, None)
    assert [one["rel"] for one in entry["links"]] == ["version-history", "related"]
    assert own_client.get("/collections/zones/items/kcn-tran-de").status_code == 410


def test_a_copy_of_the_database_does_not_go_on_with_the_last_revision_of_the_original(owner: Session) -> None:
    """Restored elsewhere, transactions are counted anew: the same number is another transaction there."""
    before = revision(owner)
    with owner.transaction():
        owner.execute("UPDATE registry.revisions SET transaction = txid_current(), instance = '2020-01-01'")
        owner.execute("UPDATE registry.zone_figures SET fill_rate_pct = 1, fill_rate_basis = 'areas'"
                      "WHERE slug = 'kcn-tran-de'")  # fmt: skip
    assert revision(owner) == before + 1
    ended = owner.execute("SELECT count(*) FROM registry.past_zones WHERE until = %s", [before + 1]).fetchone()
    assert ended == (1,)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("since=-1", "bad-since"), ("since=x", "bad-since"), ("since=1.5", "bad-since"), ("since=", "bad-since"),
        ("since=%C2%B2", "bad-since"), ("since=9999999999999999", "bad-since"), ("since=99", "since-ahead"),
        ("since=0&after=zones", "bad-feed-place"), ("since=0&after=nothing:x", "bad-feed-place"),
        ("after=zones:x", "bad-since"), ("since=1&since=2", "repeated-parameter"), ("limit=0", "bad-integer"),
        ("before=3", "unknown-parameter"), ("f=html&after=zones:x", "unknown-parameter"),
        ("f=html&since=99", "since-ahead"), ("f=html&before=x", "bad-since"), ("page=2", "unknown-parameter"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_by_name(client: TestClient, query: str, kind: str) -> None:
    answer = client.get(f"/feed?{query}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")


def test_the_answer_holds_until_the_register_moves(own_client: TestClient, owner: Session) -> None:
    at = revision(owner)
    first = own_client.get(f"/feed?since={at}")
    assert first.json()["entries"] == []
    held = {"If-None-Match": first.headers["etag"]}
    assert own_client.get(f"/feed?since={at}", headers=held).status_code == 304
    publish_version(owner, "kcn-tran-de", "Tên mới")
    after = own_client.get(f"/feed?since={at}", headers=held)
    assert after.status_code == 200
    assert [one["id"] for one in after.json()["entries"]] == ["kcn-tran-de"]
    assert after.json()["register"] == first.json()["register"]


def test_the_page_tells_people_and_leads_to_older_revisions(own_client: TestClient, owner: Session) -> None:
    for number in range(4):
        publish_version(owner, "kcn-tran-de", f"Tên <b>{number}</b>")
    page = Page(own_client.get("/feed?f=html&lang=en&limit=2").text)
    revisions = [one.text.strip() for one in page.find("h2")]
    assert [one.split()[1] for one in revisions] == ["5", "4"]
    assert page.find("b") == []
    older = next(one.attributes["href"] for one in page.find("a") if one.attributes.get("rel") == "next")
    further = Page(own_client.get(older).text)
    assert [one.text.split()[1] for one in further.find("h2")] == ["3", "2"]
    last = next(one.attributes["href"] for one in further.find("a") if one.attributes.get("rel") == "next")
    text = " ".join(Page(own_client.get(last).text).texts)
    assert "Loaded from the data files" in text
    assert "26 new" in text and "521 new" in text
    assert "and 774 more" in text
    assert "Nothing changed since then." in own_client.get("/feed?f=html&lang=en&since=5").text
