"""Who asks, and what that person may not do."""

from api.errors.base import RegistryError


class NotSignedIn(RegistryError):
    """Nobody is signed in, or with a session or key that is no longer good."""

    message = "This needs an account. Sign in, or send an API key."


class NotAllowed(RegistryError):
    """Somebody is signed in who may not do this; the kinds say why."""

    message = "You may not do this."


class RoleMissing(NotAllowed):
    """The person has not the role that this needs in the zone's province."""

    message = "This needs the role {role} in {province}; your account {login} has: {has}."
