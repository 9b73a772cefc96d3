"""Reading the values of a row from JSON, a form or a sheet: each of its kind, or a word on what would be right."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gis.dates import parse_edtf
from gis.errors import BadDate
from gis.issues import N_, Severity
from gis.sheets.fields import DOCUMENT, Field, plain
from gis.sheets.issues import CellIssue, Ours

Values = dict[str, Any]
ERRORS = ("#ERROR!", "#REF!", "#VALUE!", "#N/A", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
FORMULA = object()  # stands for a cell that holds a formula

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_MONTH = re.compile(r"([0-9]{1,2})/([0-9]{4})")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([., ])[0-9]{3})(?:\1[0-9]{3})*(?:([.,])[0-9]+)?")

WRONG_TEXT = N_("{field}: this must be a text.")
TOO_LONG = N_("{field}: this text is too long; {most} characters are the most.")
CONTROL = N_("{field}: this text has characters that cannot be shown.")
WRONG_NUMBER = N_("{field}: “{value}” is not a number. Write it in digits, such as 12.5, without a unit.")
TWO_NUMBERS = N_("{field}: “{value}” can be read as two different numbers. Write it without a separator of thousands.")
OUT_OF_RANGE = N_("{field}: {value} is not possible; it must be more than 0 and less than {under}.")
NOT_BETWEEN = N_("{field}: {value} is not possible; it must be from 0 to {most}.")
NOT_FROM_ZERO = N_("{field}: {value} is not possible; it must be 0 or more, and less than {under}.")
NOT_WHOLE = N_("{field}: {value} is not possible; it must be a whole number.")
WRONG_DATE = N_("{field}: “{value}” is not a date. Write 2021, 2021-06, 2021-06-29, 29/06/2021 or 2021/2025.")
NOT_A_DAY = N_("{field}: “{value}” must be a whole day, such as 2021-06-29.")
WRONG_CODE = N_("{field}: “{value}” is not one of: {known}.")
MISSING = N_("{field}: this is needed.")
HAS_FORMULA = N_("{field}: this cell holds a formula. Put its value there.")
HAS_ERROR = N_("{field}: the program that wrote this cell shows an error in it, {value}.")
WRONG_ADDRESS = N_("{field}: this must begin with https:// or http://, or stay empty.")


@dataclass(frozen=True)
class Origin:
    """Where values were read: a row of a sheet. columns: the letters of each field that was there, or ''."""

    sheet: str | None = None
    row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def issue(
        self, code: str, message: str, at: str, severity: Severity = "error", /, **facts: object
    ) -> CellIssue:  # fmt: skip
        """Something noticed at a field; `facts` fill the message in."""
        return CellIssue(code, severity, message, facts, row=self.row, field=at, sheet=self.sheet,
                         column=self.columns.get(at) or None)  # fmt: skip


class Refused(Exception):
    """A value that cannot be taken, and why."""

    def __init__(self, code: str, message: str, **facts: object) -> None:
        self.code, self.message, self.facts = code, message, facts
        super().__init__(code)


def check_document(
    raw: Mapping[str, object], origin: Origin | None = None, fields: Sequence[Field] = DOCUMENT
) -> tuple[Values, list[CellIssue]]:
    """The values of a document that rows refer to, and what is noticed; its kind is left as it is written."""
    origin = origin or Origin()
    values, issues = read(raw, fields, origin)
    issued = parse_edtf(values["issued_on"] or "")
    if issued and issued.precision != "day":
        facts = {"field": Ours(DOCUMENT[5].title), "value": issued.text}
        issues.append(origin.issue("not-a-day", NOT_A_DAY, "issued_on", **facts))
    if values["url"] and not re.match(r"https?://[^/\s]", values["url"], re.IGNORECASE):
        issues.append(origin.issue("wrong-address", WRONG_ADDRESS, "url", field=Ours(DOCUMENT[6].title)))
    return values, issues


def read(raw: Mapping[str, object], fields: Sequence[Field], origin: Origin) -> tuple[Values, list[CellIssue]]:
    """Each value by the name of its field, None where nothing is known or it was refused, and what is noticed."""
    values: Values = dict.fromkeys(one.name for one in fields)
    issues = []
    for one in fields:
        try:
            values[one.name] = read_value(raw.get(one.name), one)
            if one.is_needed and values[one.name] is None:
                raise Refused("missing", MISSING)
        except Refused as refused:
            facts = {"field": Ours(one.title), **refused.facts}
            issues.append(origin.issue(refused.code, refused.message, one.name, **facts))
    return values, issues


def read_value(raw: object, one: Field) -> object:
    """One value of its kind. Raises Refused."""
    if raw is None:
        return None
    if raw is FORMULA:
        raise Refused("formula", HAS_FORMULA)
    if isinstance(raw, str):
        raw = cleaned(raw)
        if not raw:
            return None
        if raw in ERRORS:
            raise Refused("error-value", HAS_ERROR, value=raw)
    match one.kind:
        case "number":
            return read_number(raw, one)
        case "date":
            return read_date(raw)
        case "choice":
            return read_code(raw, one)
    return read_text(raw, one)


def cleaned(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def read_text(raw: object, one: Field) -> str:
    """A text; a whole number of a sheet, such as the number of a decision, is one, too."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        raw = int(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise Refused("wrong-text", WRONG_TEXT)
    if _CONTROL.search(raw):
        raise Refused("control", CONTROL)
    if one.is_line:
        raw = " ".join(raw.split())
    if len(raw) > one.longest:
        raise Refused("too-long", TOO_LONG, most=one.longest)
    return raw


def read_number(raw: object, one: Field) -> Decimal:
    """A number of its range. A text may have a comma or a point for decimals; what can be two numbers is refused."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Refused("wrong-number", WRONG_NUMBER, value=shown(raw))
    if isinstance(raw, float) and not math.isfinite(raw):
        raise Refused("wrong-number", WRONG_NUMBER, value=shown(raw))
    number = in_range(Decimal(digits(raw) if isinstance(raw, str) else repr(raw)), one, raw)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -9:  # what a spreadsheet makes of 0.1 + 0.2
        number = in_range(round(number, 9).normalize(), one, raw)
    if one.is_whole and number != number.to_integral_value():
        raise Refused("not-whole", NOT_WHOLE, value=figure(raw))
    return number


def in_range(number: Decimal, one: Field, raw: object) -> Decimal:
    """The number. Raises Refused."""
    if not one.from_zero and not 0 < number < one.under:
        raise Refused("out-of-range", OUT_OF_RANGE, value=figure(raw), under=float(one.under))
    if one.most is not None and not 0 <= number <= one.most:
        raise Refused("out-of-range", NOT_BETWEEN, value=figure(raw), most=float(one.most))
    if one.from_zero and not 0 <= number < one.under:
        raise Refused("out-of-range", NOT_FROM_ZERO, value=figure(raw), under=float(one.under))
    return number


def digits(text: str) -> str:
    """A number as Python writes it. Raises Refused."""
    text = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    if len(text) > 30 or not text.isascii():
        raise Refused("wrong-number", WRONG_NUMBER, value=shown(text))
    grouped = _GROUPED.fullmatch(text)
    if grouped and not text.startswith("0"):
        separator, decimal = grouped[1], grouped[2]
        if decimal == separator:
            raise Refused("wrong-number", WRONG_NUMBER, value=text)
        if separator != " " and decimal is None and text.count(separator) == 1:
            raise Refused("two-numbers", TWO_NUMBERS, value=text)
        return text.replace(separator, "").replace(",", ".")
    if not _PLAIN.fullmatch(text):
        raise Refused("wrong-number", WRONG_NUMBER, value=text)
    return text.replace(",", ".")


def read_date(raw: object) -> str:
    """EDTF. A cell with a date is that day; a number is a year; 29/06/2021 and 06/2021 are read as in Viet Nam."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and 1900 <= raw <= 2200:
        raw = str(raw)
    if not isinstance(raw, str):
        raise Refused("wrong-date", WRONG_DATE, value=shown(raw))
    text = raw
    if found := _DAY.fullmatch(raw):
        text = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    elif found := _MONTH.fullmatch(raw):
        text = f"{found[2]}-{int(found[1]):02d}"
    try:
        dated = parse_edtf(text)
    except BadDate as error:
        raise Refused("wrong-date", WRONG_DATE, value=shown(raw)) from error
    assert dated
    return dated.text


def read_code(raw: object, one: Field) -> str:
    found = one.words.get(plain(raw)) if isinstance(raw, str) else None
    if found is None:
        raise Refused("wrong-code", WRONG_CODE, value=shown(raw), known=", ".join(one.codes))
    return found


def figure(raw: object) -> float | str:
    """The same of a number, which is written as the reader's language has it unless that would lose digits."""
    is_number = isinstance(raw, int | float) and abs(raw) < 1e12 and round(raw, 4) == raw
    return float(raw) if is_number and isinstance(raw, int | float) else shown(raw)


def shown(raw: object) -> str:
    """A value as it is repeated to whoever wrote it."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        raw = int(raw)
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(raw))
    return text if len(text) <= 60 else text[:60] + "…"
