"""How a record of each data file becomes rows of the model; what earlier files held is in `Known`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from api.workflows.data_files import (
    Record,
    Refused,
    Row,
    boolean,
    dated,
    day,
    flag,
    multipolygon,
    needed,
    number,
    one_of,
    point,
    texts,
    whole,
)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PHONE = re.compile(r"\+?[0-9(][0-9 .()-]{4,30}")
EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+")
Pairs = Iterator[tuple[str, Row]]
COMPARATORS = ("eq", "approx", "gt", "gte", "range")
PLACE_KINDS = ("city", "airport", "port", "border_gate", "railway_station", "junction")


@dataclass
class Known:
    """Keys that later files refer to."""

    kinds: dict[str, str] = field(default_factory=dict)  # type of document -> kind
    sources: set[str] = field(default_factory=set)
    indicators: dict[str, tuple[str, str]] = field(default_factory=dict)  # -> class, unit
    values: set[tuple[str, str]] = field(default_factory=set)
    steps: dict[str, str] = field(default_factory=dict)  # wording -> step
    units: set[str] = field(default_factory=set)
    provinces: dict[tuple[str, str], str] = field(default_factory=dict)  # (vn34 or vn63, full or short name) -> uid
    zones: set[str] = field(default_factory=set)
    scopes: dict[str, str] = field(default_factory=dict)  # target's fact -> which zones it is demanded of
    facts: dict[str, str] = field(default_factory=dict)  # -> zone or ''
    targets: set[str] = field(default_factory=set)  # the facts that are targets

    def source_kind(self, record: Record) -> Pairs:
        if record["document_type"]:
            self.kinds[record["document_type"]] = record["kind"]
        yield "source_kinds", {
            "kind": needed(record, "kind"), "rank": whole(record, "rank"),
            "label_vi": needed(record, "label_vi"), "label_en": needed(record, "label_en"),
        }  # fmt: skip

    def document(self, record: Record) -> Pairs:
        self.sources.add(needed(record, "document_id"))
        yield "sources", {
            "id": record["document_id"], "kind": self.kinds[one_of(record, "doc_type", self.kinds)],
            "title": needed(record, "title"), "number": record["number"] or None,
            "issuer": record["issuer"] or None, "province": record["province"] or None,
            "issued_on": day(record, "issued_on"), "issued_on_basis": record["issued_on_basis"] or None,
            "latest_date_cited": day(record, "latest_date_cited"), "text_quality": record["text_quality"] or None,
            "url": None, "published": None,
        }  # fmt: skip

    def web_page(self, record: Record) -> Pairs:
        self.sources.add(needed(record, "evidence_id"))
        host = urlsplit(needed(record, "url")).hostname
        if not host:
            raise Refused("url", record["url"], "this is not the address of a page")
        yield "sources", {
            "id": record["evidence_id"], "kind": "web_page", "title": host, "number": None, "issuer": None,
            "province": None, "issued_on": None, "issued_on_basis": None, "latest_date_cited": None,
            "text_quality": None, "url": record["url"],
            "published": dated(record, "published", "published")["published"],
        }  # fmt: skip

    def evidence(self, record: Record) -> Pairs:
        yield "evidence", {
            "id": record["evidence_id"], "source": record["evidence_id"],
            "zone": one_of(record, "zone_slug", self.zones) if record["zone_slug"] else None,
            "claim_type": needed(record, "claim_type"),
            "quote": needed(record, "quote"), "note": record["note"] or None,
        }  # fmt: skip
        area_ha = number(record, "area_ha")
        if area_ha is not None and (area_ha <= 0 or not record["zone_slug"]):
            raise Refused("area_ha", record["area_ha"], "this must be the hectares of one zone, more than 0")
        yield "evidence_areas", {"evidence": record["evidence_id"], "area_ha": area_ha}

    def indicator(self, record: Record) -> Pairs:
        self.indicators[needed(record, "indicator")] = (record["class"], record["unit"])
        yield "indicators", {
            "indicator": record["indicator"],
            "class": one_of(record, "class", ("observation", "target", "milestone", "obligation", "statement")),
            "unit": record["unit"], "minimum": number(record, "minimum"), "maximum": number(record, "maximum"),
            **{name: needed(record, name) for name in ("label_vi", "label_en", "definition_vi", "definition_en")},
        }  # fmt: skip

    def value(self, record: Record) -> Pairs:
        self.values.add((one_of(record, "indicator", self.indicators), record["value"]))
        yield "indicator_values", {n: needed(record, n) for n in ("indicator", "value", "label_vi", "label_en")}

    def step(self, record: Record) -> Pairs:
        for wording in filter(None, record["wordings"].split("; ")):
            self.steps[wording] = record["step"]
        yield "milestone_steps", {
            "step": needed(record, "step"), "rank": whole(record, "rank"),
            "status": needed(record, "status"), "label_vi": needed(record, "label_vi"),
            "label_en": needed(record, "label_en"),
        }  # fmt: skip

    def unit(self, record: Record) -> Pairs:
        uid = needed(record, "uid")
        system = uid.partition(":")[0]
        self.units.add(uid)
        if record["level"] == "province":
            self.provinces[system, record["full_name"]] = self.provinces[system, record["name"]] = uid
        parent = record["parent_code"]
        yield "admin_units", {
            "uid": uid, "code": needed(record, "code"), "name": needed(record, "name"),
            "full_name": needed(record, "full_name"), "name_en": record["name_en"], "level": record["level"],
            "kind": record["kind"], "parent_uid": f"{system}:{parent}" if parent else None,
            "valid_from": day(record, "valid_from"), "valid_to": day(record, "valid_to"),
            "area_km2_published": number({"area_km2_published": None, **record}, "area_km2_published"),
            "predecessors": record.get("predecessors"), "geometry_basis": record["geometry_basis"],
            "source": needed(record, "source"), "licence": record["licence"], "geom": multipolygon(record),
        }  # fmt: skip

    def former_unit(self, record: Record) -> Pairs:
        """A former unit that no file draws: its name and code are known from the succession alone."""
        uid = needed(record, "historic_uid")
        if uid in self.units:
            return
        self.units.add(uid)
        full_name = needed(record, "historic_name")
        name = bare_name(full_name)
        if record["historic_level"] == "province":
            self.provinces["vn63", full_name] = self.provinces["vn63", name] = uid
        parent, first_day_after = record["historic_parent_code"], day(record, "effective_on")
        last_day = first_day_after - timedelta(days=1) if first_day_after else None
        yield "admin_units", {
            "uid": uid, "code": needed(record, "historic_code"), "name": name, "full_name": full_name, "name_en": None,
            "level": record["historic_level"], "kind": None, "parent_uid": f"vn63:{parent}" if parent else None,
            "valid_from": None, "valid_to": last_day, "area_km2_published": None,
            "predecessors": None, "geometry_basis": None, "source": needed(record, "source"), "licence": None,
            "geom": None,
        }  # fmt: skip

    def succession(self, record: Record) -> Pairs:
        yield "admin_succession", {
            "historic_uid": one_of(record, "historic_uid", self.units),
            "current_uid": one_of(record, "current_uid", self.units),
            "relation": needed(record, "relation"), "basis": needed(record, "basis"),
            "share_of_historic_area": number(record, "share_of_historic_area"),
            "share_of_current_area": number(record, "share_of_current_area"),
            "effective_on": day(record, "effective_on"), "source": needed(record, "source"),
            "note": record["note"] or None,
        }  # fmt: skip

    def zone(self, record: Record) -> Pairs:
        self.zones.add(needed(record, "slug"))
        for source in texts(record, "sources"):
            one_of({"sources": source}, "sources", self.sources)
        yield "zone_versions", {
            "slug": record["slug"], "name_vi": needed(record, "name_vi"), "name_en": needed(record, "name_en"),
            "kind": one_of(record, "kind", ("industrial_park", "industrial_cluster", "economic_zone")),
            "aliases": texts(record, "aliases"), "province_uid": self.province(record, "province", "vn34"),
            "communes": texts(record, "communes"), "commune_candidate": record["commune_candidate"],
            "historic_province_uid": self.province(record, "historic_province", "vn63"),
            "historic_district": record["historic_district"],
            "location": point(number(record, "lon"), number(record, "lat")),
            "location_accuracy_m": number(record, "positional_accuracy_m"),
            "location_basis": needed(record, "location_basis"),
            "location_evidence": needed(record, "location_evidence"),
            "declared_area_ha": number(record, "declared_area_ha"),
            "declared_area_basis": record["declared_area_basis"], "declared_area_note": record["declared_area_note"],
            "declared_area_inputs": texts(record, "declared_area_inputs"), "boundary": multipolygon(record),
            "boundary_quality": record["boundary_quality"],
            "boundary_accuracy_m": number(record, "boundary_accuracy_m"),
            "status_detail": record["status_detail"], "doubts": record["doubts"], "sources": record["sources"],
        }  # fmt: skip

    def province(self, record: Record, name: str, system: str) -> str | None:
        value = record[name]
        if value in ("", None):
            return None
        known = {text for where, text in self.provinces if where == system}
        return self.provinces[system, one_of({name: value}, name, known)]

    def target_scope(self, record: Record) -> Pairs:
        """Which zones of its subject a target is demanded of: all, unless its words say only those in operation."""
        self.scopes[needed(record, "fact_id")] = one_of(record, "applies_to", ("all", "operating"))
        yield from ()

    def scoped_target(self, record: Record) -> Pairs:
        one_of(record, "fact_id", self.targets)
        yield from ()

    def fact(self, record: Record) -> Pairs:
        """One fact and its row in the table of its class; a state of a zone also becomes a milestone."""
        fact_id = needed(record, "fact_id")
        if fact_id in self.facts:
            raise Refused("fact_id", fact_id, "this id stands in the file twice")
        self.facts[fact_id] = record["zone_slug"]
        indicator = one_of(record, "indicator", self.indicators)
        is_target, textual = flag(record, "is_target"), record["comparator"] == "text"
        fact_class, unit = classify(indicator, *self.indicators[indicator], is_target, textual)
        if fact_class == "target":
            self.targets.add(fact_id)
        if record["unit"] != unit:
            raise Refused("unit", record["unit"], f"the unit of {indicator} is “{unit}”")
        zone = record["zone_slug"] and one_of(record, "zone_slug", self.zones)
        when = dated(record, "as_of", "when")
        is_period = is_target or (textual and "/" in (when["when"] or ""))
        yield "facts", {
            "id": fact_id, "class": fact_class, "indicator": indicator, "subject_kind": needed(record, "subject_kind"),
            "subject": needed(record, "subject"), "zone": zone or None,
            "unit_uid": self.province(record, "province", "vn63"), "is_target": is_target,
            **renamed(when, "as_of", empty=is_period), **renamed(when, "period", empty=not is_period),
            "source": one_of(record, "document_id", self.sources), "place": needed(record, "page_or_section"),
            "quote": needed(record, "quote"), "quote_match": needed(record, "quote_match"),
            "note": record["note"] or None,
        }  # fmt: skip
        word = needed(record, "value")
        if textual and (indicator, word) not in self.values:
            raise Refused("value", word, f"this value of {indicator} is not in values.csv")
        yield self.detail(record, fact_id, fact_class, word, textual)

    def detail(self, record: Record, fact_id: str, fact_class: str, word: str, textual: bool) -> tuple[str, Row]:
        """The row of a fact in the table of its class."""
        head: Row = {"fact_id": fact_id, "class": fact_class}
        numbers: Row = {"comparator": None, "value": None, "value_max": None}
        if not textual:
            comparator, value_max = one_of(record, "comparator", COMPARATORS), number(record, "value_max")
            if (comparator == "range") != (value_max is not None):
                raise Refused("value_max", record["value_max"], "a range has a maximum, and nothing else has one")
            numbers = {"comparator": comparator, "value": number(record, "value"), "value_max": value_max}
        match fact_class:
            case "observation":
                return "observations", {**head, **numbers}
            case "target":
                return "targets", {**head, **numbers, "milestone": word if textual else None,
                                   "applies_to": self.scopes.get(fact_id, "all")}  # fmt: skip
            case "obligation":
                return "obligations", {**head, "requirement": word}
            case "milestone":
                step = self.steps[one_of({"value": word}, "value", self.steps)]
                return "milestones", {
                    "fact_id": fact_id, "zone": one_of(record, "zone_slug", self.zones), "step": step, "wording": word,
                    **dated(record, "as_of", "as_of"), "basis": "stated", "note": record["note"] or None,
                }  # fmt: skip
            case _:
                return "statements", {**head, "content": word}

    def implied_milestone(self, record: Record) -> Pairs:
        fact_id = one_of(record, "fact_id", self.facts)
        if self.facts[fact_id] != record["zone_slug"]:
            raise Refused("zone_slug", record["zone_slug"], f"the fact {fact_id} is about {self.facts[fact_id]}")
        yield "milestones", {
            "fact_id": fact_id, "zone": one_of(record, "zone_slug", self.zones),
            "step": one_of(record, "step", set(self.steps.values())), "wording": needed(record, "step"),
            **dated(record, "as_of", "as_of"), "basis": "implied", "note": needed(record, "note"),
        }  # fmt: skip

    def phase(self, record: Record) -> Pairs:
        yield "phases", {
            "zone": one_of(record, "zone_slug", self.zones), "code": needed(record, "code"),
            "name_vi": needed(record, "name_vi"), "name_en": needed(record, "name_en"),
            "in_force": boolean(record, "in_force"), "is_expansion": flag(record, "is_expansion"),
            "area_ha": number(record, "area_ha"), "fact_id": one_of(record, "fact_id", self.facts),
        }  # fmt: skip

    def place(self, record: Record) -> Pairs:
        """A place that distances are measured from. Its point must say how far off it may be, and where it is from."""
        identifier = needed(record, "id")
        if not SLUG.fullmatch(identifier):
            raise Refused("id", identifier, "only letters a to z, digits and single hyphens between them are allowed")
        if (number(record, "accuracy_m") or 0) <= 0:
            raise Refused("accuracy_m", record["accuracy_m"], "this must be metres, more than 0")
        yield "places", {
            "id": identifier, "kind": one_of(record, "kind", PLACE_KINDS), "name_vi": needed(record, "name_vi"),
            "name_en": needed(record, "name_en"), "location": point(number(record, "lon"), number(record, "lat")),
            "accuracy_m": number(record, "accuracy_m"), "source": needed(record, "source"),
            "source_licence": needed(record, "source_licence"), "note": record["note"] or None,
        }  # fmt: skip

    def contact(self, record: Record) -> Pairs:
        """Whom to ask about a zone, or about the zones of a province of today, as a document names them."""
        provinces = {uid for (system, _), uid in self.provinces.items() if system == "vn34"}
        subject = one_of(record, "subject", self.zones | provinces)
        ways = {name: record[name] or None for name in ("phone", "email", "address")}
        for name, form, example in (("phone", PHONE, "0299 3821 234"), ("email", EMAIL, "office@example.vn")):
            if record[name] and not form.fullmatch(record[name]):
                raise Refused(name, record[name], f"this must be written like {example}")
        if not any(ways.values()):
            raise Refused("phone, email, address", "", "one of them must be given")
        yield "contacts", {
            "subject": subject, "zone": subject if subject in self.zones else None,
            "province_uid": subject if subject in provinces else None,
            "authority_vi": needed(record, "authority_vi"), "authority_en": needed(record, "authority_en"), **ways,
            "source": one_of(record, "source", self.sources), "place": needed(record, "place"),
        }  # fmt: skip


def classify(indicator: str, own_class: str, unit: str, is_target: bool, textual: bool) -> tuple[str, str]:
    """The class of a fact and the unit it must have.

    A number that is demanded is a target, one that is reported an observation; a text has the class of its indicator,
    but a state that is only demanded is a statement: a plan is not a step reached.
    """
    if is_target and (not textual or indicator == "target_milestone"):
        return "target", unit
    if not textual:
        return "observation", unit
    return ("statement" if is_target and own_class == "milestone" else own_class), unit


def renamed(when: Row, name: str, *, empty: bool) -> Row:
    parts = ("", "_start", "_end")
    return {f"{name}{part}": None if empty else when[f"when{part}"] for part in parts}


def bare_name(full_name: str) -> str:
    """A unit's name without the word for its kind: "Thành phố Cần Thơ" -> "Cần Thơ"."""
    for kind in ("Thành phố ", "Tỉnh ", "Thị xã ", "Thị trấn ", "Huyện ", "Quận ", "Phường ", "Đặc khu ", "Xã "):
        if full_name.startswith(kind):
            return full_name.removeprefix(kind)
    return full_name


def columns(text: str) -> str:
    return " ".join(text.split())


ZONE_COLUMNS = columns("""
    slug name_vi name_en kind aliases province communes commune_candidate historic_province historic_district lon lat
    positional_accuracy_m location_basis location_evidence declared_area_ha declared_area_basis declared_area_note
    declared_area_inputs boundary_quality boundary_accuracy_m status_detail doubts sources geometry""")
UNIT_COLUMNS = "uid code name full_name name_en level kind parent_code valid_from valid_to geometry_basis source"
SUCCESSION_COLUMNS = columns("""
    historic_uid historic_code historic_name historic_level historic_parent_code current_uid relation basis
    share_of_historic_area share_of_current_area effective_on source note""")
FACT_COLUMNS = columns("""
    fact_id document_id page_or_section subject subject_kind indicator value unit as_of is_target quote note comparator
    value_max province zone_slug quote_match""")
INDICATOR_COLUMNS = "indicator class unit minimum maximum label_vi label_en definition_vi definition_en"
DOCUMENT_COLUMNS = columns("""
    document_id doc_type title number issuer province issued_on issued_on_basis latest_date_cited text_quality""")

CONTACT_COLUMNS = "subject authority_vi authority_en phone email address source place"
PLACE_COLUMNS = "id kind name_vi name_en lon lat accuracy_m source source_licence note"


def files(known: Known, historic_file: str) -> tuple[tuple[str, str, Any], ...]:
    """The data files in the order in which they refer to each other: name, columns, reading."""
    return (
        ("source_kinds.csv", "kind rank document_type label_vi label_en", known.source_kind),
        ("documents.csv", DOCUMENT_COLUMNS, known.document),
        ("external_evidence.csv", "evidence_id url published", known.web_page),
        ("indicators.csv", INDICATOR_COLUMNS, known.indicator),
        ("values.csv", "indicator value label_vi label_en", known.value),
        ("milestone_steps.csv", "step rank status label_vi label_en wordings", known.step),
        ("admin_units.geojson", UNIT_COLUMNS, known.unit),
        (historic_file, UNIT_COLUMNS, known.unit),
        ("admin_succession.csv", SUCCESSION_COLUMNS, known.former_unit),
        ("admin_succession.csv", SUCCESSION_COLUMNS, known.succession),
        ("zones.geojson", ZONE_COLUMNS, known.zone),
        ("external_evidence.csv", "evidence_id zone_slug claim_type quote area_ha note", known.evidence),
        ("target_scopes.csv", "fact_id applies_to", known.target_scope),
        ("facts.csv", FACT_COLUMNS, known.fact),
        ("target_scopes.csv", "fact_id applies_to", known.scoped_target),
        ("milestones.csv", "fact_id zone_slug step as_of note", known.implied_milestone),
        ("phases.csv", "zone_slug code name_vi name_en in_force is_expansion area_ha fact_id", known.phase),
        ("places.csv", PLACE_COLUMNS, known.place),
        ("contacts.csv", CONTACT_COLUMNS, known.contact),
    )
