"""Under which terms the data may be used, as far as their makers say so; `data/README.md` is where this comes from."""

from dataclasses import dataclass

from api.language import N_

NOT_STATED = N_("Terms not stated")


@dataclass(frozen=True)
class Terms:
    """A data set, whose it is, and what its makers allow. `address` is that of the licence's own text, if any."""

    what: str
    origin: str
    licence: str = NOT_STATED
    address: str = ""


DOCUMENTS = Terms(
    N_("Values, statements and quotes"),
    N_("Five official documents of Sóc Trăng and Kiên Giang, 2017–2021"),
    N_("Official texts; terms not stated"),
)
POINTS = Terms(N_("Points of villages"), N_("GeoNames, via Who’s On First"), "CC BY")
OUTLINES = Terms(
    N_("Points of communes and districts, indicative outlines"),
    N_("Worked out by the register from declared areas and administrative units"),
)
TODAY = Terms(
    N_("Outlines of today’s provinces and communes, and of former districts derived from these"),
    N_("Thang Le Quoc, vietnamese-provinces-database (MIT), after sapnhap.bando.com.vn"),
    N_("MIT for the compilation; the terms of sapnhap.bando.com.vn are not stated and are to be cleared"),
)
HISTORIC = Terms(
    N_("Outlines of former provinces and districts where no sharper ones are kept"),
    N_("Data from Who’s On First (Mesoshapes)"),
    "CC0 1.0",
    "https://creativecommons.org/publicdomain/zero/1.0/",
)
PAGES = Terms(
    N_("Quotes of public pages"), N_("The pages named beside them"), N_("The pages belong to their publishers")
)
SYNTHETIC = Terms(
    N_("Zones, lots and facts that do not exist"),
    N_("Made by a program from a number"),
    N_("Free to use; never to be passed off as real"),
)
LOTS = Terms(N_("Lots"), N_("None is in the register yet"))

TERMS = {
    "zones": (DOCUMENTS, POINTS, OUTLINES, PAGES),
    "zone-points": (DOCUMENTS, POINTS, OUTLINES, PAGES),
    "lots": (LOTS,),
    "admin-units": (TODAY, HISTORIC),
    "facts": (DOCUMENTS,),
}
SUMMARIES = {
    "zones": N_("Official texts, terms not stated; points of villages CC BY"),
    "zone-points": N_("Official texts, terms not stated; points of villages CC BY"),
    "lots": NOT_STATED,
    "admin-units": N_("MIT and CC0; terms of sapnhap.bando.com.vn not stated"),
    "facts": N_("Official texts; terms not stated"),
}


def terms_of(name: str, *, synthetic: bool) -> tuple[Terms, ...]:
    """What is known of a collection's terms."""
    return (SYNTHETIC,) if synthetic and name != "admin-units" else TERMS[name]


def summary_of(name: str, *, synthetic: bool) -> str:
    """The same in a line."""
    return SYNTHETIC.licence if synthetic and name != "admin-units" else SUMMARIES[name]
