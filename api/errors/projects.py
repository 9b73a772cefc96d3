"""The register of projects: what is refused, and what it would take."""

from collections.abc import Sequence

from api.errors.addresses import NotFound
from api.errors.base import Conflict
from api.errors.changes import BadBody
from gis.issues import Issue


class BadProjects(BadBody):
    """Values of projects that cannot be taken; `issues` lists each with its place. Nothing was stored."""

    message = "{count} values cannot be taken, so nothing was stored."

    def __init__(self, issues: Sequence[Issue], where: str = "projects") -> None:
        self.issues = list(issues)
        super().__init__(where, "", count=len(self.issues))


class SheetIsEmpty(Conflict):
    """A sheet that says nothing new."""

    message = "This sheet says nothing that is not in the register already."


class UnknownProject(NotFound):
    message = "There is no project {id} in {zone}."


class PreviewGone(NotFound):
    """A preview that was taken in already, that is older than a day, or somebody else's."""

    message = "The preview {id} is no longer kept. Send the sheet again."
