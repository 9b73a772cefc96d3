"""Dated snapshots of the register."""

from api.errors.addresses import NotFound
from api.errors.base import RegistryError


class UnknownSnapshot(NotFound):
    message = "There is no file “{file}” of a snapshot “{name}” here. /snapshots lists those that are kept."


class NoSnapshotFolder(RegistryError):
    message = "Say where snapshots are kept, with --to or the setting SNAPSHOTS: a directory that can be written to."


class SnapshotsOfAnother(RegistryError):
    message = "{folder} holds snapshots of another register ({other}); take those of this one ({register}) elsewhere."
