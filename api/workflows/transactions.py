"""Writing zones as features: what somebody sends becomes a change, and a version where its author may publish it.

Each is one transaction. Refusals come in this order: what is not there, who may not, what does not say or no longer
holds what it was made from, and then what cannot be understood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon

from api import errors
from api.language import N_
from api.people import Person
from api.store import changes as store
from api.store import publishing
from api.store import transactions as reading
from api.store.accounts import may_approve_own
from api.store.collections import ZONE
from api.store.connect import Session
from api.workflows import changes, examination, proposals, received
from api.workflows.conflicts import compare
from gis.crs import Crs
from gis.errors import OutsideArea
from gis.receipts import receipt
from gis.shapes import geodesic_area_m2
from gis.vertices import are_same

Row = dict[str, Any]
FOLLOWING = (
    "updated_at",
    "measured_area_ha",
)  # of a draft: every save changes them, and its author may hold former ones
NEEDS_PROVINCE = N_("say in which province the zone lies: its name, its code or its uid")


@dataclass(frozen=True)
class Seen:
    """What If-Match says that a write was made from: anything that is there; states of a feature that were served
    (number, revision); edits of a draft (change, edit).
    """

    anything: bool = False
    states: tuple[tuple[int, int], ...] = ()
    drafts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Write:
    """A feature that was sent to be written.

    body: what was sent, or what is wrong with it, which is said after who may write. whole: whether it takes the place
    of all that is there. crs: of its coordinates. collects: whether it is only to be collected in a draft.
    """

    slug: str
    body: Row | errors.RegistryError
    crs: Crs | errors.RegistryError
    whole: bool = False
    seen: Seen | None = None
    collects: bool = False

    def feature(self) -> Row:
        """What was sent. Raises what is wrong with it."""
        if isinstance(self.body, errors.RegistryError):
            raise self.body
        received.check_feature(self.body, self.slug or None, whole=self.whole)
        return self.body

    def system(self) -> Crs:
        if isinstance(self.crs, errors.RegistryError):
            raise self.crs
        return self.crs


@dataclass(frozen=True)
class Written:
    """What became of it: the change, and the version where one was published; is_over: nothing is left to be done."""

    slug: str
    change: int
    state: str
    version: int | None = None
    is_over: bool = False


def create(session: Session, person: Person, write: Write) -> Written:
    """A draft of a new zone, whose id is reserved. Raises BadBody, RoleMissing, IdTaken."""
    if not any(grant.role in ("editor", "admin") for grant in person.grants):
        changes.need_role(session, person, "editor", None)
    sent = write.feature()
    given = read(session, write, sent, dict.fromkeys(received.KNOWN), ())
    wanted = proposals.slug(sent.get("id"), "/id")
    if not given.values.get("province"):
        raise proposals.refuse("/properties/province", NEEDS_PROVINCE)
    begun: Row = {"action": "create", "values": given.values, "document": given.document}
    if given.outline is not None:
        begun["boundary"] = received.as_geojson(given.outline)
    if wanted:
        begun["zone"] = wanted
    try:
        change = changes.begin(session, person, begun)
    except errors.BadBody as error:  # no name, or one without a letter: no id can be made of it
        raise proposals.refuse("/properties/name_vi", proposals.NEEDS_NAME) from error
    store.alter_change(session, change, {"receipt": receipt_of(given.outline, write.system())})
    give_reasons(session, change, given.reasons)
    found = store.select_change(session, change)
    assert found
    return Written(found["zone"], change, "draft")


def alter(session: Session, person: Person, write: Write) -> Written:
    """PUT and PATCH: into the author's draft, or published at once by whoever may approve it and says what was seen.

    Raises UnknownItem, Gone, RoleMissing, NeedsIfMatch, StaleVersion, BadBody, BaseMoved, DraftExists, ChecksFailed.
    """
    zone = stand(session, write.slug)
    if zone is None:
        return alter_own(session, person, write)
    changes.need_role(session, person, "editor", zone.base["province_uid"])
    publishes = not write.collects and may_publish(session, person, zone.base["province_uid"])
    draft = store.select_draft(session, write.slug, person.account)
    check_seen(session, write, zone, required=publishes)
    sent = write.feature()
    if draft is not None:
        if publishes or draft["action"] != "update":
            raise errors.DraftExists(zone=write.slug, change=draft["id"])
        if draft["base_version"] != zone.head.newest:
            raise errors.BaseMoved(zone=write.slug, now=zone.head.newest, base=draft["base_version"])
    known = (zone.base["boundary"], zone.current["boundary"], draft and draft["boundary"])
    given = read(session, write, sent, zone.shown, known)
    id = draft["id"] if draft else changes.begin(session, person, {"zone": write.slug})
    save(session, person, write, id, given, zone.base)
    if not publishes:
        return Written(write.slug, id, "draft")
    changes.submit(session, person, id)
    version = changes.approve(session, person, id)
    head = publishing.select_head(session, write.slug)
    return Written(write.slug, id, "approved", version, is_over=head is not None and head.current == version)


def alter_own(session: Session, person: Person, write: Write) -> Written:
    """PUT and PATCH of a zone that only its author knows yet."""
    change = own_new(session, person, write)
    sent = write.feature()
    values = sent.get("properties") or {}
    sent = {**sent, "properties": {name: one for name, one in values.items() if name not in FOLLOWING}}
    given = read(session, write, sent, draft_properties(session, change), (change["boundary"],))
    save(session, person, write, change["id"], given, None)
    return Written(write.slug, change["id"], "draft")


def remove(session: Session, person: Person, write: Write) -> Written:
    """DELETE: a draft that says that the zone was recorded by mistake. It needs a reason and a document, which DELETE
    cannot carry, so it never publishes. A zone that only its author knows is withdrawn at once.
    """
    zone = stand(session, write.slug)
    if zone is None:
        change = own_new(session, person, write)
        changes.withdraw(session, person, change["id"], "")
        return Written(write.slug, change["id"], "withdrawn", is_over=True)
    changes.need_role(session, person, "editor", zone.base["province_uid"])
    draft = store.select_draft(session, write.slug, person.account)
    check_seen(session, write, zone, required=False)
    if draft is not None:
        if draft["action"] != "delete":
            raise errors.DraftExists(zone=write.slug, change=draft["id"])
        return Written(write.slug, draft["id"], "draft")
    return Written(write.slug, changes.begin(session, person, {"zone": write.slug, "action": "delete"}), "draft")


@dataclass(frozen=True)
class Zone:
    """A published zone, held until the transaction ends: where it stands, the newest version and the one in force with
    all their columns, and what everybody reads of it.
    """

    head: publishing.Head
    base: Row
    current: Row
    shown: Row


def stand(session: Session, slug: str) -> Zone | None:
    """None where nothing is published under an id. Raises UnknownItem, Gone."""
    if not proposals.SLUG.fullmatch(slug):
        raise errors.UnknownItem(id=slug, collection="zones")
    head = publishing.select_head(session, slug, lock=True)
    if head is None:
        return None
    base = changes.known_version(session, slug, head.newest)
    current = base if head.current == head.newest else changes.known_version(session, slug, head.current)
    served = reading.select_served(session, slug)
    if served is None:
        raise errors.Gone(id=slug, reason=current["life_reason"])
    return Zone(head, base, current, served.properties)


def own_new(session: Session, person: Person, write: Write) -> Row:
    """The change by which somebody proposes the zone. Raises UnknownItem, RoleMissing, Stale."""
    id = reading.select_own_new(session, write.slug, person.account)
    change = None if id is None else store.select_change(session, id, lock=True)
    if change is None:
        raise errors.UnknownItem(id=write.slug, collection="zones")
    changes.need_role(session, person, "editor", change["province_uid"])
    seen = write.seen
    if seen is not None and not seen.anything and (change["id"], change["edit"]) not in seen.drafts:
        made_from = max((edit for id, edit in seen.drafts if id == change["id"]), default="?")
        raise errors.Stale(what=write.slug, now=change["edit"], seen=made_from)
    return change


def may_publish(session: Session, person: Person, province_uid: str | None) -> bool:
    """Whether somebody may approve what they write themselves."""
    return person.may("reviewer", province_uid) and may_approve_own(session, person.account, province_uid)


def check_seen(session: Session, write: Write, zone: Zone, *, required: bool) -> None:
    """Whether a write was made from the version in force. Raises NeedsIfMatch, StaleVersion."""
    seen, now = write.seen, zone.head.current
    if seen is None:
        if required:
            raise errors.NeedsIfMatch(now=now)
        return
    versions = reading.select_versions_of(session, write.slug, seen.states)
    if seen.anything or now in versions:
        return
    made_from = max(versions, default=None)
    base = None if made_from is None else changes.known_version(session, write.slug, made_from)
    comparison = compare(base and state_of(base), proposal(session, write, zone, base), state_of(zone.current))
    raise errors.StaleVersion({"comparison": comparison}, what=write.slug, now=now, seen=made_from or "?")


def state_of(version: Row) -> Row:
    return {"version": version["version"], "values": examination.values_of(version), "outline": version["boundary"]}


def proposal(session: Session, write: Write, zone: Zone, base: Row | None) -> Row | None:
    """What was sent, over what it was made from; None where it cannot be read."""
    began = base or zone.current
    try:
        given = read(session, write, write.feature(), None, (began["boundary"], zone.current["boundary"]))
    except (errors.BadBody, errors.BadParameter, errors.TooLarge, errors.WrongMedia):
        return None
    outline = given.outline if given.has_outline else began["boundary"]
    return {"version": None, "values": {**examination.values_of(began), **given.values}, "outline": outline}


def read(
    session: Session, write: Write, sent: Row, shown: Mapping[str, Any] | None, known: Sequence[MultiPolygon | None]
) -> received.Received:
    """What was sent of a feature that its writer was `shown`; of None only what can be written counts.

    Properties that a whole feature leaves out are not known any more. Raises BadBody, BadCrs.
    """
    crs, properties = write.system(), dict(sent.get("properties") or {})
    if shown is None:
        properties = {name: one for name, one in properties.items() if name in received.WRITABLE}
    if write.whole:
        properties = {**dict.fromkeys(received.WRITABLE), **properties}
    values, same = received.read_values(session, properties, shown or {})
    has_outline = "geometry" in sent
    document = None
    if "document" in properties:
        document = proposals.name(properties["document"], "/properties/document") or ""
    return received.Received(
        values, same, has_outline, received.read_geometry(sent["geometry"], crs, known) if has_outline else None,
        document, received.read_reasons(properties.get("reasons")),
    )  # fmt: skip


def save(session: Session, person: Person, write: Write, id: int, given: received.Received, base: Row | None) -> None:
    """Put into a draft what was sent; what is as in the version that it changes is not part of the change any more."""
    change = store.select_change(session, id)
    assert change
    fields = {name: value for name, value in change["fields"].items() if base is None or name not in given.same}
    fields |= given.values
    if base is not None:
        there = examination.values_of(base)
        fields = {name: value for name, value in fields.items() if value != there[name]}
    sent: Row = {"values": fields}
    if given.document is not None:
        sent["document"] = given.document
    is_drawn = given.has_outline and (base is None or not is_unchanged(given.outline, base["boundary"]))
    if is_drawn:
        sent["boundary"] = None if given.outline is None else received.as_geojson(given.outline)
    elif given.has_outline:
        sent["has_boundary"] = False
    changes.save(session, person, id, sent, seen=None)
    if given.has_outline:
        told = receipt_of(given.outline, write.system()) if is_drawn else None
        store.alter_change(session, id, {"receipt": told})
    give_reasons(session, id, given.reasons)


def receipt_of(outline: MultiPolygon | None, crs: Crs) -> Row | None:
    """The datum receipt of an outline that was sent; None where it is none, crosses itself or lies outside Viet Nam."""
    if outline is None or not outline.is_valid:
        return None
    try:
        return receipt(outline, crs).document()
    except OutsideArea:
        return None


def is_unchanged(outline: MultiPolygon | None, there: MultiPolygon | None) -> bool:
    if outline is None or there is None:
        return outline is there
    return are_same(outline, there)


def give_reasons(session: Session, id: int, reasons: str | Mapping[str, str | None] | None) -> None:
    """Say why, to each warning that stands now where there is one text for all."""
    if not reasons:
        return
    change = store.select_change(session, id)
    assert change
    if isinstance(reasons, str):
        noticed = examination.examine(session, change)
        reasons = {one.code: reasons for one in noticed if one.severity == "warning"}
    former = change["reasons"]
    texts = {code: one["text"] for code, one in former.items()}
    given = {code: text for code, text in {**texts, **reasons}.items() if text}
    store.alter_change(session, id, {"reasons": examination.reasoned(session, {**change, "reasons": given}, former)})


def find_draft(session: Session, person: Person, slug: str) -> Row | None:
    """A zone that only its author knows yet: its change, and its properties as it would be served."""
    id = reading.select_own_new(session, slug, person.account) if proposals.SLUG.fullmatch(slug) else None
    change = None if id is None else store.select_change(session, id)
    return None if change is None else {"change": change, "properties": draft_properties(session, change)}


def draft_properties(session: Session, change: Row) -> Row:
    """The properties of a proposed zone by the names of the collection; what follows from other data is null."""
    values, outline = {**examination.NOTHING, **change["fields"]}, change["boundary"]
    units = reading.select_unit_codes(session, [values["province"], values["historic_province"]])
    code, province = units.get(values["province"], (None, None))
    area = None if outline is None or not outline.is_valid else round(geodesic_area_m2(outline) / 10_000, 4)
    shown = {name: values[target] for name, target in received.WRITABLE.items()}
    numbers = {name: float(one) for name, one in shown.items() if isinstance(one, int | float)}
    return {
        **dict.fromkeys(one.name for one in ZONE), **shown, **numbers, "slug": change["zone"], "province": province,
        "province_code": code, "historic_province": units.get(values["historic_province"], (None, None))[1],
        "commune": "; ".join(values["communes"]) or None, "measured_area_ha": area,
        "updated_at": change["updated_at"].isoformat(),
    }  # fmt: skip
