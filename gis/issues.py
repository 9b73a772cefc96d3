"""What is noticed in data that somebody hands in: one entry for one thing, with its place, for people and programs."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gis.wording import number

Severity = Literal["error", "warning"]


def N_(message: str) -> str:
    """Mark a text for the catalogues: it is translated where it is shown."""
    return message


@dataclass(frozen=True)
class Issue:
    """One thing noticed.

    code: a name for programs (`side-differs`). severity: an `error` cannot be published, a `warning` needs a reason.
    message: an English msgid with {names} that `facts` fills in. row: the line of a text, or row of a sheet, from 1;
    point: the corner's own number as written; field: the column or attribute; lon, lat: where on the map, WGS 84.
    """

    code: str
    severity: Severity
    message: str
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)
    row: int | None = None
    point: str | None = None
    field: str | None = None
    lon: float | None = None
    lat: float | None = None

    def stored(self) -> dict[str, Any]:
        """As JSON in no language, to be kept; `restored` makes it an issue again."""
        facts = {name: fact if isinstance(fact, int | float | str | None) else str(fact)
                 for name, fact in self.facts.items()}  # fmt: skip
        return {**{one.name: getattr(self, one.name) for one in dataclasses.fields(self)}, "facts": facts}

    def document(self, gettext: Callable[[str], str] = str, language: str = "en") -> dict[str, Any]:
        """As JSON: the message in a language, with its numbers as that writes them, and where it is about."""
        facts = {
            name: number(fact, language, 4) if isinstance(fact, float) else fact for name, fact in self.facts.items()
        }
        said = gettext(self.message).format(**facts)
        where = {"row": self.row, "point": self.point, "field": self.field}
        place = None if self.lon is None else {"lon": self.lon, "lat": self.lat}
        return {"code": self.code, "severity": self.severity, "message": said, **where, "place": place}


def restored(stored: Mapping[str, Any]) -> Issue:
    """An issue as it was."""
    return Issue(**stored)
