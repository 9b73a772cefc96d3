"""Targets of several documents: the later supersedes, the same repeats, others stand beside; nothing is dropped."""

from datetime import date

from gis.progress import relations
from tests.gis.progress.histories import GROWTH, LEVEL, target

EARLY, LATE = date(2017, 7, 17), date(2021, 12, 30)


def test_a_later_document_supersedes_another_value() -> None:
    old = target(LEVEL, "90000", comparator="gt", source="D002", written_on=EARLY, id="old")
    new = target(LEVEL, "64000", source="D000", written_on=LATE, rank=50, id="new")
    found = relations([old, new])
    assert (found["old"].kind, found["old"].facts) == ("superseded_by", ("new",))
    assert (found["new"].kind, found["new"].facts) == ("supersedes", ("old",))


def test_the_same_value_repeats_whatever_the_sign() -> None:
    found = relations([target(LEVEL, "26", id="a"), target(LEVEL, "26", comparator="gte", id="b", source="D2")])
    assert {one: found[one].kind for one in found} == {"a": "repeats", "b": "repeats"}


def test_of_equal_days_the_higher_document_supersedes() -> None:
    low = target(LEVEL, "1", source="D1", rank=30, written_on=None, id="low")
    high = target(LEVEL, "2", source="D2", rank=60, written_on=None, id="high")
    assert relations([low, high])["low"].kind == "superseded_by"


def test_a_report_tells_of_demands_and_never_supersedes_one() -> None:
    old = target(LEVEL, "13.88", source="D002", written_on=EARLY, rank=60, id="old")
    told = target(LEVEL, "14.84", source="D004", written_on=LATE, rank=30, is_retold=True, id="told")
    found = relations([old, told])
    assert {one: (found[one].kind, found[one].facts) for one in found} == {
        "old": ("beside", ("told",)), "told": ("beside", ("old",)),
    }  # fmt: skip
    newest = target(LEVEL, "15", source="D9", written_on=date(2022, 1, 1), rank=50, id="newest")
    assert relations([told, newest])["told"].kind == "superseded_by"


def test_neither_later_nor_higher_stand_beside_each_other() -> None:
    found = relations([target(LEVEL, "1", id="a", source="D1"), target(LEVEL, "2", id="b", source="D2")])
    assert {one: found[one].kind for one in found} == {"a": "beside", "b": "beside"}


def test_times_that_overlap_and_differ_stand_beside_each_other() -> None:
    whole = target(GROWTH, "16", "2021-2025", source="D1", id="whole")
    end = target(GROWTH, "18", "2025", source="D2", id="end")
    assert relations([whole, end])["end"].kind == "beside"


def test_steps_of_one_document_and_other_subjects_have_nothing_to_do_with_each_other() -> None:
    steps = [target(LEVEL, "70", "2025", id="a"), target(LEVEL, "100", "2030", id="b"),
             target(LEVEL, "70", "2025", kind="zones_of_province", id="c")]  # fmt: skip
    reviews = [
        target("review_year_final", year, year, source=source) for year, source in (("2025", "D1"), ("2026", "D2"))
    ]
    assert relations([*steps, *reviews, target(LEVEL, "1", None)]) == {}
