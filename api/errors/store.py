"""What the database cannot do, or does not take."""

from api.errors.base import RegistryError


class StoreUnavailable(RegistryError):
    """The database does not answer; asking again in `retry_after` seconds may help."""

    message = "The register's database does not answer just now. Please try again in {retry_after} seconds."

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(retry_after=retry_after)


class NotMigrated(StoreUnavailable):
    """The database answers, but its schema is missing or of another version."""

    message = "The register's database is not set up for this version yet. Its operator runs: zones migrate"


class CannotConnect(RegistryError):
    """No connection to the database named by DATABASE_URL."""

    message = "Cannot connect to the database: {reason}"


class StatementTooLong(RegistryError):
    message = "This question takes longer than the service allows. Ask for less: a smaller area or a lower limit."


class BreaksRule(RegistryError):
    """A write that a rule of the database refuses, and that nothing before it had named."""

    message = "The register's rules refuse this, and nothing was stored: {reason}"


class RowRefused(RegistryError):
    """A row that breaks a rule of the database; `column` is empty where the rule is about several."""

    message = "{reason}"

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason=reason)
