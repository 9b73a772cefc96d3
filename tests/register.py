"""A register to which a test adds lots, facts and observations, and the service on it."""

from typing import Any

import psycopg
from psycopg.rows import dict_row
from starlette.testclient import TestClient

from api.store.connect import writing
from api.workflows import figures
from gis.dates import parse_edtf

Row = dict[str, Any]


class Register:
    """A loaded register of the test's own, to which lots and facts are added, and the service on it."""

    def __init__(self, dsn: str, client: TestClient) -> None:
        self.dsn, self.client, self.added = dsn, client, 0

    def execute(self, statement: str, *parameters: object) -> list[Row]:
        with psycopg.connect(self.dsn, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, parameters)  # type: ignore[call-overload]
            return list(cursor) if cursor.description else []

    def add_lots(
        self, zone: str, lots: list[tuple[Any, ...]], as_of: str | None = "2024", source: str = "D001"
    ) -> None:
        for lot in lots:
            self.execute(
                "INSERT INTO registry.lots (zone, code, land_use, status, area_ha, as_of, source) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                zone, *lot, as_of, source,
            )  # fmt: skip
        self.refresh()

    def observe(
        self, zone: str, value: float, indicator: str = "fill_rate_pct", as_of: str | None = "2021",
        source: str = "D001", comparator: str = "eq",
    ) -> None:  # fmt: skip
        self.added += 1
        fact, when = f"T{self.added:03}", parse_edtf(as_of or "")
        with psycopg.connect(self.dsn) as connection:
            connection.execute(
                "INSERT INTO registry.facts (id, class, indicator, subject_kind, subject, zone, unit_uid, is_target, "
                "as_of, as_of_start, as_of_end, source, place, quote, quote_match) SELECT %s, 'observation', %s, "
                "v.kind, v.name_vi, v.slug, 'vn63:94', false, %s, %s, %s, %s, 'II', 'words', 'exact' "
                "FROM registry.zone_versions v WHERE slug = %s",
                [fact, indicator, as_of, when and when.start, when and when.end, source, zone],
            )
            connection.execute(
                "INSERT INTO registry.observations VALUES (%s, 'observation', %s, %s)", [fact, comparator, value]
            )
        self.refresh()

    def say(
        self, zone: str, indicator: str, kind: str, word: str, as_of: str = "2024", *, met: bool | None = None
    ) -> None:
        """An obligation or a statement about a zone."""
        self.added += 1
        fact, when = f"T{self.added:03}", parse_edtf(as_of)
        assert when
        with psycopg.connect(self.dsn) as connection:
            connection.execute(
                "INSERT INTO registry.facts (id, class, indicator, subject_kind, subject, zone, unit_uid, is_target, "
                "as_of, as_of_start, as_of_end, source, place, quote, quote_match) SELECT %s, %s, %s, v.kind, "
                "v.name_vi, v.slug, 'vn63:94', false, %s, %s, %s, 'D001', 'II', 'words', 'exact' "
                "FROM registry.zone_versions v WHERE slug = %s",
                [fact, kind, indicator, as_of, when.start, when.end, zone],
            )
            if kind == "obligation":
                connection.execute(
                    "INSERT INTO registry.obligations VALUES (%s, 'obligation', %s, %s)", [fact, word, met]
                )
            else:
                connection.execute("INSERT INTO registry.statements VALUES (%s, 'statement', %s)", [fact, word])
        self.refresh()

    def state_areas(
        self, zone: str, areas: tuple[float | None, ...], as_of: str = "2021", source: str = "D001"
    ) -> None:
        """Leasable and leased industrial land, leasable and leased service land, as one document says; None: not."""
        for indicator, value in zip(figures.AREAS, areas, strict=True):
            if value is not None:
                self.observe(zone, value, indicator, as_of, source)

    def refresh(self) -> None:
        with writing(self.dsn) as session:
            figures.refresh(session)

    def stored(self, zone: str) -> Row:
        return self.execute("SELECT * FROM registry.zone_figures WHERE slug = %s", zone)[0]

    def answer(self, **query: str) -> Row:
        response = self.client.get("/stats/fill-rates", params=query)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def rate(self, zone: str, **query: str) -> Row:
        return next(one for one in self.answer(**query)["rates"] if one["zone"] == zone)

    def group(self, name: str, **query: str) -> Row:
        return next(one for one in self.answer(**query)["rates"] if one["name"].endswith(name))
