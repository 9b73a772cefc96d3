"""What a planner and a reviewer do with a change: begin, save, hand in, decide. Each is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon

from api import errors
from api.people import Person, Role
from api.store import changes as store
from api.store import publishing
from api.store.accounts import may_approve_own
from api.store.connect import Session
from api.store.log import record_act
from api.workflows import examination, proposals, rights
from api.workflows.publication import publish
from gis.issues import Issue

Row = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """An outline read from a file: WGS 84, with its datum receipt, what is odd about it, and the file as it came."""

    outline: MultiPolygon
    receipt: Row
    issues: Sequence[Issue]
    name: str
    media: str
    use: str
    content: bytes


OPEN = ("draft", "submitted")
MOST_FILES, MOST_BYTES = 50, 200_000_000
PREFIX = {"industrial_park": "kcn", "industrial_cluster": "ccn", "economic_zone": "kkt"}
SPELT = ("khu-cong-nghiep-", "cum-cong-nghiep-", "khu-kinh-te-", "kcn-", "ccn-", "kkt-")


def begin(session: Session, person: Person, sent: Row) -> int:
    """A new draft; its number. Without a zone it is for a new one, whose id is reserved.

    Raises BadBody, UnknownItem, RoleMissing, DraftExists, ZoneEnded, UnknownVersion.
    """
    action = sent.get("action", "update" if sent.get("zone") else "create")
    if action not in proposals.ACTIONS:
        raise proposals.refuse("/action", proposals.NEEDS_ACTION)
    known = {name: value for name, value in sent.items() if name not in ("zone", "action", "version")}
    row = proposals.read_draft(known)
    zone = proposals.slug(sent.get("zone"), "/zone")
    if action == "create":
        return begin_zone(session, person, zone, row)
    head = zone and publishing.select_head(session, zone, lock=True)  # two that begin at once follow each other
    if not zone or not head:
        raise errors.UnknownItem(id=zone or "", collection="zones")
    base = known_version(session, zone, head.newest)
    need_role(session, person, "editor", base["province_uid"])
    if base["life"] != "listed" and action != "revert":
        raise errors.ZoneEnded(zone=zone, life=base["life"])
    held = store.select_draft(session, zone, person.account)
    if held:
        raise errors.DraftExists(zone=zone, change=held["id"])
    if action == "revert":
        row |= reverting(session, zone, head, sent.get("version"))
    check_province(session, person, row)
    row |= {"zone": zone, "action": action, "base_version": head.newest, "author": person.account,
            "author_name": person.name}  # fmt: skip
    row.setdefault("province_uid", base["province_uid"])
    return added(session, person, row)


def begin_zone(session: Session, person: Person, slug: str | None, row: Row) -> int:
    """A draft of a zone that is not there yet."""
    check_province(session, person, row)
    need_role(session, person, "editor", row.get("province_uid"))
    store.lock_ids(session)
    values = row.get("fields", {})
    if slug and store.is_taken(session, slug):
        raise errors.IdTaken(id=slug)
    if not slug:
        stem = store.slug_words(session, values.get("name_vi") or values.get("name_en") or "")
        if not stem:
            raise proposals.refuse("/values/name_vi", proposals.NEEDS_NAME)
        stem = next((stem.removeprefix(one) for one in SPELT if stem.startswith(one)), stem)[:80].strip("-")
        stem = f"{PREFIX.get(values.get('kind', ''), 'zone')}-{stem}"
        slug, number = stem, 1
        while store.is_taken(session, slug):
            number += 1
            slug = f"{stem}-{number}"
    row |= {"zone": slug, "action": "create", "author": person.account, "author_name": person.name}
    change = added(session, person, row)
    store.reserve(session, slug, change)
    return change


def added(session: Session, person: Person, row: Row) -> int:
    change = store.add_change(session, row)
    record_act(session, person, f"change.begun.{row['action']}", change=change, zone=row["zone"])
    return change


def reverting(session: Session, zone: str, head: publishing.Head, version: object) -> Row:
    """The columns of a change that makes a zone again what it was in a version."""
    if not isinstance(version, int) or isinstance(version, bool):
        raise proposals.refuse("/version", proposals.NEEDS_VERSION)
    if not 0 < version <= head.newest:
        raise errors.UnknownVersion(zone=zone, version=version, newest=head.newest)
    former, now = known_version(session, zone, version), known_version(session, zone, head.newest)
    if former["life"] != "listed":
        raise errors.NoWayBack(zone=zone, version=version)
    row: Row = {"from_version": version, "fields": {}}
    was, there = examination.values_of(former), examination.values_of(now)
    row["fields"] = {name: value for name, value in was.items() if value != there[name] and name != "valid_from"}
    if former["boundary"] != now["boundary"]:
        row |= {"sets_boundary": True, "boundary": former["boundary"], "receipt": former["receipt"]}
    return row


def known_version(session: Session, zone: str, version: int) -> Row:
    found = publishing.select_version(session, zone, version)
    if found is None:
        head = publishing.select_head(session, zone)
        raise errors.UnknownVersion(zone=zone, version=version, newest=head.newest if head else 0)
    return found


def save(session: Session, person: Person, id: int, sent: Row, *, seen: int | None) -> int:
    """Store what was sent of a draft; its new edit. seen: the edit that it was made from, None for whichever.

    Raises BadBody, UnknownChange, NotYours, WrongState, Stale, RoleMissing.
    """
    row = proposals.read_draft(sent)
    change = own(session, person, id, "draft", "edited")
    if seen is not None and seen != change["edit"]:
        raise errors.Stale(what=f"change {id}", now=change["edit"], seen=seen)
    if change["action"] == "revert":
        check_revert(change, row)
    check_province(session, person, row)
    if "fields" in row and not row["fields"].get("province") and change["base_version"] is not None:
        row["province_uid"] = known_version(session, change["zone"], change["base_version"])["province_uid"]
    if "reasons" in row:
        row["reasons"] = examination.reasoned(session, {**change, **row}, change["reasons"])
    edit = int(change["edit"]) + 1
    store.alter_change(session, id, {**row, "edit": edit})
    return edit


def check_revert(change: Row, row: Row) -> None:
    """What is reviewed of a revert is what is published: the former version. Raises RevertIsFixed."""
    held: Row = {name: value for name, value in change["fields"].items() if name != "valid_from"}
    asked = {name: value for name, value in row.get("fields", held).items() if name != "valid_from"}
    drawn = "sets_boundary" in row and (row["sets_boundary"], row["boundary"]) != (
        change["sets_boundary"], change["boundary"])  # fmt: skip
    if asked != held or drawn or row.get("observations") or row.get("milestones"):
        raise errors.RevertIsFixed(version=change["from_version"])


def attach(session: Session, person: Person, id: int, *, name: str, media: str, use: str, content: bytes) -> int:
    """Keep a file with a draft or, as a document, with a change that waits; its number."""
    change = own(session, person, id, OPEN if use == "document" else "draft", "edited")
    kept = store.list_attachments(session, id)
    if len(kept) >= MOST_FILES or sum(one["size"] for one in kept) + len(content) > MOST_BYTES:
        raise errors.TooMuchEvidence(files=MOST_FILES, megabytes=MOST_BYTES // 1_000_000)
    name, media = (one.replace("\0", "") for one in (name[-200:], media[:100]))
    number = store.add_attachment(session, id, person, name=name or "file", media=media, use=use, content=content)
    record_act(session, person, "change.evidence", change=id, zone=change["zone"], text=name)
    return number


def take_outline(session: Session, person: Person, id: int, taken: Taken) -> int:
    """Make an outline that was read from a table or a file that of a draft, and keep the file; the new edit."""
    change = own(session, person, id, "draft", "edited")
    if change["action"] == "revert":
        raise errors.RevertIsFixed(version=change["from_version"])
    number = attach(session, person, id, name=taken.name, media=taken.media, use=taken.use, content=taken.content)
    origin = {"use": taken.use, "evidence": number, "digest": examination.digest(taken.outline),
              "issues": [one.stored() for one in taken.issues]}  # fmt: skip
    values = {**change["fields"], "boundary_crs": taken.receipt["crs"]}
    if taken.use == "corner_table":
        values.setdefault("boundary_quality", "surveyed")
    edit = int(change["edit"]) + 1
    store.alter_change(
        session, id,
        {"fields": values, "sets_boundary": True, "boundary": taken.outline, "edit": edit,
         "receipt": {**taken.receipt, "origin": origin}},
    )  # fmt: skip
    return edit


def submit(session: Session, person: Person, id: int) -> None:
    """Hand a draft in for review. Raises ChecksFailed, BaseMoved, NotYours, WrongState."""
    change = own(session, person, id, "draft", "submitted")
    for uid in provinces_of(session, change):
        need_role(session, person, "editor", uid)
    check_base(session, change)
    examination.require(examination.examine(session, change), change["reasons"])
    store.alter_change(session, id, {"state": "submitted", "submitted_at": True})
    record_act(session, person, "change.submitted", change=id, zone=change["zone"])


def withdraw(session: Session, person: Person, id: int, text: str) -> None:
    """Its author takes a change back."""
    change = own(session, person, id, OPEN, "withdrawn")
    decide(session, person, change, "withdrawn", text)


def reject(session: Session, person: Person, id: int, text: str) -> None:
    change = reviewed(session, person, id, "rejected")
    if not text:
        raise proposals.refuse("/text", proposals.NEEDS_REASON)
    decide(session, person, change, "rejected", text)


def give_back(session: Session, person: Person, id: int, text: str) -> None:
    """Return a change to its author, who then has a draft again, with what is to be altered."""
    change = reviewed(session, person, id, "returned")
    if not text:
        raise proposals.refuse("/text", proposals.NEEDS_REASON)
    publishing.select_head(session, change["zone"], lock=True)  # whoever begins another draft waits
    held = store.select_draft(session, change["zone"], change["author"])
    if held:
        raise errors.AuthorHasDraft(author=change["author_name"], zone=change["zone"], change=held["id"])
    store.alter_change(session, id, {"state": "draft", "submitted_at": None})
    record_act(session, person, "change.returned", change=id, zone=change["zone"], text=text)


def approve(session: Session, person: Person, id: int, text: str = "", *, seen: int | None = None) -> int:
    """Publish what a change proposes; the version. seen: the edit that was looked at, None for whichever.

    Raises OwnChange, ChecksFailed, BaseMoved, VersionWaits, Stale, OutlinesMeet, WrongState, RoleMissing.
    """
    change = reviewed(session, person, id, "approved")
    if seen is not None and seen != change["edit"]:
        raise errors.Stale(what=f"change {id}", now=change["edit"], seen=seen)
    if change["author"] == person.account and not may_approve(session, person, change):
        raise errors.OwnChange
    check_base(session, change, lock=True)
    examination.require(examination.examine(session, change), change["reasons"])
    version = publish(session, change, reviewer=person.name)
    store.alter_change(
        session, id,
        {"state": "approved", "decided_at": True, "reviewer": person.account, "reviewer_name": person.name,
         "decision": text, "published_version": version},
    )  # fmt: skip
    record_act(session, person, "change.approved", change=id, zone=change["zone"], text=text,
              details={"version": version})  # fmt: skip
    return version


def may_approve(session: Session, person: Person, change: Row) -> bool:
    """Whether an admin lets this person approve own changes, in every province that the change is about."""
    return all(may_approve_own(session, person.account, uid) for uid in provinces_of(session, change))


def comment(session: Session, person: Person, id: int, text: str) -> None:
    change = visible(session, person, id)
    if not text:
        raise proposals.refuse("/text", proposals.NEEDS_TEXT)
    record_act(session, person, "change.comment", change=id, zone=change["zone"], text=text)


def rebase(session: Session, person: Person, id: int) -> None:
    """Take a draft on to the version that was published meanwhile, after its author has compared the three."""
    change = own(session, person, id, "draft", "edited")
    head = publishing.select_head(session, change["zone"])
    if head and change["base_version"] not in (None, head.newest):
        row: Row = {"base_version": head.newest, "edit": change["edit"] + 1}
        base = known_version(session, change["zone"], head.newest)
        need_role(session, person, "editor", base["province_uid"])
        if change["action"] == "revert":
            row |= reverting(session, change["zone"], head, change["from_version"])
            del row["from_version"]
            row.setdefault("sets_boundary", False)
            row.setdefault("boundary", None)
        if not change["fields"].get("province"):
            row["province_uid"] = base["province_uid"]
        store.alter_change(session, id, row)
        record_act(session, person, "change.rebased", change=id, zone=change["zone"],
                  details={"from": change["base_version"], "to": head.newest})  # fmt: skip


def decide(session: Session, person: Person, change: Row, state: str, text: str) -> None:
    decided = {"state": state, "decided_at": True, "decision": text}
    if state != "withdrawn":
        decided |= {"reviewer": person.account, "reviewer_name": person.name}
    store.alter_change(session, change["id"], decided)
    record_act(session, person, f"change.{state}", change=change["id"], zone=change["zone"], text=text)


def visible(session: Session, person: Person, id: int, *, lock: bool = False) -> Row:
    """A change that somebody may see: its author, and who has a role in its province."""
    change = store.select_change(session, id, lock=lock)
    if change is None or not (
        change["author"] == person.account
        or any(person.may(role, change["province_uid"]) for role in ("editor", "reviewer"))
    ):
        raise errors.UnknownChange(id=id)
    return change


def own(session: Session, person: Person, id: int, states: str | tuple[str, ...], step: str) -> Row:
    """One's own change; who is no editor any more can only take it back."""
    change = visible(session, person, id, lock=True)
    if change["author"] != person.account:
        raise errors.NotYours(author=change["author_name"], change=id)
    if step != "withdrawn":
        need_role(session, person, "editor", change["province_uid"])
    return in_state(change, states, step)


def reviewed(session: Session, person: Person, id: int, step: str) -> Row:
    """A submitted change, for somebody who reviews in its province, and in the one where the zone lies now."""
    change = visible(session, person, id, lock=True)
    for uid in provinces_of(session, change):
        need_role(session, person, "reviewer", uid)
    return in_state(change, "submitted", step)


def provinces_of(session: Session, change: Row) -> set[str | None]:
    uids = {change["province_uid"]}
    if change["base_version"] is not None:
        uids.add(known_version(session, change["zone"], change["base_version"])["province_uid"])
    return uids


def in_state(change: Row, states: str | tuple[str, ...], step: str) -> Row:
    if change["state"] not in ((states,) if isinstance(states, str) else states):
        raise errors.WrongState(state=change["state"], step=step)
    return change


def check_base(session: Session, change: Row, *, lock: bool = False) -> None:
    """A change publishes only onto the version that it was made from. Raises BaseMoved, VersionWaits."""
    head = publishing.select_head(session, change["zone"], lock=lock)
    if head is None:
        return
    if change["base_version"] != head.newest:
        raise errors.BaseMoved(zone=change["zone"], now=head.newest, base=change["base_version"] or 0)
    takes_back = change["action"] == "revert" and change["from_version"] == head.current
    if head.waits_for and not takes_back:
        raise errors.VersionWaits(zone=change["zone"], version=head.newest, day=head.waits_for)


def check_province(session: Session, person: Person, row: Row) -> None:
    """Where a draft names a province it must be one of today in which its author may edit; it becomes the change's."""
    uid = row.get("fields", {}).get("province")
    if uid:
        if not publishing.is_province(session, uid):
            raise proposals.refuse("/values/province", proposals.NEEDS_PROVINCE)
        need_role(session, person, "editor", uid)
        row["province_uid"] = uid


def need_role(session: Session, person: Person, role: Role, province_uid: str | None) -> None:
    names = {} if person.may(role, province_uid) else publishing.names_of_units(session, [province_uid])
    rights.need_role(person, role, province_uid, names.get(province_uid, ""))
