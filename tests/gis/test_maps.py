"""The map of fill rates: what it says and how, and what a hostile value in it cannot do."""

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir

from gis import maps
from gis.maps import Assets, ZoneOnMap, fill_rate_map
from gis.maps.context import context_of
from gis.maps.legend import legend_of
from gis.maps.wording import Wording
from gis.maps.zone import FAN_SPACING_PX, fan_out

DATA = Path(__file__).parents[2] / "data"
RATES = {"kcn-an-nghiep": 96.5, "ccn-nga-nam": 46.7}
HOSTILE = (
    "</script><script>boom()</script><!-- <img src=x onerror='boom()'>\"`${boom()}`"
    "{{ 7*191 }}{% raw %}{# #} </style></template></textarea>\u2028&lt;"
)
LEAFLET = "/*! leaflet */ var L = {};\n//# sourceMappingURL=leaflet.js.map\n"
LEAFLET_CSS = (
    "@import 'https://fonts.example/inter.css';\n"
    ".leaflet-control-layers-toggle { background-image: url(images/layers.png); }\n"
    ".lvml { behavior: url(#default#VML); }\n"
)


def english(message: str) -> str:
    return message


def square(lon: float, lat: float) -> dict[str, Any]:
    ring = [[lon, lat], [lon + 0.01, lat], [lon + 0.01, lat + 0.01], [lon, lat + 0.01], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def unit(name: str, level: str = "province") -> dict[str, Any]:
    return {"properties": {"name": name, "level": level}, "geometry": square(105.5, 9.5)}


def units(*names: str) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [unit(name) for name in names]}


@pytest.fixture(scope="module")
def zones() -> list[ZoneOnMap]:
    """The zones of the register, with the rates and targets of the documents."""
    drawn = []
    with (DATA / "zones.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            lon, lat, area = float(row["lon"]), float(row["lat"]), row["declared_area_ha"]
            rate = RATES.get(row["slug"])
            park = row["kind"] == "industrial_park"
            here = row["historic_province"] == "Sóc Trăng"
            drawn.append(
                ZoneOnMap(
                    slug=row["slug"],
                    name_vi=row["name_vi"],
                    name_en=row["name_en"],
                    kind=row["kind"],
                    lon=lon,
                    lat=lat,
                    accuracy_m=float(row["positional_accuracy_m"]),
                    status=row["status"],
                    status_as_of=row["status_as_of"].replace("-", "/"),
                    declared_area_ha=float(area) if area else None,
                    declared_area_basis="derived" if row["slug"] == "kcn-an-nghiep" else "stated",
                    boundary_quality="indicative" if area else None,
                    boundary_accuracy_m=float(row["positional_accuracy_m"]) if area else None,
                    outline=square(lon, lat) if area else None,
                    fill_rate_pct=rate,
                    fill_rate_basis="reported" if rate else None,
                    fill_rate_as_of="2020" if rate else None,
                    fill_rate_source="D004" if rate else None,
                    target_pct=70 if here else 65 if park else 40,
                    target_comparator="eq" if here else "gt",
                    target_year=2025,
                    province=row["historic_province"],
                )
            )
    return drawn


def draw(zones: list[ZoneOnMap], **changes: Any) -> str:
    values: dict[str, Any] = {
        "units": units("Cần Thơ"),
        "language": "en",
        "_": english,
        "assets": Assets(),
        "attribution": "Boundaries: somebody",
        "link": None,
    }
    values |= changes
    return fill_rate_map(zones, values.pop("units"), **values)


class Document(HTMLParser):
    """Collects what a browser would find: elements with attributes, script texts, all visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self.open: tuple[str, dict[str, str | None]] = ("", {})
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = (tag, dict(attrs))
        self.elements.append(self.open)

    def handle_endtag(self, tag: str) -> None:
        self.open = ("", {})

    def handle_data(self, data: str) -> None:
        if self.open[0] == "script":
            self.scripts.append((self.open[1], data))
        elif self.open[0] != "style":
            self.text += data

    @property
    def data(self) -> dict[str, Any]:
        (block,) = [text for attributes, text in self.scripts if attributes.get("id") == "map-data"]
        return json.loads(block)  # type: ignore[no-any-return]

    @property
    def programs(self) -> list[str]:
        return [text for attributes, text in self.scripts if attributes.get("type") != "application/json"]

    @property
    def cards(self) -> list[str]:
        return [(attrs.get("class") or "") for tag, attrs in self.elements if tag == "article"]


def inlined() -> Assets:
    return Assets.inlined(script=LEAFLET, style=LEAFLET_CSS, fonts={"vietnamese": b"\0v", "latin": b"\0l"})


def test_every_zone_has_a_point_symbol_and_a_card(zones: list[ZoneOnMap]) -> None:
    page = Document(draw(zones))
    assert len(page.data["zones"]) == len(page.cards) == len(zones) == 26
    assert sum(zone["outline"] is not None for zone in page.data["zones"]) == 5
    assert sum(zone["ring"] is not None for zone in page.data["zones"]) == 21


def test_two_renderings_are_the_same_bytes(zones: list[ZoneOnMap]) -> None:
    assert draw(zones) == draw(zones)
    assert draw(zones, assets=inlined()) == draw(zones, assets=inlined())


def test_scripts_are_the_same_for_all_data_and_languages(zones: list[ZoneOnMap]) -> None:
    one = Document(draw(zones))
    other = Document(draw(zones[:3], units=units(HOSTILE), language="vi", synthetic=True))
    assert one.programs == other.programs


def test_unknown_rate_is_hatched_and_never_a_step(zones: list[ZoneOnMap]) -> None:
    page = Document(draw(zones))
    for zone, drawn, card in zip(zones, page.data["zones"], page.cards, strict=True):
        classes = drawn["css"].split()
        assert ("unknown" in classes) == (zone.fill_rate_pct is None)
        assert any(name.startswith("step-") for name in classes) == (zone.fill_rate_pct is not None)
        assert set(classes) <= set(card.split())
        assert (drawn["rate"] is None) == (zone.fill_rate_pct is None)
    css = draw(zones)
    assert ".unknown { --fill: url(#hatch)" in css
    assert page.text.count("Not stated") >= 24


@pytest.mark.parametrize(
    ("rate", "step"),
    [(None, None), (0, 0), (19.99, 0), (20, 1), (46.7, 2), (60, 3), (80, 4), (96.5, 4), (100, 4), (104.2, 4)],
)
def test_five_steps(rate: float | None, step: int | None, zones: list[ZoneOnMap]) -> None:
    assert replace(zones[0], fill_rate_pct=rate).step == step


def test_ramp_is_light_to_dark() -> None:
    css = draw([])
    steps = [re.search(rf"--step-{n}: #(\w{{6}});", css) for n in range(5)]
    light = [
        sum(int(found[1][i : i + 2], 16) * weight for i, weight in ((0, 3), (2, 6), (4, 1))) for found in steps if found
    ]
    assert len(light) == 5
    assert light == sorted(light, reverse=True)


def test_zones_at_one_point_stand_apart(zones: list[ZoneOnMap]) -> None:
    offsets = fan_out(zones)
    places: dict[tuple[float, float], list[tuple[int, int]]] = {}
    for zone, offset in zip(zones, offsets, strict=True):
        places.setdefault(zone.place, []).append(offset)
    assert sorted(len(spots) for spots in places.values())[-4:] == [2, 3, 3, 3]
    for spots in places.values():
        if len(spots) == 1:
            assert spots == [(0, 0)]
        for n, (x, y) in enumerate(spots):
            for other_x, other_y in spots[n + 1 :]:
                assert ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5 >= FAN_SPACING_PX - 1.5
    page = Document(draw(zones))
    assert [tuple(zone["fan"]) for zone in page.data["zones"]] == offsets
    assert "only known to within 7.5 km; one of 3 zones at this point" in page.text


def test_legend_counts_and_targets(zones: list[ZoneOnMap]) -> None:
    legend = legend_of(zones, Wording("en", english))
    assert [figure for figure, _ in legend.ticks] == ["0", "20", "40", "60", "80", "100%"]
    assert (legend.known, legend.total) == (2, 26)
    assert legend.targets == (
        ("70% by 2025", "Sóc Trăng"),
        ("over 65% by 2025", "Kiên Giang (industrial parks)"),
        ("over 40% by 2025", "Kiên Giang (industrial clusters)"),
    )
    assert [mark.figure for mark in legend.marks] == ["40%", "65%", "70%"]
    assert [mark.anchor for mark in legend.marks] == ["middle", "end", "start"]
    ramp = dict(legend.ticks)
    assert ramp["60"] < legend.marks[1].x < legend.marks[2].x < ramp["80"]
    assert legend.outlines == (("indicative", "Indicative outline"),)
    assert "A fill rate is stated for 2 of 26 zones." in Document(draw(zones)).text


def test_layers_carry_both_languages_and_counts(zones: list[ZoneOnMap]) -> None:
    layers = {layer["key"]: layer["html"] for layer in Document(draw(zones)).data["layers"]}
    assert list(layers) == ["industrial_park", "industrial_cluster", "economic_zone", "province"]
    for key, (english_name, vietnamese_name, count) in {
        "industrial_park": ("Industrial parks", "Khu công nghiệp", 11),
        "industrial_cluster": ("Industrial clusters", "Cụm công nghiệp", 14),
        "economic_zone": ("Economic zones", "Khu kinh tế", 1),
    }.items():
        assert english_name in layers[key]
        assert f'lang="vi">{vietnamese_name}<' in layers[key]
        assert f">{count}<" in layers[key]


def test_numbers_and_dates_follow_the_language(zones: list[ZoneOnMap]) -> None:
    large = [replace(zones[0], declared_area_ha=1106.5, status_as_of="2021-06-29")]
    vi = Document(draw(large, language="vi"))
    assert "1.106,5 ha (derived)" in vi.text
    assert "96,5%" in vi.text
    assert "as of 29/06/2021" in vi.text
    en = Document(draw(large))
    assert "1,106.5 ha (derived)" in en.text
    assert "96.5%" in en.text
    assert "as of 29 Jun 2021" in en.text


@pytest.mark.parametrize(
    ("edtf", "vi", "en"),
    [
        ("2020", "2020", "2020"),
        ("2021-06", "06/2021", "Jun 2021"),
        ("2021-06-29", "29/06/2021", "29 Jun 2021"),
        ("2021/2025", "2021–2025", "2021–2025"),
        ("2021-13", "2021-13", "2021-13"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_keep_their_precision(edtf: str, vi: str, en: str) -> None:
    assert Wording("vi", english).date(edtf) == vi
    assert Wording("en", english).date(edtf) == en


def test_a_card_says_value_date_basis_source_and_target(zones: list[ZoneOnMap]) -> None:
    text = Document(draw(zones[:1])).text
    for words in (
        "An Nghiep Industrial Park",
        "Khu công nghiệp An Nghiệp",
        "as of 2020, as reported",
        "Source: D004",
        "70% by 2025",
        "26.5 percentage points above the target",
        "Operating, as of 2020",
        "243 ha (derived)",
        "Indicative, ± 4 km",
    ):
        assert words in text
    assert text.index("An Nghiep Industrial Park") < text.index("Khu công nghiệp An Nghiệp")
    vi = Document(draw(zones[:1], language="vi")).text
    assert vi.index("Khu công nghiệp An Nghiệp") < vi.index("An Nghiep Industrial Park")


def test_nothing_unknown_is_left_empty() -> None:
    bare = ZoneOnMap(slug="x", name_vi="X", name_en="", kind="economic_zone", lon=105.9, lat=9.8)
    html = draw([bare])
    assert "None<" not in html
    page = Document(html)
    assert page.text.count("Not stated") >= 4
    assert "None yet" in page.text
    assert "accuracy not stated" in page.text


def test_proposed_zones_are_hollow(zones: list[ZoneOnMap]) -> None:
    drawn = Document(draw(zones)).data["zones"]
    hollow = [zone.slug for zone, on_map in zip(zones, drawn, strict=True) if "hollow" in on_map["css"].split()]
    assert hollow == ["kcn-proposed-tran-de", "kcn-proposed-vinh-chau", "kcn-proposed-nga-nam", "kkt-tran-de"]


def test_hostile_values_stay_text(zones: list[ZoneOnMap]) -> None:
    texts = ("slug", "name_vi", "name_en", "status", "status_as_of", "declared_area_basis", "boundary_quality")
    texts += ("fill_rate_basis", "fill_rate_as_of", "fill_rate_source", "target_comparator", "province")
    hostile = [replace(zones[0], **dict.fromkeys(texts, HOSTILE) | {"name_en": HOSTILE + "2"})]
    html = draw(
        hostile,
        units=units(HOSTILE),
        attribution=HOSTILE,
        link=lambda slug: f"/zones/{slug}",
        _=lambda message: HOSTILE if message == "Source" else message,
    )
    harmless = draw(zones[:1], link=lambda slug: f"/zones/{slug}")
    page, expected = Document(html), Document(harmless)
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in expected.elements]
    assert [sorted(attrs) for _, attrs in page.elements] == [sorted(attrs) for _, attrs in expected.elements]
    assert page.programs == expected.programs
    assert "{{ 7*191 }}" in page.text
    assert "1337" not in html
    assert page.data["units"][0]["name"] == HOSTILE
    assert HOSTILE in page.data["zones"][0]["name"]
    assert page.data["zones"][0]["css"].split() == ["industrial_park", "step-4", "indicative"]
    block = html.split('id="map-data">')[1].split("</script>")[0]
    assert not set("<>&'\u2028") & set(block)


def test_no_handlers_no_style_attributes_no_frameworks(zones: list[ZoneOnMap]) -> None:
    html = draw(zones, synthetic=True, link=lambda slug: f"/zones/{slug}")
    for _tag, attributes in Document(html).elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    for word in ("jquery", "bootstrap", "awesome", "eval(", "new Function", "javascript:"):
        assert word.lower() not in html.lower()
    assert "user-scalable=no" not in html


def test_served_page_asks_only_its_own_server(zones: list[ZoneOnMap]) -> None:
    html = draw(zones)
    assert not re.findall(r"(?:https?:)?//[\w-]+\.\w+", html)
    fetched = [
        attributes.get("src") or attributes.get("href") or ""
        for tag, attributes in Document(html).elements
        if tag in ("script", "link", "img", "iframe") and ("src" in attributes or "href" in attributes)
    ]
    assert fetched == ["data:,", "/assets/leaflet/leaflet.js", "/assets/leaflet/leaflet.css"]


def test_offline_page_asks_nobody(zones: list[ZoneOnMap]) -> None:
    html = draw(zones, assets=inlined())
    assert "var L = {};" in html
    assert "sourceMappingURL" not in html
    assert not re.findall(r"(?:https?:)?//[\w-]+\.\w+", html)
    assert set(re.findall(r"url\(([^)]{4})", html)) == {"data", "#hat"}
    assert html.count("data:font/woff2;base64,") == 2
    linked = [attrs for tag, attrs in Document(html).elements if tag == "link" or "src" in attrs]
    assert linked == [{"rel": "icon", "href": "data:,"}]  # or a browser asks the server for one
    assert "<a " not in html


@pytest.mark.parametrize(
    "address", ["https://cdn.example/leaflet.js", "//cdn.example/l.js", "\\\\cdn\\l.js", "data:,x"]
)
def test_assets_of_other_hosts_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address on this server"):
        Assets(script=address)
    with pytest.raises(ValueError, match="not an address on this server"):
        Assets(stylesheets=(address,))


def test_inlined_texts_cannot_end_their_element() -> None:
    html = draw([], assets=Assets.inlined(script='x = "</script><i>";', style="/* </style><i> */", fonts={}))
    assert "i" not in [tag for tag, _ in Document(html).elements]


def test_links_lead_to_the_zone_and_never_run_a_script(zones: list[ZoneOnMap]) -> None:
    page = Document(draw(zones[:1], link=lambda slug: f"/zones/{slug}?a=1&b=2"))
    assert [attrs["href"] for tag, attrs in page.elements if tag == "a"] == ["/zones/kcn-an-nghiep?a=1&b=2"]
    with pytest.raises(ValueError, match="not an address of a page"):
        draw(zones[:1], link=lambda slug: " javascript:alert(1)")


def test_every_word_of_the_page_is_found_for_translation(zones: list[ZoneOnMap]) -> None:
    asked: set[str] = set()

    def listen(message: str) -> str:
        asked.add(message)
        return message

    draw(zones, _=listen, synthetic=True, link=lambda slug: f"/zones/{slug}")
    found = {message for _, _, message, _, _ in extract_from_dir(str(Path(maps.__file__).parent))}
    assert asked <= found
    assert len(asked) > 40


def test_page_names_its_language_and_synthetic_data(zones: list[ZoneOnMap]) -> None:
    html = draw(zones, language="vi", synthetic=True)
    assert '<html lang="vi">' in html
    assert "<title>Fill rates of industrial zones</title>" in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert "Synthetic data – not the real register" in html
    assert "Synthetic data" not in draw(zones)
    with pytest.raises(ValueError, match="language 'fr'"):
        draw(zones, language="fr")


def test_what_cannot_be_drawn_is_refused(zones: list[ZoneOnMap]) -> None:
    with pytest.raises(ValueError, match="kind 'port'"):
        replace(zones[0], kind="port")
    with pytest.raises(ValueError, match="no longitude and latitude"):
        replace(zones[0], lon=9.6, lat=105.9)
    with pytest.raises(ValueError, match="Polygon"):
        replace(zones[0], outline={"type": "Point", "coordinates": [105.9, 9.6]})


def test_context_keeps_provinces_and_districts_only() -> None:
    features = [unit("Cần Thơ"), unit("Kế Sách", "district"), unit("An Ninh", "commune")]
    features.append({"properties": {"name": "Kiên Hải", "level": "district"}, "geometry": None})
    drawn = context_of({"features": features})
    assert [(item["name"], item["level"]) for item in drawn] == [("Cần Thơ", "province"), ("Kế Sách", "district")]
    lon, lat, radius = drawn[0]["spots"][0]
    assert (lon, lat, radius) == pytest.approx((105.505, 9.505, 0.005), abs=0.002)


def test_a_map_of_nothing_still_opens() -> None:
    page = Document(draw([], units={"features": []}))
    assert page.data["bounds"] is None
    assert "A fill rate is stated for 0 of 0 zones." in page.text


def test_very_many_zones_are_symbols_with_brief_cards(zones: list[ZoneOnMap]) -> None:
    many = [replace(zones[0], slug=f"zone-{n}") for n in range(maps.MOST_DRAWN + 1)]
    one = Document(draw(many[:1]))
    drawn = Document(draw(many))
    assert len(drawn.data["zones"]) == len(drawn.cards) == len(many)
    assert drawn.data["brief"]
    assert not one.data["brief"]
    assert all("outline" not in zone and "ring" not in zone for zone in drawn.data["zones"])
    assert len(draw(many)) / len(many) < 2_000
    assert zones[0].name_vi in drawn.text
    assert "None yet" not in drawn.text  # that there is no outline on this map says nothing of the zone
