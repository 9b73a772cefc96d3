"""What follows from the facts of a zone: status, fill rate and areas, worked out again whenever the facts change."""

from collections.abc import Sequence
from datetime import date as day
from decimal import Decimal
from typing import Any

from api.store import zones
from api.store.connect import Session
from gis.dates import parse_edtf
from gis.fill_rate import DEFAULT, DEFINITIONS, Areas, DefinitionId, FillRate, Lot, Lots, Reported, zone_fill_rate

Row = dict[str, Any]
AREAS = {
    "industrial_land_leasable_ha": "industrial_leasable_ha",
    "industrial_land_leased_ha": "industrial_leased_ha",
    "service_land_leasable_ha": "service_leasable_ha",
    "service_land_leased_ha": "service_leased_ha",
}
INDICATORS = (*AREAS, "fill_rate_pct")
EXACT = ("eq", "approx")  # "over 60 %" is no rate to compute with or to show as one
DECIMALS = Decimal("0.000001")
PLANT_STANDS = {"operating": True, "phase_1_under_construction": False}  # words of wastewater_plant_status


def refresh(session: Session, slugs: Sequence[str] | None = None) -> None:
    """Work out and store the derived figures of zones, in the transaction that changed what they follow from; of every
    zone where `slugs` is None."""
    rows = [figures(inputs) for inputs in zones.figure_inputs(session, INDICATORS, slugs)]
    zones.save_figures(session, rows)


def figures(inputs: Row) -> Row:
    """The row of `zone_figures` that follows from a zone's inputs."""
    rate = fill_rate(inputs)
    lots = [lot for lot in inputs["lots"] or [] if lot["land_use"] in DEFINITIONS[DEFAULT].land_uses]
    unknown = not lots or any(lot["status"] is None for lot in lots)
    cleared_ha = None if unknown else area(lots, {"available", "reserved", "leased"})
    return {
        "slug": inputs["slug"],
        "status": inputs["status"],
        "status_as_of": inputs["status_as_of"],
        "status_basis": inputs["status_basis"],
        "expansion_area_ha": inputs["expansion_area_ha"],
        "leasable_area_ha": rate.denominator_ha,
        "leased_area_ha": rate.numerator_ha,
        "available_area_ha": None if unknown else area(lots, {"available"}),
        "cleared_area_ha": cleared_ha,
        "sectors": None,
        "fill_rate_pct": None if rate.value_pct is None else rate.value_pct.quantize(DECIMALS).normalize(),
        "fill_rate_basis": None if rate.value_pct is None else rate.basis,
        "fill_rate_definition": None if rate.value_pct is None else rate.definition,
        "fill_rate_as_of": rate.as_of,
        "fill_rate_source": rate.source,
        "updated_at": inputs["updated_at"],
        "has_wastewater_plant": has_wastewater_plant(inputs),
        "has_cleared_land": has_cleared_land(inputs, cleared_ha),
    }


def has_wastewater_plant(inputs: Row) -> bool | None:
    """Whether the zone's wastewater plant stands, by the latest document that says so of this zone: what is being
    built does not stand yet. That one is demanded, or how much it is to treat, does not tell.
    """
    for one in inputs["wastewater"] or []:
        stands: bool | None = PLANT_STANDS.get(one["word"]) if one["met"] is None else one["met"]
        if stands is not None:
            return stands
    return None


def has_cleared_land(inputs: Row, cleared_ha: Decimal | None) -> bool | None:
    """Whether there is cleared land: by the lots where they tell, else by a document that says that clearance is done.
    That a zone is being built or operates does not say so.
    """
    return cleared_ha > 0 if cleared_ha is not None else True if inputs["says_cleared"] else None


def area(lots: list[Row], statuses: set[str]) -> Decimal:
    return sum((Decimal(lot["area_ha"]) for lot in lots if lot["status"] in statuses), Decimal(0))


def fill_rate(inputs: Row, definition: DefinitionId = DEFAULT, until: day | None = None) -> FillRate:
    """A zone's fill rate by `definition`, from its lots, else stated areas, else the last reported rate.

    until: lots count only if all of them describe a time up to that day; observations were chosen by who read them.
    """
    observations = [one for one in inputs["observations"] or [] if one["comparator"] in EXACT]
    reported = [
        Reported(Decimal(one["value"]), date(one["as_of"]), one["source"])
        for one in observations
        if one["indicator"] == "fill_rate_pct"
    ]
    return zone_fill_rate(
        lots=lots_of(inputs, until), areas=areas_of(observations), reported=reported, definition=definition
    )


def lots_of(inputs: Row, until: day | None) -> Lots | None:
    """A zone's lots; their date and source are told where all share one."""
    lots = inputs["lots"]
    if not lots or (until and not all(lot["as_of"] and date(lot["as_of"]).end <= until for lot in lots)):
        return None
    dates, sources = {lot["as_of"] for lot in lots}, {lot["source"] for lot in lots}
    return Lots(
        tuple(Lot(lot["land_use"], lot["status"], Decimal(lot["area_ha"])) for lot in lots),
        date(dates.pop()) if len(dates) == 1 else None,
        sources.pop() if len(sources) == 1 else None,
    )


def areas_of(observations: list[Row]) -> list[Areas]:
    """Stated areas, those of one document and date together, in the order in which documents rank."""
    together: dict[tuple[str | None, str], dict[str, Decimal]] = {}
    for one in observations:
        if one["indicator"] in AREAS:
            stated = together.setdefault((one["as_of"], one["source"]), {})
            stated.setdefault(AREAS[one["indicator"]], Decimal(one["value"]))
    return [Areas(**stated, as_of=date(as_of), source=source) for (as_of, source), stated in together.items()]


def date(text: str | None) -> Any:
    return parse_edtf(text or "")
