"""Who asks, how they show it, and what they may not do."""

from collections.abc import Iterable

from api.errors.base import Conflict, NotAllowed, RegistryError, Words
from api.errors.parameters import BadParameter


class NotSignedIn(RegistryError):
    """Nobody is signed in, or with a session that has ended."""

    message = "This needs an account. Sign in, or send an API key."


class BadKey(NotSignedIn):
    """Authorization was sent, and is not good."""

    message = (
        "The API key is not known, was revoked or has expired. Send it as “Authorization: Bearer …”, or by HTTP Basic "
        "as the password of your login; the account's own password is not taken here."
    )


class WrongPassword(NotSignedIn):
    """Says the same of a login that does not exist, of one that was disabled, and of a wrong password."""

    message = "The login or the password is wrong."


class TooManyAttempts(RegistryError):
    """Sign-ins are slowed down; `retry_after` seconds are to be waited."""

    message = "There were too many failed attempts. Please try again in {retry_after} seconds."

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after=retry_after)


class TwoCredentials(BadParameter):
    """A session's cookie and Authorization in one request: nobody could say who asks."""

    message = "A session's cookie and {parameter} were sent together. Send one of them."

    def __init__(self) -> None:
        super().__init__("Authorization")


class BadNext(BadParameter):
    message = "{parameter} must be a path of this service, such as /desk; “{value}” is not."

    def __init__(self, value: str) -> None:
        super().__init__("next", value=value)


class RoleMissing(NotAllowed):
    """The person has not the role that this needs in the zone's province."""

    message = "This needs the role {role} in {province}; your account {login} has: {has}."

    def __init__(self, role: str, province: str, login: str, has: Iterable[tuple[str, ...]]) -> None:
        super().__init__(role=Words([(role,)]), province=Words([(province,)]), login=login, has=Words(has))


class NeedsSession(NotAllowed):
    """An API key cannot make keys or look after its account."""

    message = "This is done signed in with a browser, not with an API key."


class WrongToken(NotAllowed):
    """A write with a session's cookie that does not show that it comes from a page of ours."""

    message = (
        "This was not sent from a page of this service, or the page is from before you signed in: {reason}. Load the "
        "page again and repeat what you did. A script sends X-CSRF-Token, or better an API key instead of the cookie."
    )


class UnknownToRegister(NotAllowed):
    """The provider knows the person, the register does not."""

    message = "{provider} knows you as {known_as}, but no account here belongs to that. Ask an administrator for one."


class SignInBroken(BadParameter):
    """What came back from the provider does not belong to a sign-in that this browser began, or cannot be trusted."""

    message = "This sign-in cannot be completed: {reason}. Please begin again."

    def __init__(self, reason: str) -> None:
        super().__init__("state", reason=reason)


class ProviderAway(RegistryError):
    """The provider of sign-ins does not answer as it should."""

    message = "{provider} does not answer just now. Please try again in {retry_after} seconds, or sign in by password."

    def __init__(self, provider: str, retry_after: int = 10) -> None:
        super().__init__(provider=provider, retry_after=retry_after)


class UnknownAccount(RegistryError):
    message = "There is no account “{login}”. `zones account list` shows them."


class LoginTaken(Conflict):
    message = "The account “{login}” is there already, or its e-mail or subject belongs to another one."


class BadLogin(RegistryError):
    message = (
        "“{login}” cannot be a login: 2 to 64 letters a to z, digits and . _ @ - are taken, beginning with a letter or "
        "a digit."
    )


class BadPassword(RegistryError):
    """A password that is too easily guessed, or cannot be kept."""

    message = "This password cannot be taken: {reason}."


class BadAccount(RegistryError):
    """An operator's command that cannot be done to this account."""

    message = "{reason}"


class UnknownKey(RegistryError):
    message = "You have no API key {number} that could be revoked."


class TooManyKeys(Conflict):
    message = "You have {most} API keys already. Revoke one that is no longer used."


class BadKeyName(BadAccount):
    message = "Give the key a name of 1 to 100 characters, so that you recognise it later."
