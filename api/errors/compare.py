"""What keeps zones from being set side by side."""

from api.errors.parameters import BadParameter


class UnknownZones(BadParameter):
    message = "The register has no zone “{value}”. A zone is named by its identifier, such as kcn-tran-de."


class TooManyZones(BadParameter):
    message = "At most {most} zones stand side by side, and {count} were given. Take some of them out."


class NoZoneNamed(BadParameter):
    message = "No zone is called “{value}”. Write a part of its name, with or without marks."
