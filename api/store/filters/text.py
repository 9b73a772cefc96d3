"""CQL2 text before the parser gets it: its tokens, how deeply it nests, and the spellings that the parser lacks.

Measured with cql2 0.6 on a stack of 8 MB: it dies with the process at some 2,000 brackets, 4,000 signs or
comparisons in a chain, 5,000 NOTs, and on the 1 MB of a small thread at an eighth of that. `MOST_DEEP` stays far below.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from api import errors
from api.language import N_

MOST_DEEP = 64
LARGEST, SMALLEST = 1e15, 1e-40
TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<string>'(?:[^'\\]|''|\\.)*'(?!'))
    | (?P<quoted>"(?:[^"]|"")*"(?!"))
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>(?:[^\W0-9]|:)(?:\w|[.:\u0300-\u036f])*)
    | (?P<sign><=|>=|<>|!=|.)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"''|\\(.)", re.DOTALL)
CONTROLS = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "'": "'", "\\": "\\"}
OPERATORS = {"=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "%", "^", "NOT", "LIKE", "IN", "DIV", "IS",
             "BETWEEN"}  # fmt: skip
SEPARATORS = {",", "AND", "OR"}


@dataclass(frozen=True)
class Token:
    """A word, number, text or sign; `text` as given, `value` as meant (a text without its quotes, a number)."""

    kind: str
    text: str
    start: int
    value: str | float

    def means(self, value: object) -> bool:
        """Whether it is how the text names `value`."""
        if isinstance(self.value, str) and isinstance(value, str):
            if self.kind == "string":
                return self.value == value
            return self.value == value or (self.kind in ("word", "sign") and self.value.casefold() == value.casefold())
        if isinstance(self.value, float) and isinstance(value, int | float | Decimal):
            return self.value == abs(float(value))
        return False


@dataclass
class Level:
    """What has gathered between two brackets since the last comma, AND or OR."""

    operators: int = 0
    last: str = ""


def scan(text: str) -> list[Token]:
    """The tokens of a text, without space. Raises UnreadableFilter, BadFilterNumber."""
    tokens = []
    for found in TOKEN.finditer(text):
        kind, word = str(found.lastgroup), found[0]
        if kind == "space":
            continue
        value: str | float = word
        if word in ("'", '"'):
            raise errors.UnreadableFilter(where=place(text, found.start()), reason=N_("this quote is never closed"))
        if kind in ("string", "quoted"):
            value = unescape(word[1:-1]) if kind == "string" else word[1:-1].replace('""', '"')
        elif kind == "number":
            value = number(text, word, found.start())
        tokens.append(Token(kind, word, found.start(), value))
    return tokens


def unescape(text: str) -> str:
    r"""What a literal means: '' and \' are a quote, \\ a backslash, \a to \v control characters; \% stays for LIKE."""

    def meant(found: re.Match[str]) -> str:
        return CONTROLS.get(found[1], found[0]) if found[1] else "'"

    return unicodedata.normalize("NFC", ESCAPE.sub(meant, text))


def number(text: str, word: str, start: int) -> float:
    value = float(word)
    if not usable(value) or (value == 0 and nonzero(word)):
        raise errors.BadFilterNumber(where=place(text, start), value=word)
    return value


def nonzero(word: str) -> bool:
    try:
        return Decimal(word) != 0
    except InvalidOperation:
        return True


def usable(value: float) -> bool:
    """Whether PostgreSQL can reckon with it for as long as a filter is."""
    return value == 0 or (math.isfinite(value) and SMALLEST <= abs(value) <= LARGEST)


def tidy(text: str, tokens: list[Token]) -> tuple[str, list[tuple[int, int]]]:
    """The text as the parser takes it, and for each token where it begins there and in the given text.

    Literals get the one way of quoting that the parser knows, numbers no exponent and no leading point. Raises
    FilterTooDeep, and UnreadableFilter for a^b^c, which the parser would read from the wrong end.
    """
    tidied, starts, levels, end = "", list[tuple[int, int]](), [Level()], 0
    before = tokens[0]
    for token in tokens:
        count(text, token, levels)
        if token.start > end or "sign" not in (token.kind, before.kind):
            tidied += " "
        starts.append((len(tidied), token.start))
        tidied += spelling(token)
        before, end = token, token.start + len(token.text)
    return tidied, starts


def spelling(token: Token) -> str:
    if token.kind == "string":
        return "'" + str(token.value).replace("'", "''") + "'"
    if token.kind == "number":
        return format(Decimal(repr(token.value)), "f")
    return token.text


def count(text: str, token: Token, levels: list[Level]) -> None:
    """Follow brackets and operators; what is open at once is what a parser's stack holds."""
    if token.kind not in ("word", "sign"):
        return
    word, level = token.text.upper(), levels[-1]
    if word == "(":
        levels.append(Level())
    elif word == ")" and len(levels) > 1:
        levels.pop()
    elif word in SEPARATORS:
        levels[-1] = Level()
    elif word in OPERATORS:
        if word == "^" and level.last == "^":
            reason = N_("a^b^c can be read in two ways; put brackets around the power that comes first")
            raise errors.UnreadableFilter(where=place(text, token.start), reason=reason)
        if not (word in ("-", "+") and level.last == "^"):
            level.last = word
        level.operators += 1
    if len(levels) + sum(one.operators for one in levels) > MOST_DEEP:
        raise errors.FilterTooDeep(where=place(text, token.start), most=MOST_DEEP)


def place(text: str, position: int) -> str:
    before = text[:position]
    return f"{before.count(chr(10)) + 1}:{position - before.rfind(chr(10))}"
