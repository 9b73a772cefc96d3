"""What is noticed in a value that somebody hands in, with its cell where it came in a sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gis.issues import Issue
from gis.wording import edtf, number


@dataclass(frozen=True)
class CellIssue(Issue):
    """An issue of a cell. sheet: the sheet's name; column: its letters; both None where no sheet was handed in."""

    sheet: str | None = None
    column: str | None = None

    def document(self, gettext: Callable[[str], str] = str, language: str = "en") -> dict[str, Any]:
        """As JSON; a fact that is a text of ours is translated, too."""
        said = gettext(self.message).format(
            **{name: told(fact, gettext, language) for name, fact in self.facts.items()}
        )
        where = {"sheet": self.sheet, "row": self.row, "column": self.column, "field": self.field}
        return {"code": self.code, "severity": self.severity, "message": said, **where}


@dataclass(frozen=True)
class Ours:
    """A text of ours among the facts of an issue: it is translated where it is shown."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class When:
    """A date of its own precision among the facts of an issue, EDTF: it is written as the reader's language has it."""

    text: str

    def __str__(self) -> str:
        return self.text


def told(fact: object, gettext: Callable[[str], str], language: str) -> object:
    if isinstance(fact, float):
        return number(fact, language, 4)
    if isinstance(fact, When):
        return edtf(fact.text, language)
    return gettext(fact.text) if isinstance(fact, Ours) else fact
