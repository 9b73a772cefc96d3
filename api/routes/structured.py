"""A zone in words for programs and mail: schema.org, the description of its page, a summary to be copied."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from api.language import Gettext, Language
from api.schemas import words
from gis import wording

Row = dict[str, Any]
UNITS = {"ha": "HAR", "%": "P1"}  # UN/CEFACT, as schema.org wants them


@dataclass(frozen=True)
class Texts:
    """The reader's language and its texts."""

    gettext: Gettext
    language: Language

    def name(self, zone: Row) -> str:
        name: str = zone["name_vi"] if self.language == "vi" else zone["name_en"]
        return name

    def code(self, code: str | None) -> str:
        return self.gettext(words.CODES[code]) if code else self.gettext("Not stated")

    def area(self, value: float | None) -> str:
        return self.gettext("Not stated") if value is None else f"{wording.number(value, self.language)} ha"

    def rate(self, zone: Row) -> str:
        """A fill rate with its date."""
        _ = self.gettext
        if zone["fill_rate_pct"] is None:
            return _("Not stated")
        figure = wording.percent(zone["fill_rate_pct"], self.language)
        dated = wording.edtf(zone["fill_rate_as_of"], self.language) if zone["fill_rate_as_of"] else None
        return f"{figure} ({dated or _('date not stated')})"


def description(zone: Row, texts: Texts) -> str:
    """One sentence on a zone: what it is, where, how large, how full."""
    _ = texts.gettext
    return _(
        "%(kind)s, %(place)s. Status: %(status)s. Declared area: %(area)s. Fill rate: %(rate)s. Each figure with its "
        "source and date."
    ) % {
        "kind": texts.code(zone["kind"]), "place": zone["province"] or _("place not stated"),
        "status": texts.code(zone["status"]), "area": texts.area(zone["declared_area_ha"]), "rate": texts.rate(zone),
    }  # fmt: skip


def question(zone: Row, texts: Texts, address: str, today: date) -> str:
    """What somebody needs who is asked about the zone, as plain text."""
    _ = texts.gettext
    outline = texts.code(zone["boundary_quality"])
    lines = [
        _("Question about: %(zone)s (%(id)s)") % {"zone": texts.name(zone), "id": zone["slug"]},
        f"{texts.code(zone['kind'])}, {zone['commune'] or ''}{', ' if zone['commune'] else ''}"
        f"{zone['province'] or _('place not stated')}",
        _("Status: %(value)s") % {"value": texts.code(zone["status"])},
        _("Declared area: %(value)s") % {"value": texts.area(zone["declared_area_ha"])},
        _("Fill rate: %(value)s") % {"value": texts.rate(zone)},
        _("Free land: %(value)s") % {"value": texts.area(zone["available_area_ha"])},
        _("Outline: %(value)s") % {"value": outline},
        _("From the register of industrial zones, version %(number)s, read on %(day)s:")
        % {"number": zone["version"], "day": wording.day(today, texts.language)},
        address,
    ]
    return "\n".join(lines)


def place(zone: Row, sheet: Row, texts: Texts, address: str, base: str, picture: str) -> Row:
    """The zone as a schema.org Place, with what is known of it and nothing else."""
    _, version = texts.gettext, sheet["version"]
    names = [zone["name_en"] if texts.language == "vi" else zone["name_vi"], *version["aliases"]]
    values = [
        ("status", _("Status"), texts.code(zone["status"]) if zone["status"] else None, "", zone["status_as_of"]),
        ("declared_area_ha", _("Declared area"), zone["declared_area_ha"], "ha", as_of(sheet, "declared_area_ha")),
        ("fill_rate_pct", _("Fill rate"), zone["fill_rate_pct"], "%", zone["fill_rate_as_of"]),
        ("available_area_ha", _("Free land"), zone["available_area_ha"], "ha", None),
        ("measured_area_ha", _("Measured area"), zone["measured_area_ha"], "ha", None),
    ]
    document: Row = {
        "@context": "https://schema.org", "@type": "Place", "@id": address, "url": address,
        "identifier": zone["slug"], "name": texts.name(zone), "alternateName": names, "image": picture,
        "additionalType": texts.code(zone["kind"]), "hasMap": f"{base}/map?zone={zone['slug']}",
        "geo": {"@type": "GeoCoordinates", "latitude": version["lat"], "longitude": version["lon"]},
        "additionalProperty": [
            {"@type": "PropertyValue", "propertyID": code, "name": name, "value": value,
             **({"unitCode": UNITS[unit], "unitText": unit} if unit else {}),
             **({"description": _("as of %(date)s") % {"date": wording.edtf(dated, texts.language)}} if dated else {})}
            for code, name, value, unit, dated in values if value is not None
        ],
    }  # fmt: skip
    document["additionalProperty"].append({
        "@type": "PropertyValue", "propertyID": "location_accuracy_m", "name": _("Accuracy of the point"),
        "value": version["location_accuracy_m"], "unitCode": "MTR", "unitText": "m",
    })  # fmt: skip
    if zone["province"]:
        document["containedInPlace"] = {"@type": "AdministrativeArea", "name": zone["province"]}
    return document


def as_of(sheet: Row, name: str) -> str | None:
    entry = sheet["entries"].get(name)
    dated: str | None = entry["as_of"] if entry else None
    return dated
