"""The periodic report of a province: put together from the register as it stood at a revision, issued, checked.

What is put together is language-free JSON (docs/reports.md); `schemas/reports.py` words it. An issued report is that
content, kept: its pages and files are made from nothing else.
"""

import hashlib
from datetime import date, datetime
from typing import Any

import orjson

from api.errors import (
    FuturePeriod,
    MissingParameter,
    NotAPeriod,
    NothingNew,
    RegisterMoved,
    UnknownProvince,
    UnknownReport,
)
from api.people import Person
from api.store import reports as store
from api.store.connect import Reader, Session
from api.store.feed import note_cause
from api.store.log import record
from api.store.reports import Scope
from api.workflows.report_parts import plain, put_together
from api.workflows.rights import need_role
from gis.dates import LEGAL_ZONE
from gis.errors import BadPeriod
from gis.periods import Period, parse_period

Row = dict[str, Any]
SCHEMA = 1  # of the content; what is added later gets a higher number
EXAMPLES = {"province": "province=soc-trang", "period": "period=2025-H1"}
TRIES = 5
OF_TODAY = ("targets", "sources")  # targets are assessed by what the register holds now
OF_ITS_MOMENT = ("revision", "known_at", "made_on")  # what differs between two reports that say the same


def read_period(text: str, today: date | None = None) -> Period:
    """A period that has begun. Raises MissingParameter, NotAPeriod, FuturePeriod."""
    if not text.strip():
        raise MissingParameter("period", value=text, example=EXAMPLES["period"])
    try:
        period = parse_period(text)
    except BadPeriod:
        raise NotAPeriod("period", value=text) from None
    if period.start > (today or legal_day()):
        raise FuturePeriod("period", value=period.text, start=period.start.isoformat())
    return period


async def read_province(reader: Reader, text: str) -> Row:
    """A province by code, slug or name, of today or former. Raises MissingParameter, UnknownProvince."""
    if not text.strip():
        raise MissingParameter("province", value=text, example=EXAMPLES["province"])
    found = await store.find_province(reader, text.strip())
    if found is None:
        raise UnknownProvince("province", value=text)
    return found


async def compile_report(reader: Reader, province: Row, period: Period) -> Row:
    """The report of now: all of it is of one revision. Raises RegisterMoved where the register never stood still."""
    for _ in range(TRIES):
        revision, known_at = await store.read_standing(reader)
        content = await compile_at(reader, province, period, revision, known_at, legal_day())
        if (await store.read_standing(reader))[0] == revision:
            return content
    raise RegisterMoved


async def compile_at(
    reader: Reader, province: Row, period: Period, revision: int, known_at: datetime, day: date
) -> Row:
    """The content as of a revision, put together on a legal day: a period that is not over counts up to that day."""
    until = min(period.end, day)
    scope = Scope(province["uid"], period.start, until, revision)
    parts = await put_together(reader, scope, province, period, known_at, day)
    head = {
        "schema": SCHEMA, "province": province,
        "period": {"text": period.text, "start": period.start, "end": period.end, "before": period.before.text},
        "as_of": until, "is_over": day > period.end, "made_on": day, "revision": revision, "known_at": known_at,
        "synthetic": reader.synthetic,
    }  # fmt: skip
    return plain({**head, **parts})


def issue(
    session: Session, content: Row, *, by: str, person: Person | None = None, who: str = "", seen: int | None = None
) -> int:
    """Keep a report; its number. `by` is what everybody reads, `who` what the log has where it is somebody else;
    `person` is None at the command line; `seen` is the revision that was looked at.

    Raises RoleMissing, RegisterMoved, and NothingNew where the last report of the period says the same.
    """
    province = content["province"]
    if person is not None:
        need_issuer(person, province)
    if seen is not None and seen != content["revision"]:
        raise RegisterMoved
    store.lock_reports(session)
    latest = store.find_latest(session, province["uid"], content["period"]["text"])
    if latest and lasting(latest[1]) == lasting(content):
        raise NothingNew(number=latest[0])
    note_cause(session, "report")
    number = store.insert_report(session, {
        "province_uid": province["uid"], "period": content["period"]["text"], "as_of": content["as_of"],
        "revision": content["revision"], "by": by, "content": orjson.dumps(content).decode(),
        "sha256": digest(content),
    })  # fmt: skip
    account = person.account if person else None
    record(session, "report.issued", who=who or by, account=account, details={"report": number})
    return number


def need_issuer(person: Person, province: Row) -> None:
    """Who may issue: a reviewer or admin of the province, of a former one where it lies today. Raises RoleMissing."""
    need_role(person, "reviewer", province["today_uid"], province["full_name"])


async def find_issued(reader: Reader, number: int) -> tuple[Row, Row]:
    """An issued report and its content. Raises UnknownReport."""
    found = await store.find_report(reader, number) if number < 2**63 else None
    if found is None:
        raise UnknownReport(number=number)
    return found


async def check(reader: Reader, number: int) -> Row:
    """Put an issued report together again as of its revision and day: `intact` tells whether the kept content is what
    was issued, `differing` which parts the register gives otherwise by now, `not_compared` those that it cannot put
    together any more, since it holds more by now. Raises UnknownReport.
    """
    issued, content = await find_issued(reader, number)
    period = parse_period(content["period"]["text"])
    province = await read_province(reader, content["province"]["uid"])
    moment = await store.read_moment(reader, issued["revision"])
    day = date.fromisoformat(content["made_on"])
    again = await compile_at(reader, province, period, issued["revision"], moment, day)
    is_past = await store.read_last_change(reader) > issued["revision"]
    skipped = OF_TODAY if is_past else ()
    compared = {*content, *again} - {*skipped}
    return {
        "number": number, "intact": digest(content) == issued["sha256"],
        "differing": sorted(name for name in compared if content.get(name) != again.get(name)),
        "not_compared": list(skipped),
    }  # fmt: skip


def lasting(content: Row) -> Row:
    return {name: value for name, value in content.items() if name not in OF_ITS_MOMENT}


def digest(content: Row) -> str:
    """SHA-256 of the content as JSON with sorted keys and no white space."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def legal_day() -> date:
    return datetime.now(LEGAL_ZONE).date()
