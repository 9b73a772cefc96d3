"""What the database itself refuses, whoever writes."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import errors, sql

from tests.store.conftest import Session

SQUARE = "SRID=4326;MULTIPOLYGON(((106 9.5,106.01 9.5,106.01 9.51,106 9.51,106 9.5)))"
BOW_TIE = "SRID=4326;MULTIPOLYGON(((106 9.5,106.01 9.51,106.01 9.5,106 9.51,106 9.5)))"
IN_MERCATOR = SQUARE.replace("4326", "3857")
LINE = "SRID=4326;LINESTRING(106 9.5,106.01 9.51)"

Insert = Callable[..., None]


def insert(session: Session, table: str, row: dict[str, object]) -> None:
    session.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier("registry", table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        ),
        row,
    )


@pytest.fixture
def own_session(own_url: str) -> Iterator[Session]:
    """A session whose commits stay in a register of the test's own."""
    with psycopg.connect(own_url) as connection:
        yield connection
        connection.rollback()


def version(session: Session, **changes: object) -> None:
    """A next version of Trần Đề, as its first one with `changes`."""
    names = ["slug", "version", "name_vi", "name_en", "kind", "aliases", "communes", "location", "location_accuracy_m",
             "location_basis", "location_evidence", "declared_area_ha", "declared_area_basis", "declared_area_inputs",
             "boundary", "boundary_quality", "boundary_accuracy_m", "boundary_source", "sources", "author"]  # fmt: skip
    row = session.execute(
        sql.SQL("SELECT {} FROM registry.zone_versions WHERE slug = 'kcn-tran-de'").format(
            sql.SQL(", ").join(map(sql.Identifier, names))
        )
    ).fetchone()
    assert row
    insert(session, "zone_versions", {**dict(zip(names, row, strict=True)), "version": 2, "author": "test", **changes})


def fact(session: Session, fact_class: str = "observation", **changes: object) -> None:
    """A fact about Trần Đề without its row in the table of its class."""
    row = {
        "id": "T001", "class": fact_class, "indicator": "fill_rate_pct", "subject_kind": "industrial_park",
        "subject": "Khu công nghiệp Trần Đề", "zone": "kcn-tran-de", "unit_uid": "vn63:94", "is_target": False,
        "source": "D001", "place": "II", "quote": "words", "quote_match": "exact", **changes,
    }  # fmt: skip
    insert(session, "facts", row)


def observation(session: Session, **changes: object) -> None:
    row = {"fact_id": "T001", "class": "observation", "comparator": "eq", "value": 50, **changes}
    insert(session, "observations", row)


def test_what_is_right_is_taken(own_session: Session) -> None:
    version(own_session)
    fact(own_session, as_of="2020", as_of_start="2020-01-01", as_of_end="2020-12-31")
    observation(own_session)
    own_session.execute("UPDATE registry.zones SET current_version = 2 WHERE slug = 'kcn-tran-de'")
    own_session.commit()


@pytest.mark.parametrize(
    ("outline", "error"),
    [
        (BOW_TIE, errors.CheckViolation),
        ("SRID=4326;MULTIPOLYGON EMPTY", errors.CheckViolation),
        (IN_MERCATOR, errors.InvalidParameterValue),
        (LINE, errors.InvalidParameterValue),
    ],
    ids=["crosses itself", "empty", "another SRID", "a line"],
)
@pytest.mark.parametrize("table", ["zone_versions", "admin_units", "lots"])
def test_an_outline_is_a_valid_multipolygon_in_wgs_84(
    session: Session, table: str, outline: str, error: type[Exception]
) -> None:
    rows: dict[str, dict[str, object]] = {
        "admin_units": {"uid": "t:1", "code": "1", "name": "n", "full_name": "n", "level": "commune", "source": "s"},
        "lots": {"zone": "kcn-tran-de", "code": "L1", "land_use": "industrial", "area_ha": 1},
    }
    with pytest.raises(error):
        if table == "zone_versions":
            version(session, boundary=outline)
        else:
            insert(session, table, {**rows[table], "geom": outline})


@pytest.mark.parametrize(
    "changes",
    [
        {"boundary_quality": "surveyed", "boundary_source": None},
        {"boundary_quality": None},
        {"boundary_accuracy_m": None},
        {"boundary_accuracy_m": 0},
        {"boundary_quality": "guessed"},
        {"boundary": None},
        {"declared_area_ha": None},
        {"declared_area_ha": 0},
        {"declared_area_basis": None},
        {"kind": "park"},
        {"name_vi": ""},
        {"version": 0},
        {"location_accuracy_m": 0},
    ],
    ids=str,
)
def test_a_version_says_how_sure_it_is_and_what_an_area_rests_on(session: Session, changes: dict[str, object]) -> None:
    with pytest.raises(errors.CheckViolation):
        version(session, **changes)


def test_a_surveyed_outline_has_a_source_and_gets_its_area_measured(session: Session) -> None:
    version(session, boundary=SQUARE, boundary_quality="surveyed", boundary_source="D001")
    row = session.execute("SELECT measured_area_ha FROM registry.zone_versions WHERE version = 2").fetchone()
    assert row and row[0] == pytest.approx(121.4, abs=0.2)  # 1,097.6 m by 1,106.0 m


def test_an_indicative_outline_is_not_measured(session: Session) -> None:
    rows = session.execute("SELECT DISTINCT measured_area_ha FROM registry.zone_versions WHERE boundary IS NOT NULL")
    assert rows.fetchall() == [(None,)]


def test_a_current_version_that_does_not_exist_is_refused_at_commit(own_session: Session) -> None:
    own_session.execute("UPDATE registry.zones SET current_version = 2 WHERE slug = 'kcn-tran-de'")
    with pytest.raises(errors.ForeignKeyViolation):
        own_session.commit()


def test_a_zone_without_a_version_is_refused_at_commit(own_session: Session) -> None:
    own_session.execute("INSERT INTO registry.zones (slug, current_version) VALUES ('kcn-new', 1)")
    with pytest.raises(errors.ForeignKeyViolation):
        own_session.commit()


def test_a_version_of_an_unknown_zone_is_refused_at_commit(own_session: Session) -> None:
    version(own_session, slug="kcn-new")
    with pytest.raises(errors.ForeignKeyViolation):
        own_session.commit()


@pytest.mark.parametrize("slug", ["KCN-Tran-De", "kcn_tran_de", "kcn-trần-đề", "-kcn", ""])
def test_a_slug_is_plain(session: Session, slug: str) -> None:
    with pytest.raises(errors.CheckViolation):
        insert(session, "zones", {"slug": slug, "current_version": 1})


@pytest.mark.parametrize("fact_class", ["observation", "target", "milestone", "obligation", "statement"])
def test_a_fact_without_its_row_in_the_table_of_its_class_is_refused_at_commit(
    own_session: Session, fact_class: str
) -> None:
    fact(own_session, fact_class)
    with pytest.raises(errors.IntegrityConstraintViolation, match=f"class {fact_class} but has no row"):
        own_session.commit()


def test_a_fact_cannot_have_the_row_of_another_class(session: Session) -> None:
    fact(session, "statement")
    with pytest.raises(errors.ForeignKeyViolation):
        observation(session)


@pytest.mark.parametrize(
    "changes",
    [{"indicator": "beauty"}, {"source": "D999"}, {"zone": "kcn-unknown"}, {"unit_uid": "vn63:00"}],
    ids=["indicator", "source", "zone", "unit"],
)
def test_a_fact_points_to_what_is_known(session: Session, changes: dict[str, object]) -> None:
    with pytest.raises(errors.ForeignKeyViolation):
        fact(session, **changes)


def test_two_facts_cannot_have_one_id(session: Session) -> None:
    with pytest.raises(errors.UniqueViolation):
        fact(session, id="F045")


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": None},
        {"subject_kind": "province"},
        {"quote": ""},
        {"as_of": "2020"},
        {"as_of_start": "2020-01-01"},
        {"as_of": "2020", "as_of_start": "2020-12-31", "as_of_end": "2020-01-01"},
        {"period": "2021/2025"},
        {"class": "rumour"},
    ],
    ids=str,
)
def test_a_fact_is_whole(session: Session, changes: dict[str, object]) -> None:
    with pytest.raises(errors.CheckViolation):
        fact(session, **changes)


@pytest.mark.parametrize("name", ["source", "place", "quote", "indicator", "unit_uid"])
def test_a_fact_lacks_nothing_that_proves_it(session: Session, name: str) -> None:
    with pytest.raises(errors.NotNullViolation):
        fact(session, **{name: None})


@pytest.mark.parametrize(
    "changes",
    [{"value": -0.1}, {"value": 1000}, {"comparator": "range", "value": 90, "value_max": 1000}],
    ids=["below", "above", "upper end above"],
)
def test_a_value_lies_in_the_range_of_its_indicator(session: Session, changes: dict[str, object]) -> None:
    fact(session)
    with pytest.raises(errors.CheckViolation, match=r"of fact T001 is outside 0 to \d+ of fill_rate_pct"):
        observation(session, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"comparator": "range"},
        {"comparator": "eq", "value_max": 60},
        {"comparator": "range", "value_max": 50},
        {"comparator": "range", "value_max": 40},
        {"comparator": "about"},
    ],
    ids=str,
)
def test_a_range_and_only_a_range_has_a_maximum_above_its_value(session: Session, changes: dict[str, object]) -> None:
    fact(session)
    with pytest.raises(errors.CheckViolation):
        observation(session, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"comparator": None, "value": None},
        {"milestone": "operating"},
        {"comparator": "range"},
        {"comparator": None},
        {"applies_to": "some"},
    ],
    ids=str,
)
def test_a_target_is_a_number_or_a_state_to_reach(session: Session, changes: dict[str, object]) -> None:
    fact(session, "target", indicator="target_fill_rate_pct", is_target=True)
    row = {"fact_id": "T001", "class": "target", "comparator": "gte", "value": 70, "applies_to": "all", **changes}
    with pytest.raises(errors.CheckViolation):
        insert(session, "targets", row)


def test_every_indicator_has_a_label_and_a_definition_in_both_languages(session: Session) -> None:
    row: dict[str, object] = {
        "indicator": "new", "class": "observation", "unit": "ha", "label_vi": "a", "label_en": "b",
        "definition_vi": "c", "definition_en": "d",
    }  # fmt: skip
    for name in ("label_vi", "label_en", "definition_vi", "definition_en"):
        with pytest.raises(errors.CheckViolation), session.transaction():
            insert(session, "indicators", {**row, name: ""})
    insert(session, "indicators", row)


@pytest.mark.parametrize(
    "stray", [{"sources": ["D001", "D999"]}, {"declared_area_inputs": ["F999"]}], ids=["source", "fact"]
)
def test_a_version_rests_only_on_what_is_there(own_session: Session, stray: dict[str, object]) -> None:
    version(own_session, **stray)
    with pytest.raises(errors.ForeignKeyViolation, match="999"):
        own_session.commit()


@pytest.mark.parametrize(
    "place",
    [{"location": "SRID=4326;POINT(900 99)"}, {"boundary": SQUARE.replace("106", "506")}],
    ids=["location", "boundary"],
)
def test_coordinates_lie_on_the_earth(session: Session, place: dict[str, object]) -> None:
    with pytest.raises(errors.CheckViolation):
        version(session, **place)
