"""Periodic reports: what cannot be asked for, and what keeps one from being issued."""

from api.errors.addresses import NotFound
from api.errors.base import Conflict


class UnknownReport(NotFound):
    message = "There is no report {number}. The reports that were issued are listed at /reports."


class RegisterMoved(Conflict):
    """The register is not what the person looked at; nothing was issued."""

    message = "The register has changed since you looked at this report. Look at it again, then issue it."


class NothingNew(Conflict):
    message = "Report {number} of this province and period says the same. Nothing was issued."
