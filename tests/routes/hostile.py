"""A register in which every text that somebody else wrote tries to run as a program."""

import psycopg
from psycopg import sql

HOSTILE = (
    "</title></script><script>boom()</script><img src=x onerror=boom()>\"'` onmouseover=boom() `${boom()}`"
    "{{7*7}}{% raw %}</textarea><!--&lt;\u2028Trần Đề"
)
TEXTS = {
    "zone_versions": "name_vi name_en commune_candidate historic_district location_basis location_evidence "
    "declared_area_note status_detail doubts boundary_crs author",
    "facts": "subject place quote note",
    "sources": "title number issuer province issued_on_basis text_quality published",
    "source_kinds": "label_vi label_en",
    "indicators": "unit label_vi label_en definition_vi definition_en",
    "indicator_values": "label_vi label_en",
    "milestones": "wording note",
    "statements": "content",
    "obligations": "requirement",
    "phases": "name_vi name_en",
    "evidence": "claim_type quote note",
    "places": "name_vi name_en source source_licence note",
    "contacts": "authority_vi authority_en phone email address place",
    "admin_units": "name full_name name_en kind predecessors geometry_basis source licence",
}
LISTS = {"zone_versions": "communes aliases"}


def poison(database_url: str) -> None:
    """Write it into every text of the register; history's guards are switched off for that."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for value, tables in ((HOSTILE, TEXTS), ([HOSTILE], LISTS)):
            for table, columns in tables.items():
                assignments = sql.SQL(", ").join(
                    sql.SQL("{} = %(value)s").format(sql.Identifier(column)) for column in columns.split()
                )
                statement = sql.SQL("UPDATE registry.{} SET {}").format(sql.Identifier(table), assignments)
                connection.execute(statement, {"value": value})
        connection.execute("UPDATE registry.sources SET url = 'javascript:boom()' WHERE url IS NOT NULL")
        connection.execute("SET session_replication_role = origin")
        connection.execute("INSERT INTO registry.dirty (part, id) SELECT part, '*' FROM registry.revisions")
        connection.execute("INSERT INTO registry.publishing VALUES (txid_current())")
