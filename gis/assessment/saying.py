"""Sentences about a zone: an English msgid with {names}, and the figures and dates that fill it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gis import wording
from gis.issues import N_

UNDATED = N_("date not stated")


@dataclass(frozen=True)
class Saying:
    """A sentence in no language yet. Facts are told by the ends of their names: `pct` per cent, `ha` and `count`
    figures, `as_of` and `since` dates of their own precision.
    """

    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def said(self, gettext: Callable[[str], str], language: str) -> str:
        told = {name: self.written(name, value, gettext, language) for name, value in self.facts.items()}
        return gettext(self.message).format(**told)

    def written(self, name: str, value: Any, gettext: Callable[[str], str], language: str) -> str:
        if name.endswith(("as_of", "since")):
            return wording.edtf(value, language) if value else gettext(UNDATED)
        if name.endswith("pct"):
            return wording.number(value, language, self.decimals(value)) + "%"
        return "" if value is None else wording.number(value, language, 2)

    def decimals(self, value: float) -> int:
        """One, but as many as it takes not to look like the threshold beside it."""
        threshold = self.facts.get("threshold_pct")
        looks_alike = threshold is not None and value != threshold and round(float(value), 1) == float(threshold)
        return 6 if looks_alike else 1
