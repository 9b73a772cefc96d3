"""The collections: which view each is read from, its id, geometry and properties."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["zones", "lots", "units", "facts"]
Kind = Literal["string", "number", "integer", "boolean", "date", "date-time", "array"]


PLACES = {"province", "historic_province", "historic_district", "commune", "parent"}
CHOICES = {
    "status": (
        "proposed", "planned", "investment_policy_granted", "established", "site_clearance_in_progress",
        "site_clearance_done", "under_construction", "operating", "withdrawn",
    ),
    "status_basis": ("stated", "implied"),
    "declared_area_basis": ("stated", "derived"),
    "fill_rate_basis": ("lots", "areas", "reported"),
    "boundary_quality": ("surveyed", "digitised", "indicative"),
    "location_evidence": ("external", "document", "name_match"),
    "land_use": ("industrial", "service", "infrastructure", "green", "road", "water", "other"),
    "level": ("province", "district", "commune"),
    "class": ("observation", "target", "milestone", "obligation", "statement"),
    "subject_kind": (
        "industrial_park", "industrial_cluster", "economic_zone", "province", "industrial_parks_of_province",
        "industrial_clusters_of_province", "zones_of_province", "economic_zone_of_province",
    ),
    "comparator": ("eq", "approx", "gt", "gte", "range"),
    "applies_to": ("all", "operating"),
    "step_basis": ("stated", "implied"),
    "quote_match": ("exact", "ocr_or_typo_corrected"),
}  # fmt: skip
LOT_STATUSES = ("available", "reserved", "leased", "not_cleared")
ZONE_KINDS = ("industrial_park", "industrial_cluster", "economic_zone")
SUBJECTS_OF = {  # what is said of all such zones of a province has one of these subjects
    "industrial_park": ("industrial_parks_of_province", "zones_of_province"),
    "industrial_cluster": ("industrial_clusters_of_province", "zones_of_province"),
    "economic_zone": ("economic_zone_of_province",),
}


@dataclass(frozen=True)
class Property:
    """A column of the view, in JSON's terms. `unit` is a unit of the field, where it has one."""

    name: str
    kind: Kind = "string"
    unit: str = ""

    @property
    def is_place(self) -> bool:
        """Whether it holds names of places, which are found without marks and without the word for their kind."""
        return self.name in PLACES


@dataclass(frozen=True)
class Collection:
    """What can be asked for under /collections/{name}: the features of a part of the register, kept as they are served.

    `id` and `geometry` are columns; `geometry` is None where features have none.
    """

    name: str
    part: Part
    id: str
    geometry: str | None
    geometry_type: Literal["MultiPolygon", "Point", ""]
    properties: tuple[Property, ...]

    @property
    def view(self) -> str:
        """The table of the features as they stand."""
        return f"served_{self.part}"

    @property
    def past(self) -> str:
        """The table of the states that were superseded, each `until` a revision of the register."""
        return f"past_{self.part}"

    def find(self, name: str) -> Property | None:
        return next((one for one in self.properties if one.name == name), None)

    def choices(self, name: str) -> tuple[str, ...]:
        """The codes that a property can have here, none where it is no code."""
        if name == "kind":  # of a zone; a unit has other kinds, and they are many
            return ZONE_KINDS if self.part == "zones" else ()
        if name == "status" and self.part == "lots":
            return LOT_STATUSES
        return CHOICES.get(name, ())

    @property
    def has_province(self) -> bool:
        """Whether features can be found by a province of today or of before 2025-07-01."""
        return self.find("province") is not None


def described(text: str) -> tuple[Property, ...]:
    """Properties from `name` (a string) or `name:kind` or `name:kind:unit`, separated by spaces."""
    return tuple(Property(*word.split(":")) for word in text.split())  # type: ignore[arg-type]


ZONE = described("""
    slug name_vi name_en kind status status_as_of status_basis province province_code commune historic_province
    historic_district
    declared_area_ha:number:ha declared_area_basis measured_area_ha:number:ha expansion_area_ha:number:ha
    leasable_area_ha:number:ha leased_area_ha:number:ha available_area_ha:number:ha cleared_area_ha:number:ha
    sectors:array fill_rate_pct:number:% fill_rate_basis fill_rate_as_of boundary_quality
    boundary_accuracy_m:number:m location_accuracy_m:number:m location_evidence doubts version:integer
    updated_at:date-time valid_from:date status_reason successor
    has_wastewater_plant:boolean has_cleared_land:boolean""")
LOT = described("""
    id zone zone_name_vi zone_name_en code land_use status area_ha:number:ha as_of source province province_code
    historic_province recorded_at:date-time""")
UNIT = described("""
    uid code name full_name name_en level kind parent parent_uid valid_from:date valid_to:date
    area_km2_published:number:km² successors predecessors geometry_basis source licence""")
FACT = described("""
    id class subject subject_kind zone province province_code historic_province indicator indicator_vi indicator_en
    comparator value:number value_max:number unit value_text value_text_vi value_text_en as_of period is_target:boolean
    applies_to step step_basis met:boolean source source_title source_number source_issued_on:date
    place quote quote_match note recorded_at:date-time""")

COLLECTIONS = {
    one.name: one
    for one in (
        Collection("zones", "zones", "slug", "boundary", "MultiPolygon", ZONE),
        Collection("zone-points", "zones", "slug", "location", "Point", ZONE),
        Collection("lots", "lots", "id", "geom", "MultiPolygon", LOT),
        Collection("admin-units", "units", "uid", "geom", "MultiPolygon", UNIT),
        Collection("facts", "facts", "id", None, "", FACT),
    )
}
