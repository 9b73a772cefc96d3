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
