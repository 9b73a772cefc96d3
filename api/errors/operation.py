"""What an operator's command cannot do."""

from api.errors.base import RegistryError


class MissingRights(RegistryError):
    """A database that the register may not set itself up in."""

    message = "The database user {user} lacks rights on the database {database}: {missing}."


class ImportNeedsSource(RegistryError):
    message = "This file changes zones: say on what document that rests and who does it, with --source and --author."


class ReservedAuthor(RegistryError):
    message = "“{author}” is what the data files are called as an author; give a person or an office."


class UnknownSource(RegistryError):
    message = "The register has no document “{source}”. Add it to data/documents.csv and load it first."


class NewerSchema(RegistryError):
    """The database was set up by a later program than this one."""

    message = (
        "The database is at version “{revision}” of the schema, which this program does not know. Use a newer one."
    )


class UnknownRevision(RegistryError):
    """No migration bears this name."""

    message = "There is no version “{revision}” of the schema. The versions are: {known}."


class NotADemo(RegistryError):
    """A database that synthetic data may not go into; `what` is the first thing found in it."""

    message = (
        "The database {database} holds something already ({what}), and no synthetic data. A demo goes only into an "
        "empty database, or takes the place of another demo."
    )


class HoldsSyntheticData(RegistryError):
    """The register's own data were to be loaded into a demo."""

    message = "This database holds synthetic data, and real data never come among them. Name another database."


class DatabaseInUse(RegistryError):
    """Others are connected to a database that must not be seen half made."""

    message = "Somebody else is connected to the database {database}. Stop what uses it, then start again."


class DataRefused(RegistryError):
    """A data file that cannot be taken, where there is nothing to show for it."""

    message = "The data files cannot be read: {reason}"


class NoDemoPossible(RegistryError):
    """More synthetic data than there is room for."""

    message = "This demo cannot be made. {reason}"
