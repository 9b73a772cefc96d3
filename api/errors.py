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

    def __reduce__(self) -> tuple[object, ...]:
        """So that an error can pass from one process to another, whatever its kind is made from."""
        return restored, (type(self), self.args, self.__dict__)


def restored(kind: type[RegistryError], args: tuple[object, ...], state: dict[str, object]) -> RegistryError:
    """An error as it was."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class NotFound(RegistryError):
    """There is no such thing; the facts say what was asked for."""

    message = "There is nothing at this address."


class UnknownCollection(NotFound):
    message = "There is no collection “{name}”. The collections are: {known}."


class UnknownItem(NotFound):
    message = "There is no “{id}” in the collection {collection}."


class NoTiles(NotFound):
    message = "There are no tiles of {collection}, which has no geometry. There are tiles of: {known}."


class UnknownTileMatrixSet(NotFound):
    message = "There is no tile matrix set “{name}”. The tile matrix sets are: {known}."


class UnknownZoom(NotFound):
    message = "There are no tiles at zoom “{zoom}” here. There are tiles at zoom {first} to {last}."


class UnknownTile(NotFound):
    message = (
        "There is no tile in row “{row}” and column “{column}” here. At zoom {zoom} there are rows {first_row} to "
        "{last_row} and columns {first_column} to {last_column}; the row stands before the column."
    )


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


# Filters (CQL2). `where` is line:column of a filter given as text, a JSON pointer of one given as JSON.


class BadFilter(BadParameter):
    """A filter that cannot be asked; the kinds below say why and what would be right."""

    message = "The filter cannot be used."

    def __init__(self, **facts: object) -> None:
        super().__init__("filter", **facts)


class FilterTooLong(BadFilter):
    message = "The filter is {length} characters long; at most {most} are read. Split it into several requests."


class FilterTooDeep(BadFilter):
    message = (
        "At {where} the filter is nested or chained too deeply: brackets, NOT, signs and operators that need one "
        "another may be {most} in all."
    )


class FilterTooComplex(BadFilter):
    message = "The filter reckons too much: at most {most} arithmetic operators are read."


class UnreadableFilter(BadFilter):
    message = "The filter cannot be read at {where}: {reason}."


class UnknownQueryable(BadFilter):
    message = "At {where} of the filter: {collection} has no property “{value}”. It has: {known}."


class UnknownFunction(BadFilter):
    message = "At {where} of the filter: there is no function or operator “{value}”. There are: {known}."


class WrongOperand(BadFilter):
    message = "At {where} of the filter: {operator} takes {wanted}; “{value}” is of type {found}."


class WrongCount(BadFilter):
    message = "At {where} of the filter: {operator} takes {wanted} operands, not {found}."


class NullOperand(BadFilter):
    message = "At {where} of the filter: {operator} cannot be asked of NULL. Ask for a missing value by IS NULL."


class NotWorkedOut(BadFilter):
    """The database began to work a filter out and could not end; nobody knew a filter like it when this was written."""

    message = "The filter cannot be worked out: {reason}."


class BadFilterTime(BadFilter):
    message = (
        "At {where} of the filter: “{value}” is neither a day such as 2021-06-29 nor a time such as "
        "2021-06-29T07:00:00Z."
    )


class BadFilterInterval(BadFilter):
    message = "At {where} of the filter: the interval “{value}” ends before it begins."


class InstantNotInterval(BadFilter):
    message = (
        "At {where} of the filter: {operator} compares intervals, and “{value}” is an instant. Write INTERVAL(a, b), "
        "or use T_AFTER, T_BEFORE, T_DISJOINT, T_EQUALS or T_INTERSECTS."
    )


class BadFilterNumber(BadFilter):
    message = (
        "At {where} of the filter: {value} is too large or too small; numbers go from 1e-40 to 1e15 either side of 0."
    )


class DividedByZero(BadFilter):
    message = "At {where} of the filter: {operator} divides by zero."


class BadPattern(BadFilter):
    message = (
        "At {where} of the filter: the pattern “{value}” ends with a lone backslash. To find a backslash itself, "
        "write it twice in the pattern."
    )


class BadFilterGeometry(BadFilter):
    message = "At {where} of the filter: the geometry “{value}” cannot be used: {reason}."


class CrossingGeometry(BadFilter):
    message = (
        "At {where} of the filter: the geometry “{value}” is not valid: {kind} at {first} {second}. Rings must not "
        "cross or overlap themselves or one another."
    )


class GeometryOutside(BadFilter):
    message = (
        "At {where} of the filter: the position {first} {second} of “{value}” lies outside the area of {crs}. "
        "Positions are in the order {order}; are they swapped, or in another system (filter-crs)?"
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
