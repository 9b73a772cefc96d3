"""What can be wrong with what somebody handed to `gis`: one class for one fact.

`message` is an English msgid with {names} that `facts` fills in, so that a page can say the same in either
language; `str()` is the English sentence, and says what would be right where that can be known.
"""


class GisError(ValueError):
    """Base of all. `facts` holds the values that `message` names."""

    message = "This cannot be used."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))

    def __reduce__(self) -> tuple[object, ...]:
        """So that an error can pass from one process to another."""
        return restored, (type(self), self.facts)


def restored(kind: type[GisError], facts: dict[str, object]) -> GisError:
    """An error as it was."""
    return kind(**facts)


class UnknownCrs(GisError):
    """`text` names no coordinate reference system of the register; `known` lists those it has."""

    message = "“{text}” is not a coordinate reference system of this register. It has: {known}."


class MisspeltCrs(UnknownCrs):
    """`text` means one of the register's systems but is not how it is written; `uri` and `curie` are."""

    message = "“{text}” is not how a coordinate reference system is named here: write {uri} or {curie}."


class WrongShape(GisError):
    """Points that are not an array of shape (n, 2); `shape` is what came."""

    message = "Points must be pairs of numbers, an array of shape (n, 2); these have the shape {shape}."


class NotNumbers(GisError):
    """Points that are not numbers at all; `reason` is numpy's word for it."""

    message = "Points must be numbers: {reason}."


class NotFinite(GisError):
    """Point number `index` (from 0) holds a NaN or an infinity."""

    message = "Point {index} is not a pair of finite numbers: {first}, {second}."


class OutsideArea(GisError):
    """Point number `index` (from 0) lies outside the area in which `crs` is used here.

    Facts: `first`, `second` as given; `lon`, `lat` where that is on the earth (None where it is nowhere);
    `crs` the name; `west`, `south`, `east`, `north` the area in degrees.
    """

    message = (
        "Point {index} ({first}, {second}) in {crs} lies at longitude {lon}, latitude {lat}, outside "
        "{west} to {east} east and {south} to {north} north. Are X and Y swapped, or is it another zone?"
    )


class BadDisc(GisError):
    """No disc can be drawn with these numbers; `reason` says why."""

    message = "No disc of {area_ha} ha around {lon}, {lat} can be drawn: {reason}."


class BadDate(GisError):
    """`text` is no date of the precisions that documents use; `reason` says why."""

    message = "“{text}” is not a date: {reason}. Write 2021, 2021-06, 2021-06-29 or 2021/2025."


class BadPeriod(GisError):
    """`text` is no period that offices report on."""

    message = "“{text}” is not a period. Write a year, 2025, or half of one, 2025-H1 or 2025-H2."


class BadQuantity(GisError):
    """`name` cannot be `value`; `reason` says why."""

    message = "{name} cannot be {value}: {reason}."


class UnknownChoice(GisError):
    """`name` cannot be `value`; `known` lists what it can be."""

    message = "{name} cannot be “{value}”. It can be: {known}."


class MixedDefinitions(GisError):
    """A group was made of rates by `found` where `definition` was asked for."""

    message = "A fill rate by {definition} cannot be summed from figures by {found}."


class TooManyZones(GisError):
    """More synthetic zones than the provinces have room for."""

    message = "There is no room for {zones} zones: at most {most}."


class TooManyLots(GisError):
    """More synthetic lots than the zones can be divided into."""

    message = "There is no room for {lots} lots: {most} at most in the zones that have a plan."


class UnreadableFile(GisError):
    """`file` cannot be read as its ending says; `reason` is what the reading library or we found."""

    message = "“{file}” cannot be read: {reason}."


class UnreadableTable(GisError):
    """What was handed in as a corner table cannot be opened at all; `reason` says why."""

    message = "This corner table cannot be read: {reason}."


class TableTooLarge(GisError):
    """More than a corner table has; `reason` says of what."""

    message = "This corner table is too large: {reason}."


class NotVn2000(GisError):
    """A corner table is written in a zone of VN-2000, and `crs` is none."""

    message = "A corner table is in VN-2000, and {crs} is not. It can be EPSG 3405, 4756, 5896 to 5899, 9205 to 9218."


class UnknownFileKind(GisError):
    """`file` is none of the kinds that outlines are read from; `known` lists those."""

    message = "“{file}” is not a kind of file that outlines are read from. Read are: {known}."


class WrongEnding(GisError):
    """`file` holds something else than its ending says; `found` is what, `right` the endings that this has."""

    message = "“{file}” holds {found}, which its name does not say. Name it {right}, if that is what you meant."


class UnknownLayer(GisError):
    """`layer` is no layer of the file; `known` lists those it has."""

    message = "There is no layer “{layer}” in this file. It has: {known}."


class UnknownFeature(GisError):
    """`feature` is no number of a feature of `layer`, which has `count`."""

    message = "There is no feature {feature} in the layer “{layer}”: they are numbered from 1 to {count}."


class LayerNotChosen(UnknownLayer):
    """Several layers, and none of them named; `known` lists them."""

    message = "Say which layer of the file is meant: {known}."


class FeatureNotChosen(UnknownFeature):
    """Several features, or none at all, and no number; `count` is how many `layer` has."""

    message = "Say which feature of the layer “{layer}” is meant; it has {count}, numbered from 1."


class UnknownEncoding(GisError):
    """`encoding` names no encoding that texts are read in; `known` lists those."""

    message = "Texts cannot be read as “{encoding}”. They can as: {known}."


class HoldsTooMuch(GisError):
    """A file that holds more than is read; the kinds say of what. `most` is how much that is."""

    message = "This file holds more than is read here, at most {most}."


class TooManyFeatures(HoldsTooMuch):
    message = "This file holds more features than are read here, at most {most}. Send only those you need."


class TooManyVertices(HoldsTooMuch):
    message = "This file holds more vertices than are read here, at most {most}. Send only the outlines you need."


class TooManyLayers(HoldsTooMuch):
    message = "This file holds more layers than are read here, at most {most}. Send only the one you need."


class TooManyEntries(HoldsTooMuch):
    message = "This archive holds more files than are read here, at most {most}."


class UnfoldsTooFar(HoldsTooMuch):
    """An archive that is small and its contents are not, as bombs are."""

    message = "This archive unfolds to more than is read here, at most {most} MB and {ratio} times its size."
