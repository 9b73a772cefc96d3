"""Suggestions while somebody types: what is found by name, and the state of the explorer that each means."""

from dataclasses import dataclass
from typing import Any

from api.language import Language
from api.store.connect import Reader
from api.store.suggestions import MOST, select_suggestions
from api.workflows.explorer.finding import province_of
from api.workflows.explorer.state import Near, State

Row = dict[str, Any]
ZONES_BESIDE_OTHERS = 5


@dataclass(frozen=True)
class Suggestion:
    """`key` is the slug, uid or id by `kind`: zone, province, district, commune or place. lon, lat, bbox in degrees."""

    kind: str
    key: str
    name: str
    note: tuple[str, ...]
    state: State
    lon: float | None
    lat: float | None
    bbox: list[float] | None


async def suggest(reader: Reader, words: str, language: Language) -> list[Suggestion]:
    """At most MOST, zones first; nothing for words without a letter or digit."""
    if not any(letter.isalnum() for letter in words):
        return []
    found = await select_suggestions(reader, words, language)
    others = [(row["rank"], of_unit(row)) for row in found["units"]]
    others += [(row["rank"], of_place(row, language)) for row in found["places"]]
    others.sort(key=lambda one: one[0])
    room = max(ZONES_BESIDE_OTHERS, MOST - len(others))
    zones = [of_zone(row, language) for row in found["zones"][:room]]
    return [*zones, *(one for _, one in others[: MOST - len(zones)])]


def of_zone(row: Row, language: Language) -> Suggestion:
    place = tuple(one for one in (row["historic_district"], row["province"]) if one)
    return Suggestion(
        "zone", row["slug"], row[f"name_{language}"], (row["kind"], *place), State(zone=row["slug"]), row["lon"],
        row["lat"], row["bbox"],
    )  # fmt: skip


def of_unit(row: Row) -> Suggestion:
    """A province is a filter. A district or commune that zones are said to lie in is found by its name; from any other
    the distance is measured.
    """
    level = row["level"]
    if level == "province":
        state = State(provinces=(province_of(row),))
    elif row["has_zones"] or row["lon"] is None:
        state = State(q=row["full_name"])
    else:
        state = State(near=Near(round(row["lon"], 5), round(row["lat"], 5)), sort="distance")
    title = f"former.{level}" if row["is_former"] and level != "district" else level
    note = (title, row["parent"]) if row["parent"] else (title,)
    return Suggestion(level, row["uid"], row["full_name"], note, state, row["lon"], row["lat"], row["bbox"])


def of_place(row: Row, language: Language) -> Suggestion:
    near = Near(row["lon"], row["lat"], row["id"], row["name_vi"], row["name_en"])
    state = State(near=near, sort="distance")
    return Suggestion("place", row["id"], row[f"name_{language}"], (row["kind"],), state, row["lon"], row["lat"], None)
