"""What can go wrong, as facts: no status codes and no wording for a reader.

`routes/problems.py` gives each a status and a sentence in the reader's language; str() is the English one for logs
and the command line. May import: nothing of the project but gis.
"""


class RegistryError(Exception):
    """Base of all. `message` is an English msgid with {names} that `facts` fills in."""

    message = "Something went wrong."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))


class NotFound(RegistryError):
    """There is no such thing; the facts say what was asked for."""

    message = "There is nothing at this address."


class UnknownCollection(NotFound):
    message = "There is no collection “{name}”. The collections are: {known}."


class UnknownItem(NotFound):
    message = "There is no “{id}” in the collection {collection}."


class BadParameter(RegistryError):
    """A value that cannot be understood; `parameter` names where it stood."""

    message = "“{value}” is not a value of {parameter}."

    def __init__(self, parameter: str, **facts: object) -> None:
        self.parameter = parameter
        super().__init__(parameter=parameter, **facts)


class UnknownParameter(BadParameter):
    message = "There is no parameter “{parameter}” here. The parameters are: {known}."


class RepeatedParameter(BadParameter):
    message = "The parameter {parameter} is given more than once; give it once."


class BadText(BadParameter):
    message = "{parameter} must be text in UTF-8 without the character NUL; “{value}” is not."


class BadNumber(BadParameter):
    message = "{parameter} must be a number, such as 160 or 96.5; “{value}” is not one."


class BadInteger(BadParameter):
    message = "{parameter} must be a whole number of at least {minimum}; “{value}” is not."


class BadBoolean(BadParameter):
    message = "{parameter} must be true or false; “{value}” is neither."


class BadBbox(BadParameter):
    message = "bbox must be four numbers, {order}, or six with heights; “{value}” is not: {reason}."


class NoGeometry(BadParameter):
    message = "{collection} has no geometry, so {parameter} cannot be used on it."


class BadCrs(BadParameter):
    message = "“{value}” is not a coordinate reference system that {parameter} takes. It takes: {known}."


class MisspeltCrs(BadCrs):
    message = "“{value}” is not how {parameter} names a coordinate reference system: write {uri} or {curie}."


class BadDatetime(BadParameter):
    message = (
        "{parameter} must be a day such as 2021-06-29, a time such as 2021-06-29T07:00:00Z, or an interval of these "
        "such as 2020-01-01/.. ; “{value}” is not."
    )


class BadInterval(BadParameter):
    message = "The interval “{value}” of {parameter} ends before it begins."


class BadDay(BadParameter):
    message = "{parameter} must be a day such as 2021-06-29; “{value}” is not."


class BadMoment(BadParameter):
    message = "{parameter} must be a time such as 2021-06-29T07:00:00Z; “{value}” is not."


class BadAsOf(BadParameter):
    message = "“{value}” is not a date that as_of takes. Write 2021, 2021-06 or 2021-06-29."


class BadChoice(BadParameter):
    message = "{parameter} cannot be “{value}”. It can be: {known}."


class BadWords(BadParameter):
    message = "{parameter} must have a letter or a digit to look for; “{value}” has none."


class Contradiction(BadParameter):
    message = "{parameter} and {other} cannot be given together."


class BadPlace(BadParameter):
    message = (
        "“{value}” is not a place in this order. {parameter} comes from the next and prev links; begin without it."
    )


class UnknownProvince(BadParameter):
    message = (
        "“{value}” is not a province of Viet Nam, today's or former. "
        "Give a code (92), a name (Sóc Trăng) or its short form (soc-trang)."
    )


class FormatNeedsGeometry(BadParameter):
    message = "“{value}” is a format of geometry, and {collection} has none. It can be had as: {known}."


class FormatNeedsWgs84(BadParameter):
    message = "{format} only knows longitude and latitude in WGS 84; leave out {parameter} or write {known}."


class TooManyRows(BadParameter):
    message = (
        "A file of “{value}” holds at most {most} features, and {count} were found. Ask for less or for another format."
    )


class WrongMethod(RegistryError):
    message = "{method} cannot be done at this address. What can be done: {known}."


class NotAcceptable(RegistryError):
    message = "None of the formats asked for in Accept is served here. Served are: {known}."


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


class MissingRights(RegistryError):
    """A database that the register may not set itself up in."""

    message = "The database user {user} lacks rights on the database {database}: {missing}."


class RowRefused(RegistryError):
    """A row that breaks a rule of the database; `column` is empty where the rule is about several."""

    message = "{reason}"

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason=reason)


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
