"""A register with something in every kind of property, asked by the role that reads, as the service asks it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from api.store.collections import COLLECTIONS
from api.store.connect import SEARCH_PATH
from api.store.filters import compile_filter
from api.store.filters.source import Language
from gis.crs import CRS84, Crs
from tests.store.conftest import Session

Row = dict[str, Any]
SECTORS = {
    "kcn-tran-de": ["seafood", "logistics"],
    "kcn-an-nghiep": ["seafood"],
    "kcn-my-thanh": ["energy", "logistics", "seafood"],
    "kcn-thanh-loc": [],
}


class Register:
    """Asks by filters, and gives whole collections to whoever works the answer out alone."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ids(self, collection: str, text: str, language: Language = "cql2-text", crs: Crs = CRS84) -> set[str]:
        asked = COLLECTIONS[collection]
        condition = compile_filter(asked, text, language=language, crs=crs)
        query = f"SELECT {asked.id} FROM {asked.view} WHERE {condition.sql}"
        return {row[0] for row in self.session.execute(query.encode(), condition.values)}

    def rows(self, collection: str) -> dict[str, Row]:
        """Every feature's properties by id, its geometry as WKB under `geometry`."""
        asked = COLLECTIONS[collection]
        shape = f", ST_AsBinary({asked.geometry}) AS geometry" if asked.geometry else ""
        with self.session.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            cursor.execute(f"SELECT *{shape} FROM {asked.view}".encode())
            return {row[asked.id]: row for row in cursor}

    def plan(self, collection: str, text: str) -> str:
        asked = COLLECTIONS[collection]
        condition = compile_filter(asked, text, language="cql2-text")
        query = f"EXPLAIN SELECT {asked.id} FROM {asked.view} WHERE {condition.sql}"
        return "\n".join(row[0] for row in self.session.execute(query.encode(), condition.values))


@pytest.fixture(scope="module")
def register(loaded_url: str) -> Iterator[Register]:
    with psycopg.connect(loaded_url) as connection:
        for slug, sectors in SECTORS.items():
            connection.execute("UPDATE registry.zone_figures SET sectors = %s WHERE slug = %s", [sectors, slug])
        connection.execute(
            "UPDATE registry.obligations SET met = (n = 1) FROM (SELECT fact_id AS id, row_number() OVER "
            "(ORDER BY fact_id) AS n FROM registry.obligations) o WHERE fact_id = id AND n < 4"
        )
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # have it served
        connection.execute("SET LOCAL ROLE registry_read")
        connection.execute(SEARCH_PATH)
        connection.execute("SET TIME ZONE 'UTC'")
        yield Register(connection)
        connection.rollback()
