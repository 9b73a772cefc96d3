"""What can go wrong with a backup, or with putting it back."""

from api.errors.base import RegistryError


class NothingToBackUp(RegistryError):
    message = "There is no register in this database. Name the right one with DATABASE_URL."


class NoBackup(RegistryError):
    message = "{folder} is no backup of the register: {reason}. Name the folder that `zones backup` made."


class BackupBroken(RegistryError):
    message = "The backup in {folder} is not what was written there: its checksum differs. Use another one."


class NotEmpty(RegistryError):
    message = "The database {database} is not empty, and a restore replaces nothing. Make a new one and name it."


class BackupFailed(RegistryError):
    message = "{program} failed: {reason}"


class RestoreDiffers(RegistryError):
    message = "What was restored is not what was backed up. These differ: {tables}. Do not use this database."
