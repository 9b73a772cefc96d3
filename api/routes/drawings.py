"""The drawings of a fact sheet in the reader's language: the map, the fill rate over time, the picture to be shared."""

import json
from datetime import date
from functools import cache
from typing import Any

from markupsafe import Markup

from api.language import N_, Language, gettext
from api.schemas import words
from api.schemas.compared import wording_of_fact
from api.settings import ROOT
from api.workflows.sheets import applying, observations, steps
from gis import wording
from gis.charts import Lot, Other, Picture, Trajectory, Unit, ZoneMap, draw_map, draw_picture, draw_trajectory
from gis.charts.lettering import Piece, Typeface
from gis.charts.picture import Figure

Row = dict[str, Any]
INTER = ROOT / "node_modules" / "@fontsource-variable" / "inter"
SUBSETS = ("latin", "vietnamese", "latin-ext", "greek", "cyrillic")
DIRECTIONS = (
    N_("to the north"), N_("to the north-east"), N_("to the east"), N_("to the south-east"), N_("to the south"),
    N_("to the south-west"), N_("to the west"), N_("to the north-west"),
)  # fmt: skip


def direction(bearing: float) -> str:
    """The one of eight directions nearest to a bearing in degrees from north."""
    return DIRECTIONS[round(bearing / 45) % 8]


def name_of(zone: Row, language: Language) -> str:
    name: str = zone["name_vi"] if language == "vi" else zone["name_en"]
    return name


def map_of(zone: Row, sheet: Row, language: Language) -> Markup:
    _ = gettext(language)
    version, frame = sheet["version"], sheet["frame"]
    others = [
        Other(name_of(one, language), one["kind"], one["lon"], one["lat"], one["shape"]) for one in sheet["others"]
    ]
    drawn = ZoneMap(
        name=name_of(zone, language), kind=zone["kind"], lon=version["lon"], lat=version["lat"],
        accuracy_m=version["location_accuracy_m"], outline=sheet["shape"], quality=version["boundary_quality"],
        middle=(frame["lon"], frame["lat"]), reach_m=frame["reach_m"], is_proposed=zone["status"] == "proposed",
        units=[Unit(one["level"], one["name"], one["shape"], one["lon"], one["lat"]) for one in sheet["units"]],
        others=others, lots=[Lot(one["status"], one["shape"]) for one in sheet["lot_shapes"]],
    )  # fmt: skip
    quality = version["boundary_quality"]
    sure = _(words.CODES[quality]) if quality else _("no outline is known")
    distance = wording.distance(version["location_accuracy_m"], language)
    told = _("%(outline)s; its point is known to within %(distance)s.") % {"outline": sure, "distance": distance}
    return draw_map(drawn, language, _, told)


def chart_of(zone: Row, sheet: Row, language: Language, today: date) -> Markup | None:
    """The fill rate over time, None where neither a rate nor a target that applies to the zone has a date."""
    _ = gettext(language)
    told = [
        f"{rate_text(one, language)} ({wording.edtf(one['as_of'], language) if one['as_of'] else _('date not stated')})"
        for one in sheet["rates"]
    ]
    due = applying(sheet["targets"], zone["status"])
    said = "; ".join(told) or _("Not stated")
    demanded = "; ".join(f"{wording_of_fact(one, language)} ({wording.edtf(one['period'] or '', language)})"
                         for one in due) or _("Not stated")  # fmt: skip
    chart = Trajectory(
        title=_("Fill rate of %(zone)s over time") % {"zone": name_of(zone, language)},
        description=_("Known rates: %(rates)s. Targets: %(targets)s.") % {"rates": said, "targets": demanded},
        observations=observations(sheet["rates"]), targets=steps(due), today=today,
    )  # fmt: skip
    return draw_trajectory(chart, language, _)


def rate_text(one: Row, language: Language) -> str:
    """A rate as it is said: 96,5%, over 60%."""
    return wording_of_fact({**one, "unit": "%"}, language) if one["basis"] == "reported" else wording.percent(
        one["value"], language
    )  # fmt: skip


def picture_of(zone: Row, sheet: Row, locator: Row, language: Language, *, synthetic: bool) -> bytes:
    """The PNG that stands for the zone where its address is shared."""
    _ = gettext(language)
    code, kind = zone["status"], words.CODES[zone["kind"]]
    status = _(words.CODES[code]) if code else _("Status: not stated")
    former = ", ".join(one for one in (zone["historic_district"], zone["historic_province"]) if one)
    places = [one for one in (zone["commune"], zone["province"]) if one] or [_("Not stated")]
    bounds = locator["bounds"]
    picture = Picture(
        register=_("Register of industrial zones"), kind=f"{_(kind)} · {status}",
        name=name_of(zone, language), place=", ".join(places) + (f" ({_('formerly')} {former})" if former else ""),
        figures=key_figures(zone, sheet, language), lon=sheet["version"]["lon"], lat=sheet["version"]["lat"],
        provinces=locator["provinces"], bounds=tuple(bounds) if bounds else None,
        band=_("Synthetic data – not the real register") if synthetic else "",
    )  # fmt: skip
    return draw_picture(picture, typeface())


def key_figures(zone: Row, sheet: Row, language: Language) -> list[Figure]:
    """Declared area, fill rate and free land, each with since when, or that nobody states it."""
    _ = gettext(language)
    entries, land = sheet["entries"], sheet["land"]
    area = entries.get("declared_area_ha")
    figures = [
        (_("Declared area"), zone["declared_area_ha"], wording.number, " ha", area["as_of"] if area else None,
         _("derived, not stated") if zone["declared_area_basis"] == "derived" else ""),
        (_("Fill rate"), zone["fill_rate_pct"], wording.percent, "", zone["fill_rate_as_of"], ""),
        (_("Free land"), zone["available_area_ha"], wording.number, " ha", land["as_of"] if land else None, ""),
    ]  # fmt: skip
    made = []
    for label, value, write, unit, as_of, remark in figures:
        if value is None:
            made.append(Figure(label, _("Not stated"), "", is_known=False))
            continue
        dated = _("as of %(date)s") % {"date": wording.edtf(as_of, language)} if as_of else _("date not stated")
        made.append(Figure(label, write(value, language) + unit, f"{dated}; {remark}" if remark else dated))
    return made


def typeface() -> Typeface:
    """Inter, from the pieces that pages are served too. One for each picture: it is not made for several threads."""
    return Typeface(pieces())


@cache
def pieces() -> tuple[Piece, ...]:
    ranges = json.loads((INTER / "unicode.json").read_text(encoding="utf-8"))
    return tuple(
        Piece((INTER / "files" / f"inter-{one}-wght-normal.woff2").read_bytes(), ranges[one]) for one in SUBSETS
    )
