"""How a periodic report is worded: its tables in a reader's language, for the workbook. Pages take the same words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from api import attribution
from api.language import N_, Gettext, Language, gettext
from api.schemas.compared import wording_of_fact
from api.schemas.words import CODES, PROPERTIES, UNITS
from gis import wording
from gis.dates import LEGAL_ZONE
from gis.formats.tables import Column, Table, Value, write_tables

Row = dict[str, Any]
TITLE = N_("Periodic report on industrial zones")
GROUPS = {
    "all": N_("All zones"), "industrial_park": N_("Industrial parks"), "industrial_cluster": N_("Industrial clusters"),
    "economic_zone": N_("Economic zones"),
}  # fmt: skip
MEASURES = {
    "declared_area_ha": N_("Declared area"), "leasable_area_ha": N_("All land for lease"),
    "leased_area_ha": N_("Land leased"), "available_area_ha": N_("Free land"), "fill_rate_pct": N_("Fill rate"),
    "status": N_("Status"),
}  # fmt: skip
DEFINITIONS = {
    "nd35_2022": N_("by Decree 35/2022"), "nd29_2008": N_("by Decree 29/2008"),
    "not_stated": N_("definition not stated"),
}  # fmt: skip
WHY = {
    "missing": N_("not stated"), "later": N_("stated only of a later time"), "undated": N_("date not stated"),
    "reported_only": N_("only a reported rate, without areas"), "old": N_("older than the period"),
}  # fmt: skip
STATES = {
    "reached": N_("Reached"), "on_track": N_("On the way"), "behind": N_("Behind"), "missed": N_("Missed"),
    "not_assessable": N_("Not assessable"),
}  # fmt: skip
VERIFIED = N_("known from secondary texts, the decree itself was not read")
VERSION_WORDS = {"geometry": N_("Outline")}
PAGE_WORDS = {
    "groups": GROUPS, "measures": MEASURES, "definitions": DEFINITIONS, "why": WHY, "states": STATES,
    "version_words": VERSION_WORDS,
}  # fmt: skip


class Words:
    """Words and columns in a language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._: Gettext = gettext(language)
        self.unknown = self._(N_("Not stated"))

    def name(self, row: Mapping[str, Any], stem: str = "name") -> str | None:
        text = row.get(f"{stem}_{self.language}")
        return None if text is None else str(text)

    def code(self, code: str | None) -> str | None:
        return self._(CODES[code]) if code in CODES else code

    def of(self, words: Mapping[str, str], key: str) -> str:
        return self._(words.get(key) or PROPERTIES.get(key) or key)

    def unit(self, unit: str | None) -> str | None:
        return self._(UNITS.get(unit, unit)) if unit else None

    def date(self, text: str | None) -> str | None:
        return wording.edtf(text, self.language) if text else None

    def day(self, text: str | None) -> str | None:
        """The legal day of a moment."""
        return text and wording.day(datetime.fromisoformat(text).astimezone(LEGAL_ZONE).date(), self.language)

    def text(self, title: str, width: int = 20, *, asked: bool = False) -> Column:
        return Column(self._(title), "text", width, self.unknown if asked else "")

    def number(self, title: str, unit: str = "ha") -> Column:
        return Column(f"{self._(title)} ({unit})", "percent" if unit == "%" else "number", 14, self.unknown)

    def whole(self, title: str) -> Column:
        return Column(self._(title), "whole", 11)


def workbook(content: Row, issued: Row | None, language: Language, base: str, made_on: date) -> bytes:
    """The report as XLSX. An issued one is made from what was kept, and is the same to the byte whenever it is made."""
    said = Words(language)
    made_on = date.fromisoformat(content["made_on"]) if issued else made_on
    notice = said._(N_("Synthetic data – not the real register")) if content["synthetic"] else ""
    return write_tables(
        said._(TITLE), tables(content, language, base), about(content, issued, language, base),
        about_title=said._(N_("About")), language=language, made_on=made_on, notice=notice,
        footer=heading(content, issued, language),
    )  # fmt: skip


def heading(content: Row, issued: Row | None, language: Language) -> str:
    """Thành phố Cần Thơ, 2025-H1, report no. 3: what stands at the foot of each page."""
    _ = gettext(language)
    number = _(N_("report no. {number}")).format(number=issued["number"]) if issued else _(N_("not issued"))
    return f"{province_name(content, language)}, {period_name(content['period']['text'], language)}, {number}"


def province_name(content: Row, language: Language) -> str:
    province = content["province"]
    return str(province["name_en"] or province["full_name"] if language == "en" else province["full_name"])


def period_name(text: str, language: Language) -> str:
    """2025; 6 tháng đầu năm 2025; the first half of 2025."""
    _ = gettext(language)
    year, _dash, half = text.partition("-H")
    words = {"1": N_("first half of {year}"), "2": N_("second half of {year}"), "": N_("year {year}")}
    return _(words[half]).format(year=year)


def about(content: Row, issued: Row | None, language: Language, base: str) -> list[tuple[str, str]]:
    """What the file is: register, province, period, as-of, revision, number, documents."""
    _ = gettext(language)
    period = content["period"]
    days = f"{wording.edtf(period['start'], language)}–{wording.edtf(period['end'], language)}"
    lines = [
        (_(N_("Title")), _(TITLE)), (_(N_("Register")), base),
        (_(N_("Number")), str(issued["number"]) if issued else _(N_("not issued"))),
        (_(N_("Province")), province_name(content, language)),
        (_(N_("Period")), f"{period_name(period['text'], language)} ({days})"),
        (_(N_("As of")), wording.edtf(content["as_of"], language)), (_(N_("Revision")), str(content["revision"])),
        (_(N_("Put together")), wording.edtf(content["made_on"], language)),
        (_(N_("Attribution")), attribution.whole(_, synthetic=content["synthetic"])),
    ]  # fmt: skip
    if issued:
        lines[3:3] = [(_(N_("Issued by")), issued["issued_by"]), (_(N_("Issued on")), moment(issued, language)),
                      ("SHA-256", issued["sha256"])]  # fmt: skip
    if content["synthetic"]:
        lines.insert(0, (_(N_("Notice")), _(N_("Synthetic data – not the real register"))))
    if not content["is_over"]:
        lines.insert(0, (_(N_("Notice")), _(N_("The period is not over yet; this counts what is known so far."))))
    for one in content["definitions"]:
        places = [wording.article(one["article"], language)] if one["article"] else []
        law = ", ".join([wording.instrument(one["instrument"], language), *places])
        formula, title = one[f"formula_{language}"], DEFINITIONS[one["id"]]
        lines.append((_(title), f"{formula} ({law}; {_(VERIFIED)})"))
    return lines


def moment(issued: Row, language: Language) -> str:
    return wording.day(issued["issued_at"].astimezone(LEGAL_ZONE).date(), language)


def tables(content: Row, language: Language, base: str) -> list[Table]:
    said = Words(language)
    return [
        counts(content, said), areas(content, said), group_rates(content, said), zones(content, said),
        versions(content, said), changed_figures(content, said), facts(content, said), targets(content, said),
        cells(content, said, base), documents(content, said),
    ]  # fmt: skip


def statuses_of(content: Row) -> list[str | None]:
    """The statuses that there are, in the order in which a zone comes to them, those not stated last."""
    order = [*CODES]
    found = {one["status"] for one in content["counts"]}
    return sorted(found, key=lambda one: (one is None, order.index(one) if one in order else len(order)))


def counts(content: Row, said: Words) -> Table:
    statuses = statuses_of(content)
    columns = [said.text(N_("Kind")), *(said.whole(said.code(one) or said.unknown) for one in statuses),
               said.whole(N_("Together"))]  # fmt: skip
    rows = []
    for kind in dict.fromkeys(one["kind"] for one in content["counts"]):
        numbers = {one["status"]: one["zones"] for one in content["counts"] if one["kind"] == kind}
        rows.append([said.code(kind), *(numbers.get(one, 0) for one in statuses), sum(numbers.values())])
    sums = [sum(one["zones"] for one in content["counts"] if one["status"] == status) for status in statuses]
    rows.append([said._(N_("Together")), *sums, sum(sums)])
    return Table(said._(N_("Zones by status")), columns, rows)


def areas(content: Row, said: Words) -> Table:
    columns = [said.text(N_("Group"), 24), said.text(N_("Area"), 24), said.number(N_("Sum")), said.whole(N_("Zones")),
               said.whole(N_("Zones counted")), said.whole(N_("Zones left out"))]  # fmt: skip
    rows = [
        [said.of(GROUPS, one["group"]), said.of(MEASURES, one["measure"]), one["value"], one["zones"],
         one["zones_known"], one["zones_left_out"]] for one in content["areas"]
    ]  # fmt: skip
    return Table(said._(N_("Areas")), columns, rows, fixed=2)


def group_rates(content: Row, said: Words) -> Table:
    columns = [
        said.text(N_("Definition"), 24), said.text(N_("Group"), 24),
        Column(said._(N_("Fill rate")) + " (%)", "percent", 14, said._(N_("Not assessable"))),
        said.number(N_("Rate of the known part"), "%"), said.number(N_("Land leased")),
        said.number(N_("All land for lease")), said.whole(N_("Zones")), said.whole(N_("Known from areas")),
        said.whole(N_("Only reported")), said.whole(N_("Not known")), said.whole(N_("Without land for lease")),
        said.text(N_("As of"), asked=True), said.text(N_("Source"), asked=True),
    ]  # fmt: skip
    rows = [
        [said.of(DEFINITIONS, one["definition"]), said.of(GROUPS, one["group"]), one["value"], one["known_part_pct"],
         one["numerator_ha"], one["denominator_ha"], one["zones"], one["zones_known"], one["zones_reported_only"],
         one["zones_unknown"], one["zones_without_leasable_land"],
         "; ".join(said.date(day) or said.unknown for day in one["as_of"]) or None, "; ".join(one["sources"]) or None]
        for one in content["rates"]
    ]  # fmt: skip
    return Table(said._(N_("Fill rates of groups")), columns, rows, fixed=2)


def zones(content: Row, said: Words) -> Table:
    """Each zone, each figure with its date and document beside it."""
    columns = [said.text(N_("Zone"), 34), said.text(N_("Kind")), said.text(N_("Identifier")),
               *dated(said.text(N_("Status"), asked=True), said)]  # fmt: skip
    measures = [name for name in MEASURES if name not in ("fill_rate_pct", "status")]
    for name in measures:
        columns += dated(said.number(MEASURES[name]), said)
    definitions = [one["id"] for one in content["definitions"]]  # what is kept has members in no order
    for definition in definitions:
        title = f"{said._(N_('Fill rate'))} {said.of(DEFINITIONS, definition)} (%)"
        columns += [*dated(Column(title, "percent", 14, said.unknown), said), said.text(N_("Basis")),
                    said.text(N_("Definition"))]  # fmt: skip
    rows = []
    for one in content["zones"]:
        status = {**one["status"], "value": said.code(one["status"]["value"])}
        row: list[Value] = [said.name(one), said.code(one["kind"]), one["slug"], *of_figure(status, said)]
        for name in measures:
            row += of_figure(one[name], said)
        for rate in (one["rates"][definition] for definition in definitions):
            is_known = rate["value"] is not None
            row += [*of_figure(rate, said), said.code(rate["basis"]),
                    said.of(DEFINITIONS, rate["definition"]) if is_known else None]  # fmt: skip
        rows.append(row)
    return Table(said._(N_("Zones")), columns, rows)


def dated(column: Column, said: Words) -> list[Column]:
    return [column, said.text(N_("As of"), 12), said.whole(N_("Age in years")), said.text(N_("Source"), 10)]


def of_figure(figure: Row, said: Words) -> list[Value]:
    known = figure["value"] is not None
    return [figure["value"], (said.date(figure["as_of"]) or said._(WHY["undated"])) if known else None,
            figure["age_years"], figure["source"] if known else None]  # fmt: skip


def versions(content: Row, said: Words) -> Table:
    columns = [said.text(N_("Zone"), 34), said.whole(N_("Version")), said.text(N_("What happened"), 24),
               said.text(N_("What changed"), 44), said.text(N_("In force from"), asked=True),
               said.text(N_("Recorded"))]  # fmt: skip
    rows = [
        [said.name(one), one["version"], what_happened(one, said), what_changed(one, said),
         said.date(one["valid_from"]), said.day(one["recorded_at"])] for one in content["changes"]["versions"]
    ]  # fmt: skip
    return Table(said._(N_("Versions published")), columns, rows)


def what_happened(version: Row, said: Words) -> str:
    if version["action"] is None:
        return said._(N_("Loaded from the data files"))
    return f"{said.code('action.' + version['action'])}{': ' + version['reason'] if version['reason'] else ''}"


def what_changed(version: Row, said: Words) -> str:
    if version["changed"] is None:
        return said._(N_("everything: the first version"))
    return "; ".join(said.of(VERSION_WORDS, name) for name in version["changed"])


def changed_figures(content: Row, said: Words) -> Table:
    columns = [said.text(N_("Zone"), 34), said.text(N_("Figure"), 24),
               Column(said._(N_("At the end of the period before")), "number", 24, said.unknown),
               Column(said._(N_("At the end of this period")), "number", 24, said.unknown)]  # fmt: skip
    rows = []
    for one in content["changes"]["figures"]:
        before, after = (said.code(one[side]) if one["property"] == "status" else one[side]
                         for side in ("before", "after"))  # fmt: skip
        rows.append([said.name(one), said.of(MEASURES, one["property"]), before, after])
    return Table(said._(N_("Figures that changed")), columns, rows)


def facts(content: Row, said: Words) -> Table:
    columns = [said.text(N_("Fact"), 10), said.text(N_("Subject"), 34), said.text(N_("Indicator"), 34),
               said.text(N_("Class")), Column(said._(N_("Value")), "number", 18, ""), said.text(N_("Unit")),
               said.text(N_("In words"), 30), said.text(N_("As of"), asked=True), said.text(N_("For")),
               said.text(N_("Source"), 10), said.text(N_("Recorded"))]  # fmt: skip
    rows = [
        [one["id"], one["subject"], said.name(one, "indicator"), said.code(one["class"]), one["value"],
         said.unit(one["unit"]), wording_of_fact(one, said.language),
         said.date(one["as_of"]), said.date(one["period"]), one["source"], said.day(one["recorded_at"])]
        for one in content["changes"]["facts"]
    ]  # fmt: skip
    return Table(said._(N_("Facts recorded")), columns, rows)


def targets(content: Row, said: Words) -> Table:
    columns = [
        said.text(N_("Fact"), 10), said.text(N_("Subject"), 30), said.text(N_("Indicator"), 34),
        said.text(N_("What is demanded"), 24), Column(said._(N_("Demanded figure")), "number", 14, ""),
        Column(said._(N_("Upper end")), "number", 14, ""), said.text(N_("Unit")), said.text(N_("For")),
        said.text(N_("State")), said.text(N_("Why"), 60),
        Column(said._(N_("Latest value")), "number", 16, said.unknown), said.text(N_("As of"), asked=True),
        said.text(N_("Source of the value"), 12), said.text(N_("Source"), 10),
    ]  # fmt: skip
    rows = []
    for one in content["targets"]:
        seen = one.get("observation") or {}
        rows.append([
            one["id"], one["subject"], said.name(one, "indicator"), demanded(one, said.language), one["value"],
            one["value_max"], said.unit(one["unit"]), said.date(one["period"]), said.of(STATES, one["state"]),
            said.name(one, "reason"), seen.get("value"),
            said.date(seen.get("as_of")), seen.get("source"), one["source"],
        ])  # fmt: skip
    return Table(said._(N_("Targets")), columns, rows)


def demanded(target: Row, language: Language) -> str:
    """What a target demands: at least 70%, or the milestone."""
    if target.get("value") is None:
        return str(target.get(f"milestone_{language}") or target.get("milestone") or "")
    return wording_of_fact({**target, "value_text": None}, language)


def cells(content: Row, said: Words, base: str) -> Table:
    columns = [said.text(N_("Zone"), 34), said.text(N_("Cell"), 24), said.text(N_("Why"), 34),
               Column(said._(N_("Value so far")), "number", 16, ""), said.text(N_("As of")),
               said.whole(N_("Age in years")), Column(said._(N_("Where it is filled in")), "link", 60)]  # fmt: skip
    rows = [
        [said.name(one), said.of(MEASURES, one["property"]), said.of(WHY, one["why"]),
         said.code(one["value"]) if isinstance(one["value"], str) else one["value"], said.date(one["as_of"]),
         one["age_years"], base + one["desk"]] for one in content["cells"]
    ]  # fmt: skip
    return Table(said._(N_("Cells to fill")), columns, rows)


def documents(content: Row, said: Words) -> Table:
    columns = [said.text(N_("Source"), 10), said.text(N_("Kind"), 24), said.text(N_("Number")),
               said.text(N_("Title"), 70), said.text(N_("Date"), asked=True)]  # fmt: skip
    rows: Sequence[Sequence[Value]] = [
        [one["id"], said.name(one, "kind"), one["number"], one["title"], said.date(one["issued_on"])]
        for one in content["sources"]
    ]
    return Table(said._(N_("Documents")), columns, rows)


def wanting(content: Row) -> list[Row]:
    """The cells to fill by zone: each zone once, with its cells."""
    found: dict[str, Row] = {}
    for one in content["cells"]:
        zone = found.setdefault(one["zone"], {**{n: one[n] for n in ("zone", "name_vi", "name_en")}, "cells": []})
        zone["cells"].append(one)
    return list(found.values())


def states_of(content: Row) -> list[tuple[str, int]]:
    """How many targets are in each state, in the order of the states."""
    return [(state, number) for state in STATES if (number := sum(t["state"] == state for t in content["targets"]))]


def for_page(content: Row, language: Language) -> Row:
    """What the page needs beside the content: words, groups, and the order of columns."""
    said = Words(language)
    return {
        "report": content, "said": said, "statuses": statuses_of(content), "wanting": wanting(content),
        "states_of": states_of(content), "demanded": lambda one: demanded(one, language),
        "happened": lambda one: what_happened(one, said), "changed": lambda one: what_changed(one, said),
        "province_name": province_name(content, language),
        "period_name": period_name(content["period"]["text"], language),
        "before_name": period_name(content["period"]["before"], language), "words": PAGE_WORDS, "verified": VERIFIED,
    }  # fmt: skip
