"""Publishing: a change becomes the next version of its zone, with its facts and documents, in one transaction."""

from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Point

from api.language import N_
from api.store import feed, publishing
from api.store.connect import Session
from api.workflows import examination, figures
from api.workflows.references import source_row
from gis.crs import BY_CODE, CRS84, round_degrees
from gis.dates import parse_edtf
from gis.receipts import receipt

Row = dict[str, Any]
INSIDE = N_("a point inside the outline")
GIVEN = N_("a point given with the change")
LIVES = {"withdraw": "withdrawn", "merge": "merged", "delete": "deleted"}
NOT_COPIED = ("measured_area_ha", "recorded_at", "change_id", "reviewer", "author")
NEW: Row = {
    "aliases": [], "communes": [], "commune_candidate": None, "historic_province_uid": None,
    "historic_district": None, "declared_area_ha": None, "declared_area_basis": None, "declared_area_note": None,
    "declared_area_inputs": [], "boundary": None, "boundary_quality": None, "boundary_accuracy_m": None,
    "boundary_source": None, "boundary_crs": None, "status_detail": None, "doubts": None, "sources": [],
    "valid_from": None, "receipt": None, "life": "listed", "life_reason": None, "successor": None, "location": None,
    "location_accuracy_m": None, "location_basis": None, "location_evidence": "document",
}  # fmt: skip


def publish(session: Session, change: Row, *, reviewer: str) -> int:
    """Store what a change proposes, which was examined before; the version's number.

    It takes effect at once, or on the day that it names. Raises OutlinesMeet.
    """
    feed.note_cause(session, "publication")
    base = examination.base_of(session, change)
    publishing.add_sources(session, [source_row(one) for one in change["documents"]])
    row = start(session, change, base)
    row |= proposed(change, row) | {
        "version": base["version"] + 1 if base else 1, "author": change["author_name"],
        "reviewer": reviewer, "change_id": change["id"],
    }  # fmt: skip
    if base is None:
        publishing.add_zone(session, change["zone"])
    add_facts(session, change, row)
    in_force = row["valid_from"] is None or row["valid_from"] <= publishing.legal_today(session)
    publishing.add_version(session, row, in_force=in_force)
    figures.refresh(session, [change["zone"]])
    publishing.check_rules(session)
    return int(row["version"])


def take_effect(session: Session) -> list[str]:
    """Put versions in force whose day has come, with the figures that follow; the zones."""
    feed.note_cause(session, "effect")
    slugs = publishing.take_effect(session)
    if slugs:
        figures.refresh(session, slugs)
    return slugs


def start(session: Session, change: Row, base: Row | None) -> Row:
    """The version that a change builds on: the one in force, or the one that it goes back to."""
    if change["from_version"] is not None:
        former = publishing.select_version(session, change["zone"], change["from_version"])
        assert base and former
        waits = base["valid_from"] is not None and base["valid_from"] > publishing.legal_today(session)
        base = {**former, "valid_from": former["valid_from"] if waits else base["valid_from"]}
    if base is None:
        return {**NEW, "slug": change["zone"]}
    return {name: value for name, value in base.items() if name not in NOT_COPIED}


def proposed(change: Row, row: Row) -> Row:
    """The columns of the version that a change sets."""
    fields = change["fields"]
    new: Row = {name: fields[name] for name in examination.DIRECT if name in fields}
    new |= {column: fields[name] for name, column in examination.RENAMED.items() if name in fields}
    if "valid_from" in fields:
        new["valid_from"] = None if fields["valid_from"] is None else date.fromisoformat(fields["valid_from"])
    if "declared_area_ha" in fields and fields["declared_area_ha"] != plain(row["declared_area_ha"]):
        new |= declared(change)
    if change["sets_boundary"] and change["boundary"] != row["boundary"]:
        new |= outlined(change, {**row, **new})
    if fields.get("location") and Point(fields["location"]) != row["location"]:
        new |= {"location": Point(fields["location"]), "location_basis": GIVEN, "location_evidence": "document"}
    new["sources"] = list(dict.fromkeys(
        one for one in [*(new["sources"] if "sources" in new else row["sources"]), change["document"]] if one
    ))  # fmt: skip
    new["life"] = LIVES.get(change["action"], "listed" if change["action"] == "revert" else row["life"])
    if new["life"] == "listed":
        new |= {"life_reason": None, "successor": None}
    elif new["life"] != "merged":
        new["successor"] = None
    return new


def plain(area: Decimal | None) -> float | None:
    return None if area is None else float(area)


def declared(change: Row) -> Row:
    area = change["fields"]["declared_area_ha"]
    inputs = [
        fact_id(change, "O", number) for number, one in enumerate(change["observations"])
        if one.get("indicator") == "declared_area_ha" and one.get("value") == area
    ]  # fmt: skip
    return {
        "declared_area_ha": None if area is None else Decimal(str(area)), "declared_area_note": None,
        "declared_area_basis": None if area is None else "stated", "declared_area_inputs": inputs,
    }  # fmt: skip


def outlined(change: Row, row: Row) -> Row:
    """An outline with how sure it is; a measured one also says where the zone is."""
    outline = change["boundary"]
    if outline is None:
        return dict.fromkeys(
            ("boundary", "boundary_quality", "boundary_accuracy_m", "boundary_source", "boundary_crs", "receipt")
        )
    inside = shapely.set_coordinates(
        outline.representative_point(), round_degrees(shapely.get_coordinates(outline.representative_point()))
    )
    receipt = receipt_of(change)
    new = {
        "boundary": outline, "receipt": receipt,
        "boundary_source": change["fields"].get("boundary_source") or change["document"] or row["boundary_source"],
        "boundary_crs": change["fields"].get("boundary_crs") or receipt["crs"],
    }  # fmt: skip
    if isinstance(outline, MultiPolygon) and row["boundary_quality"] in ("surveyed", "digitised"):
        new |= {"location": inside, "location_accuracy_m": row["boundary_accuracy_m"], "location_basis": INSIDE,
                "location_evidence": "document"}  # fmt: skip
    return new


def receipt_of(change: Row) -> Row:
    """The datum receipt of a new outline, measured anew where the outline was altered after it was read."""
    kept = {name: value for name, value in (change["receipt"] or {}).items() if name != "origin"}
    if kept and examination.is_untouched(change):
        return kept
    crs = BY_CODE.get(str(kept.get("crs", "")).rpartition(":")[2], CRS84)
    return receipt(change["boundary"], crs).document()


def fact_id(change: Row, letter: str, number: int) -> str:
    return f"C{change['id']}{letter}{number + 1}"


def add_facts(session: Session, change: Row, row: Row) -> None:
    """The observations and milestones of a change as facts of the register."""
    observed, reached = list(enumerate(change["observations"])), list(enumerate(change["milestones"]))
    heads = [head(change, row, one, fact_id(change, "O", n), "observation", one["indicator"]) for n, one in observed]
    heads += [head(change, row, one, fact_id(change, "M", n), "milestone", "status") for n, one in reached]
    publishing.add_rows(session, "facts", heads)
    publishing.add_rows(session, "observations", [
        {"fact_id": fact_id(change, "O", number), "class": "observation", "comparator": "eq",
         "value": Decimal(str(one["value"])), "value_max": None} for number, one in observed
    ])  # fmt: skip
    publishing.add_rows(session, "milestones", [
        {"fact_id": fact_id(change, "M", number), "zone": change["zone"], "step": one["step"], "wording": one["step"],
         "basis": "stated", "note": None, **dated(one.get("as_of"))} for number, one in reached
    ])  # fmt: skip


def head(change: Row, row: Row, one: Row, id: str, kind: str, indicator: str) -> Row:
    return {
        "id": id, "class": kind, "indicator": indicator, "subject_kind": row["kind"], "subject": row["name_vi"],
        "zone": change["zone"], "unit_uid": row["province_uid"], "is_target": False, **dated(one.get("as_of")),
        "source": one.get("source") or change["document"], "place": one.get("place") or "", "quote": one["quote"],
        "quote_match": "exact", "note": None,
    }  # fmt: skip


def dated(as_of: str | None) -> Row:
    found = parse_edtf(as_of or "")
    return {
        "as_of": as_of or None,
        "as_of_start": found.start if found else None,
        "as_of_end": found.end if found else None,
    }
