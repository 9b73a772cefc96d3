"""The collections: which view each is read from, its id, geometry and properties."""

from dataclasses import dataclass
from typing import Literal

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
ZONE_KINDS = ("industrial_park", "industrial_cluster", "economic_zone")


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
    """What can be asked for under /collections/{name}. `geometry` is None where features have none."""

    name: str
    view: str
    id: str
    geometry: str | None
    geometry_type: Literal["MultiPolygon", "Point", ""]
    properties: tuple[Property, ...]

    def find(self, name: str) -> Property | None:
        return next((one for one in self.properties if one.name == name), None)

    def choices(self, name: str) -> tuple[str, ...]:
        """The codes that a property can have here, none where it is no code."""
        if name == "kind":  # of a zone; a unit has other kinds, and they are many
            return ZONE_KINDS if self.id == "slug" else ()
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
    updated_at:date-time""")
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
        Collection("zones", "zone_features", "slug", "boundary", "MultiPolygon", ZONE),
        Collection("zone-points", "zone_features", "slug", "location", "Point", ZONE),
        Collection("admin-units", "admin_unit_features", "uid", "geom", "MultiPolygon", UNIT),
        Collection("facts", "fact_features", "id", None, "", FACT),
    )
}
