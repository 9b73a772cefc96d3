"""Writing to the register: what is refused, and what it would take."""

from collections.abc import Sequence

from api.errors.addresses import NotFound
from api.errors.base import Conflict, NotAllowed, RegistryError, Words
from gis.issues import N_, Issue


class Stale(RegistryError):
    """What the writer saw is no longer what is there."""

    message = "This was changed meanwhile: {what} is at {now}, and what you sent was made from {seen}."


class NeedsIfMatch(RegistryError):
    """A write that publishes must say which version it was made from."""

    message = "State which version you are changing: send If-Match with the ETag you received. It is now {now}."


class Gone(RegistryError):
    """It was there and was deleted as an error; its id is never given again."""

    message = "“{id}” was recorded by mistake and deleted: {reason}"


class BadBody(RegistryError):
    """What was sent cannot be understood; `where` is a JSON pointer or a column, `reason` says what would be right."""

    message = "{where}: {reason}"

    def __init__(self, where: str, reason: str, **facts: object) -> None:
        super().__init__(where=where, reason=reason, **facts)


class TooLarge(RegistryError):
    """More was sent than is read."""

    message = "This is larger than what is read here, at most {most}."


class WrongMedia(RegistryError):
    """A body of another kind than can be read."""

    message = "A body of “{media}” cannot be read here. Send: {known}."


LIVES = {"withdrawn": N_("withdrawn"), "merged": N_("merged into another"), "deleted": N_("deleted")}
STATES = {
    "draft": N_("a draft"), "submitted": N_("submitted"), "approved": N_("approved"), "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
}  # fmt: skip
STEPS = {**STATES, "edited": N_("edited"), "returned": N_("returned")}


class ZoneEnded(Conflict):
    """A zone that is no longer listed; `life` is how it ended."""

    message = "“{zone}” is {life} already; only a revert can bring it back."

    def __init__(self, *, zone: str, life: str) -> None:
        super().__init__(zone=zone, life=Words([(LIVES[life],)]))


class WrongState(Conflict):
    """A step that a change in this state cannot take."""

    message = "This change is {state}, so it cannot be {step}."

    def __init__(self, *, state: str, step: str) -> None:
        super().__init__(state=Words([(STATES[state],)]), step=Words([(STEPS[step],)]))


class DraftExists(Conflict):
    message = "You have a draft of {zone} already, change {change}. Go on with it, or withdraw it."


class BaseMoved(Conflict):
    """Somebody else published meanwhile; the facts name the versions for a comparison of all three."""

    message = (
        "{zone} is at version {now} by now, and this change was made from version {base}. Compare the three, then take "
        "the draft on to version {now}."
    )


class VersionWaits(Conflict):
    message = "Version {version} of {zone} takes effect on {day}; until then nothing else can be published after it."


class ChecksFailed(Conflict):
    """What stands in the way of submitting or publishing; `issues` lists it."""

    message = "{errors} errors and {warnings} warnings without a reason stand in the way."

    def __init__(self, issues: list[Issue], *, errors: int, warnings: int) -> None:
        self.issues = issues
        super().__init__(errors=errors, warnings=warnings)


class OutlinesMeet(Conflict):
    message = "The outline shares {area} m² with that of {name}, which is in force at the same time."


class OwnChange(NotAllowed):
    message = "This is your own change. Somebody else reviews it, or an admin allows you to approve your own."


class NotYours(NotAllowed):
    message = "Only its author, {author}, can do this to change {change}."


class UnknownChange(NotFound):
    message = "There is no change {id}."


class UnknownVersion(NotFound):
    message = "{zone} has no version {version}. It has versions 1 to {newest}."


class RevertIsFixed(Conflict):
    message = (
        "A revert brings version {version} back as it was; only its day, document and reasons are yours to say. "
        "Begin a correction to alter more."
    )


class NoWayBack(Conflict):
    message = "Version {version} of {zone} is where it ended; go back to one before it."


class TooMuchEvidence(Conflict):
    message = "A change keeps at most {files} files of {megabytes} MB in all."


class IdTaken(Conflict):
    message = "The id “{id}” was given already, and ids are never given again."


class AuthorHasDraft(Conflict):
    message = "{author} has another draft of {zone} by now, change {change}; reject this one instead."


class NoOutlineIn(Conflict):
    """A table or file that gives no outline; `issues` say why."""

    message = "No outline can be taken from this; what is noticed says why."

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = list(issues)
        super().__init__()


class NeedsConfirmation(Conflict):
    message = "This table can lie in several zones. Say which one is right, by crs: {known}."
