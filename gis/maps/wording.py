"""Figures, dates and words of a map in the page's language, by the rules of the register.

English is the language of the message ids; the caller's gettext gives the other one. Unknown is always said.
"""

from collections.abc import Callable

from gis import wording

LANGUAGES = ("vi", "en")
LANGUAGE_NAMES = {
    "industrial_park": {"vi": "Khu công nghiệp", "en": "Industrial parks"},
    "industrial_cluster": {"vi": "Cụm công nghiệp", "en": "Industrial clusters"},
    "economic_zone": {"vi": "Khu kinh tế", "en": "Economic zones"},
    "province": {"vi": "Tỉnh, thành phố", "en": "Provinces"},
    "district": {"vi": "Huyện cũ", "en": "Former districts"},
}
"""What can be switched on and off, in both languages: a layer bears its name in the other one too."""


class Wording:
    """Says values in one language: ``vi`` or ``en``; ``gettext`` turns English message ids into it."""

    def __init__(self, language: str, gettext: Callable[[str], str]) -> None:
        """Take the page's language and its gettext; ValueError for a language without rules here."""
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
        self.language = language
        self.other_language = "en" if language == "vi" else "vi"
        self.gettext = gettext

    @property
    def unknown(self) -> str:
        """What stands where no document says anything."""
        _ = self.gettext
        return _("Not stated")

    @property
    def in_operation(self) -> str:
        """Which zones a target binds that is demanded only of those already operating."""
        _ = self.gettext
        return _("zones in operation")

    def number(self, value: float) -> str:
        """Return a figure with at most one decimal: 1.106,5 or 1,106.5."""
        return wording.number(value, self.language)

    def rate(self, percent: float) -> str:
        """Return a fill rate in percent with exactly one decimal: 96,5% or 96.5%."""
        return wording.percent(percent, self.language)

    def percent(self, percent: float) -> str:
        """Return a demanded or round percentage, with a decimal only where it has one: 70%."""
        return self.number(percent) + "%"

    def area(self, hectares: float | None, basis: str | None) -> str:
        """Return a declared area in hectares; a derived one says so."""
        _ = self.gettext
        if hectares is None:
            return self.unknown
        words, derived = f"{self.number(hectares)} ha", _("derived")
        return f"{words} ({derived})" if basis == "derived" else words

    def distance(self, metres: float) -> str:
        """Return a distance in metres, from 1 km on in kilometres."""
        return wording.distance(metres, self.language)

    def date(self, edtf: str) -> str:
        """Return an EDTF date in its own precision: 2020, 06/2021 or Jun 2021, 29/06/2021, 2021–2025."""
        return wording.edtf(edtf, self.language)

    def as_of(self, edtf: str | None) -> str:
        """Return when a value held: "as of 2020", or that no date is stated."""
        _ = self.gettext
        if not edtf:
            return _("date not stated")
        if edtf.isdecimal():
            return _("as of %(year)s") % {"year": edtf}
        return _("as of %(date)s") % {"date": self.date(edtf)}

    def kind(self, kind: str) -> str:
        """Return what a zone of this kind is called."""
        _ = self.gettext
        return {
            "industrial_park": _("Industrial park"),
            "industrial_cluster": _("Industrial cluster"),
            "economic_zone": _("Economic zone"),
        }[kind]

    def layer(self, key: str) -> str:
        """Return the name of a layer (a kind of zones or a level of units) in the page's language."""
        _ = self.gettext
        return {
            "industrial_park": _("Industrial parks"),
            "industrial_cluster": _("Industrial clusters"),
            "economic_zone": _("Economic zones"),
            "province": _("Provinces"),
            "district": _("Former districts"),
        }[key]

    def status(self, status: str | None) -> str:
        """Return the furthest step a zone is documented to have reached."""
        _ = self.gettext
        if status is None:
            return self.unknown
        return {
            "proposed": _("Proposed"),
            "planned": _("Planned"),
            "investment_policy_granted": _("Investment policy granted"),
            "established": _("Established"),
            "site_clearance_in_progress": _("Site clearance in progress"),
            "site_clearance_done": _("Site clearance done"),
            "under_construction": _("Under construction"),
            "operating": _("Operating"),
            "withdrawn": _("Withdrawn"),
        }.get(status, status)

    def basis(self, basis: str | None) -> str:
        """Return what a fill rate was worked out from."""
        _ = self.gettext
        if basis is None:
            return _("basis not stated")
        return {
            "lots": _("from the lots"),
            "areas": _("from leased and leasable areas"),
            "reported": _("as reported"),
        }.get(basis, basis)

    def quality(self, quality: str) -> str:
        """Return how sure an outline is, beside the word outline."""
        _ = self.gettext
        return {
            "surveyed": _("Surveyed"),
            "digitised": _("Digitised"),
            "indicative": _("Indicative"),
        }.get(quality, quality)

    def outline(self, quality: str) -> str:
        """Return how sure an outline is, on its own."""
        _ = self.gettext
        return {
            "surveyed": _("Surveyed outline"),
            "digitised": _("Digitised outline"),
            "indicative": _("Indicative outline"),
        }[quality]

    def target(self, percent: float, comparator: str | None, year: int | None) -> str:
        """Return what a province resolved: "over 65% by 2025"."""
        _ = self.gettext
        figure = self.percent(percent)
        if comparator == "gt":
            figure = _("over %(figure)s") % {"figure": figure}
        elif comparator == "gte":
            figure = _("at least %(figure)s") % {"figure": figure}
        return _("%(figure)s by %(year)s") % {"figure": figure, "year": year} if year else figure

    def against(self, rate: float, target: float) -> str:
        """Return how far a fill rate stands from a target, in percentage points."""
        _ = self.gettext
        points = round(rate - target, 1)
        if points == 0:
            return _("at the target")
        figure = {"points": self.number(abs(points))}
        if points > 0:
            return _("%(points)s percentage points above the target") % figure
        return _("%(points)s percentage points below the target") % figure
