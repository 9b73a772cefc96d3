"""What properties, collections and codes are called. English texts are the msgids; the catalogue has the Vietnamese."""

from api.language import N_
from api.workflows import quantities

SERVICE = (
    N_("Register of industrial zones"),
    N_("Industrial parks, industrial clusters and economic zones: where each lies, how large it is by which document, "
       "how far it has come and how full it is. Every value with its source and date."),
)  # fmt: skip

COLLECTIONS = {
    "zones": (
        N_("Zones"),
        N_("Industrial parks, industrial clusters and economic zones with their outlines. A zone whose outline is "
           "not known is here without a geometry."),
    ),
    "zone-points": (
        N_("Zones as points"),
        N_("The same zones at their best known point. How far the true place may be is in location_accuracy_m."),
    ),
    "lots": (
        N_("Lots"),
        N_("Pieces of the zones' detailed plans with their land use, and whether they can be had."),
    ),
    "admin-units": (
        N_("Administrative units"),
        N_("Provinces and communes of today, and the provinces, districts and communes of before 1 July 2025. "
           "Outlines of some former units are not known."),
    ),
    "facts": (
        N_("Facts"),
        N_("Every statement of the source documents, with its exact words, its place and its date. "
           "Facts have no geometry."),
    ),
}  # fmt: skip

PROPERTIES = {
    "slug": N_("Identifier"), "name_vi": N_("Name in Vietnamese"), "name_en": N_("Name in English"), "kind": N_("Kind"),
    "status": N_("Status"), "status_as_of": N_("Status as of"),
    "status_basis": N_("Basis of the status"), "province": N_("Province"),
    "province_code": N_("Province code"), "commune": N_("Commune"), "historic_province": N_("Former province"),
    "historic_district": N_("Former district"), "declared_area_ha": N_("Declared area"),
    "declared_area_basis": N_("Basis of the declared area"), "measured_area_ha": N_("Measured area"),
    "expansion_area_ha": N_("Planned expansion"), "leasable_area_ha": N_("Land for lease"),
    "leased_area_ha": N_("Land leased"), "available_area_ha": N_("Land available"),
    "cleared_area_ha": N_("Land cleared"), "sectors": N_("Sectors"), "fill_rate_pct": N_("Fill rate"),
    "fill_rate_basis": N_("Basis of the fill rate"), "fill_rate_as_of": N_("Fill rate as of"),
    "boundary_quality": N_("Quality of the outline"), "boundary_accuracy_m": N_("Accuracy of the outline"),
    "location_accuracy_m": N_("Accuracy of the point"), "location_evidence": N_("Evidence for the place"),
    "doubts": N_("Doubts"), "version": N_("Version"), "updated_at": N_("Updated"),
    "status_reason": N_("Reason of the end"), "successor": N_("Merged into"),
    "has_wastewater_plant": N_("Has a wastewater plant"), "has_cleared_land": N_("Has cleared land"),
    "uid": N_("Identifier"), "code": N_("Code"), "name": N_("Name"), "full_name": N_("Full name"),
    "level": N_("Level"), "parent": N_("Part of"), "parent_uid": N_("Identifier of the unit above"),
    "valid_from": N_("In force from"), "valid_to": N_("In force until"),
    "area_km2_published": N_("Published area"), "successors": N_("Is now in"), "predecessors": N_("Formed from"),
    "geometry_basis": N_("Basis of the outline"), "source": N_("Source"), "licence": N_("Licence"),
    "id": N_("Identifier"), "class": N_("Class"), "subject": N_("Subject"), "subject_kind": N_("Kind of subject"),
    "zone": N_("Zone"), "indicator": N_("Indicator"), "indicator_vi": N_("Indicator in Vietnamese"),
    "indicator_en": N_("Indicator in English"), "comparator": N_("Comparator"), "value": N_("Value"),
    "value_max": N_("Value up to"), "unit": N_("Unit"), "value_text": N_("Value as a code"),
    "value_text_vi": N_("Value in Vietnamese"), "value_text_en": N_("Value in English"), "as_of": N_("As of"),
    "period": N_("For"), "is_target": N_("Demanded"), "applies_to": N_("Demanded of"), "step": N_("Step"),
    "step_basis": N_("Basis of the step"),
    "met": N_("Met"), "source_title": N_("Document"), "source_number": N_("Number of the document"),
    "source_issued_on": N_("Date of the document"), "place": N_("Place in the document"), "quote": N_("Exact words"),
    "quote_match": N_("Quote"), "note": N_("Note"), "recorded_at": N_("Recorded"),
    "zone_name_vi": N_("Name of the zone in Vietnamese"), "zone_name_en": N_("Name of the zone in English"),
    "land_use": N_("Land use"), "area_ha": N_("Area"), "geometry": N_("Geometry"),
    "aliases": N_("Other names"), "communes": N_("Communes"), "sources": N_("Documents"),
    "location": N_("Point (longitude, latitude)"), "boundary_source": N_("Document of the outline"),
    "boundary_crs": N_("Coordinate system of the document"), "status_detail": N_("More on the status"),
    "document": N_("Document that the change rests on"), "reasons": N_("Reasons for what the checks notice"),
    "life": N_("Record"), "reason": N_("Reason of the end"),
}  # fmt: skip

CODES = {
    "industrial_park": N_("Industrial park"), "industrial_cluster": N_("Industrial cluster"),
    "economic_zone": N_("Economic zone"), "proposed": N_("Proposed"), "planned": N_("Planned"),
    "investment_policy_submitted": N_("Investment policy submitted"),
    "investment_policy_granted": N_("Investment policy granted"), "established": N_("Established"),
    "site_clearance_in_progress": N_("Site clearance in progress"), "site_clearance_done": N_("Site clearance done"),
    "under_construction": N_("Under construction"), "operating": N_("Operating"), "withdrawn": N_("Withdrawn"),
    "stated": N_("stated"), "derived": N_("derived"), "implied": N_("implied"), "reported": N_("as reported"),
    "lots": N_("from the lots"), "areas": N_("from leased and leasable areas"), "surveyed": N_("Surveyed outline"),
    "digitised": N_("Digitised outline"), "indicative": N_("Indicative outline"),
    "external": N_("a public page names the place"), "document": N_("only the district in the document"),
    "name_match": N_("only the likeness of names; to be confirmed"),
    "province": N_("Province"), "district": N_("Former district"), "commune": N_("Commune"),
    "all": N_("all zones of the subject"), "observation": N_("Observation"), "target": N_("Target"),
    "milestone": N_("Milestone"),
    "obligation": N_("Obligation"), "statement": N_("Statement"), "exact": N_("literally so in the document"),
    "ocr_or_typo_corrected": N_("a scanning or printing error was corrected"),
    "industrial_parks_of_province": N_("Industrial parks of the province"),
    "industrial_clusters_of_province": N_("Industrial clusters of the province"),
    "zones_of_province": N_("Parks and clusters of the province"),
    "economic_zone_of_province": N_("Economic zone of the province"),
    "industrial": N_("Industrial land"), "service": N_("Service land"),
    "infrastructure": N_("Technical infrastructure"), "green": N_("Green space"), "road": N_("Roads"),
    "water": N_("Water"), "other": N_("Other land"), "available": N_("Available"), "reserved": N_("Reserved"),
    "leased": N_("Leased"), "not_cleared": N_("Not cleared"), "eq": N_("exactly"), "approx": N_("about"),
    "gt": N_("more than"), "gte": N_("at least"), "range": N_("from … to …"),
    "listed": N_("in the register"), "merged": N_("Merged"), "deleted": N_("Deleted as an error"),
    "in_force": N_("In force"), "waits": N_("Waits for its day"), "superseded": N_("Superseded"),
    "cause.load": N_("Loaded from the data files"), "cause.import": N_("An edited file taken back"),
    "cause.publication": N_("A change published"), "cause.effect": N_("A version whose day has come"),
    "cause.report": N_("A report issued"),
    "cause.demo": N_("Made-up data"), "what.added": N_("new"), "what.changed": N_("changed"),
    "what.removed": N_("removed"),
    "action.create": N_("New zone"), "action.update": N_("Correction"), "action.withdraw": N_("Withdrawal"),
    "action.merge": N_("Merger"), "action.delete": N_("Deletion of a mistaken record"), "action.revert": N_("Revert"),
    "state.draft": N_("Draft"), "state.submitted": N_("Waits for review"), "state.approved": N_("Approved"),
    "state.rejected": N_("Rejected"), "state.withdrawn": N_("Taken back"),
    "draft,submitted": N_("Drafts and those that wait for review"),
    "change.begun.create": N_("began a new zone"), "change.begun.update": N_("began the change"),
    "change.begun.withdraw": N_("began the withdrawal"), "change.begun.merge": N_("began the merger"),
    "change.begun.delete": N_("began the deletion"), "change.begun.revert": N_("began the revert"),
    "change.evidence": N_("added a file"), "change.submitted": N_("submitted it for review"),
    "change.returned": N_("returned it with a question"), "change.approved": N_("approved it; it is published"),
    "change.rejected": N_("rejected it"), "change.withdrawn": N_("took it back"), "change.comment": N_("commented"),
    "change.rebased": N_("took the draft on to the newest version"),
    "unknown": N_("Not stated"), "outline.none": N_("No outline"), "yes": N_("Yes"), "no": N_("No"),
    "former.province": N_("Former province"), "former.commune": N_("Former commune"),
    "city": N_("City"), "airport": N_("Airport"), "port": N_("Port"), "border_gate": N_("Border gate"),
    "railway_station": N_("Railway station"), "junction": N_("Expressway junction"),
    "north": N_("north"), "northeast": N_("northeast"), "east": N_("east"), "southeast": N_("southeast"),
    "south": N_("south"), "southwest": N_("southwest"), "west": N_("west"), "northwest": N_("northwest"),
    "severity.error": N_("Error"), "severity.warning": N_("Warning"), "corner_table": N_("Table of corners"),
    "outline_file": N_("File with the outline"), "use.document": N_("Document"), "data files": N_("data files"),
}  # fmt: skip

UNITS = quantities.UNITS

KEYWORDS = {
    "zones": (N_("industrial park"), N_("industrial cluster"), N_("economic zone"), N_("fill rate")),
    "zone-points": (N_("industrial park"), N_("industrial cluster"), N_("economic zone"), N_("fill rate")),
    "lots": (N_("lot"), N_("land use"), N_("detailed plan")),
    "admin-units": (N_("province"), N_("district"), N_("commune"), N_("administrative boundary")),
    "facts": (N_("source document"), N_("target"), N_("observation"), N_("fill rate")),
}

DATED = N_("A date as precise as the document has it (EDTF): 2020, 2020-06, 2020-06-15 or 2016/2020.")
REMARKS = {
    "status_as_of": DATED,
    "fill_rate_as_of": DATED,
    "as_of": DATED,
    "period": DATED,
    "province": N_("As a parameter it also takes a code or a short form, and provinces of before 1 July 2025."),
    "location_accuracy_m": N_("How far the true place may be from the point."),
    "boundary_quality": N_("How sure the outline is; an indicative one is a disc of the declared area, no boundary."),
    "geometry": N_("WGS 84, longitude before latitude, unless crs says otherwise."),
    "available_area_ha": N_("Sum of the lots that are available."),
    "has_wastewater_plant": N_(
        "True where a document says that it stands, false where one says that it does not yet; "
        "without a value where none says."
    ),
    "has_cleared_land": N_(
        "True where lots or a document say that land is cleared, false where the lots say that none "
        "is; without a value where nothing is said."
    ),
}
