"""Figures of a period: what is refused, and what it would take."""

from collections.abc import Sequence

from api.errors.base import Conflict
from api.errors.changes import BadBody
from gis.issues import Issue


class BadFigures(BadBody):
    """A sheet with cells that cannot be taken; `issues` lists each with its place. Nothing was stored."""

    message = "{count} cells cannot be taken, so nothing was stored."

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = list(issues)
        super().__init__("figures", "", count=len(self.issues))


class NoNewFigures(Conflict):
    """A sheet that says nothing new."""

    message = "This sheet says nothing that is not in the register, or in your open changes, already."
