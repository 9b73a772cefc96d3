"""A filter as it was given: read into the tree of CQL2's JSON form, and able to say where in it something stands.

The tree is made of dict, list, str, int, float, bool and None, `{"op": ..., "args": [...]}` for operators. Text is
parsed by the library cql2, which dies with the process on deep nesting: `text.tidy` counts first. JSON is read by
orjson, which has a limit of its own and reports it.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

import cql2
import orjson

from api import errors
from api.language import N_
from api.store.filters.text import Token, place, scan, tidy

Language = Literal["cql2-text", "cql2-json"]
Path = tuple[str | int, ...]
# A request line of 8 KB, all that proxies pass by default, holds no more.
MOST_CHARACTERS = 8_000
MOST_LEVELS = 200  # of objects and lists: two for each operator of a text at its limit, and coordinates
PLACE = re.compile(r"--> ([0-9]+):([0-9]+)")


@dataclass(frozen=True)
class Source:
    """A filter that was read. `tokens` are those of a text, empty for JSON."""

    tree: Any
    text: str
    tokens: list[Token] = field(default_factory=list)

    def where(self, path: Path, *values: object) -> str:
        """line:column of the first of `values` that a text holds, or the JSON pointer of `path`."""
        if not self.tokens:
            return "/" + "/".join(str(step) for step in path)
        for value in values:
            for token in self.tokens:
                if token.means(value):
                    return place(self.text, token.start)
        return place(self.text, self.tokens[0].start)


def read_filter(text: str, language: Language) -> Source:
    """Raises FilterTooLong, FilterTooDeep, UnreadableFilter, BadFilterNumber, BadText."""
    if len(text) > MOST_CHARACTERS:
        raise errors.FilterTooLong(length=len(text), most=MOST_CHARACTERS)
    if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise errors.BadText("filter", value=text.encode(errors="replace").decode().replace("\0", "\ufffd"))
    source = read_text(text) if language == "cql2-text" else read_json(text)
    check_levels(source)
    return source


def read_text(text: str) -> Source:
    tokens = scan(text)
    if not tokens:
        raise errors.UnreadableFilter(where="1:1", reason=N_("it is empty; write for example name_vi LIKE 'A%'"))
    if tokens[0].text == "{":
        raise errors.UnreadableFilter(
            where=place(text, tokens[0].start), reason=N_("it looks like JSON; say filter-lang=cql2-json")
        )
    tidied, starts = tidy(text, tokens)
    try:
        tree = cql2.parse_text(tidied).to_json()
    except Exception as error:  # the library has a class for some, and plain exceptions for the others
        raise unreadable(text, str(error), tidied, starts) from None
    return Source(tree, text, tokens)


def unreadable(text: str, message: str, tidied: str, starts: list[tuple[int, int]]) -> errors.UnreadableFilter:
    """The parser's word for where it stopped, as a place in the text that was given."""
    found = PLACE.search(message)
    if not found:
        reason = N_("a geometry or an operator in it is not complete")
        return errors.UnreadableFilter(where="1:1", reason=reason)
    lines = tidied.split("\n")
    stopped = sum(len(line) + 1 for line in lines[: int(found[1]) - 1]) + int(found[2]) - 1
    start = next((given for new, given in starts if new >= stopped), None)
    if start is None:
        reason = N_("it ends too early; a value, a property or a closing bracket is missing")
        return errors.UnreadableFilter(where=place(text, len(text)), reason=reason)
    reason = N_(
        "what stands there fits nothing before it. Text stands in 'single quotes', conditions are joined by AND or OR"
    )
    return errors.UnreadableFilter(where=place(text, start), reason=reason)


def read_json(text: str) -> Source:
    try:
        return Source(orjson.loads(text), text)
    except orjson.JSONDecodeError as error:
        reason = N_("that is not JSON; text goes with filter-lang=cql2-text")
        if "depth limit" in error.msg or "recursion" in error.msg:
            raise errors.FilterTooDeep(where=place(text, error.pos), most=MOST_LEVELS) from None
        raise errors.UnreadableFilter(where=place(text, error.pos), reason=reason) from None


def check_levels(source: Source) -> None:
    """Without recursion, so that whatever walks the tree afterwards may recurse. No text may hold NUL either."""
    todo: list[tuple[Any, Path]] = [(source.tree, ())]
    while todo:
        node, path = todo.pop()
        if len(path) > MOST_LEVELS:
            raise errors.FilterTooDeep(where=source.where(path), most=MOST_LEVELS)
        if isinstance(node, dict):
            todo += [(value, (*path, key)) for key, value in node.items()]
        elif isinstance(node, list):
            todo += [(value, (*path, index)) for index, value in enumerate(node)]
        elif isinstance(node, str) and "\0" in node:
            raise errors.BadText("filter", value=node.replace("\0", "\ufffd"))
