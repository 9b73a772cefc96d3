"""What the assessment of zones and the quality of the data are called, in the texts of both languages."""

from api.language import N_

STATES = {"on": N_("Yes"), "off": N_("No"), "unknown": N_("Not known")}
VERIFIED = {
    "secondary text": N_("known from a secondary text; the legal text itself was not read"),
    "not verified": N_("not verified"),
}
INPUTS = {
    "fill_rate_pct": N_("Fill rate"), "expansion_area_ha": N_("Planned expansion"),
    "projects": N_("Projects counted by documents"), "tenants": N_("Enterprises leasing land"),
    "leased_ha": N_("Lots that are leased"), "listed": N_("Projects in the register"),
    "first_step": N_("First dated step"), "status": N_("Status"), "has_wastewater_plant": N_("Wastewater plant"),
    "boundary_quality": N_("Outline"), "declared": N_("Declared area"), "measured": N_("Measured area"),
    "lots": N_("Sum of the lots"), "document": N_("By another document"), "page": N_("By a public page"),
}  # fmt: skip
UNITS = {"years": N_("years"), "months": N_("months")}
