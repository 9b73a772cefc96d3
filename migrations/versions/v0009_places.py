"""Reference places to measure from, areas that public pages give, whom to ask, and two figures of a zone: whether it
has a wastewater plant, and cleared land.
"""

from alembic import op

from migrations.versions.v0007_changes import CURRENT_ZONES, FORMER_VIEWS, ZONE_FEATURES

revision = "0009"
down_revision = "0008"

PLACES = """
CREATE TABLE registry.places (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    kind text NOT NULL CHECK (kind IN ('city', 'airport', 'port', 'border_gate', 'railway_station', 'junction')),
    name_vi text NOT NULL CHECK (name_vi <> ''),
    name_en text NOT NULL CHECK (name_en <> ''),
    location geometry(Point, 4326) NOT NULL,
    accuracy_m double precision NOT NULL CHECK (accuracy_m > 0 AND accuracy_m < 'infinity'),
    source text NOT NULL CHECK (source <> ''),
    source_licence text NOT NULL CHECK (source_licence <> ''),
    note text
);
COMMENT ON TABLE registry.places IS 'cities, ports and the like that distances are measured from, each with its origin';
"""
EVIDENCE_AREAS = """
CREATE TABLE registry.evidence_areas (
    evidence text PRIMARY KEY REFERENCES registry.evidence (id),
    area_ha numeric CHECK (area_ha > 0 AND area_ha < 'infinity')
);
COMMENT ON TABLE registry.evidence_areas IS 'the area that a quote of a public page gives of its zone, as we read it';
"""
CONTACTS = """
CREATE TABLE registry.contacts (
    subject text PRIMARY KEY,
    zone text REFERENCES registry.zones (slug),
    province_uid text REFERENCES registry.admin_units (uid),
    authority_vi text NOT NULL CHECK (authority_vi <> ''),
    authority_en text NOT NULL CHECK (authority_en <> ''),
    phone text,
    email text,
    address text,
    source text NOT NULL REFERENCES registry.sources (id),
    place text NOT NULL CHECK (place <> ''),
    CONSTRAINT contacts_subject CHECK (num_nonnulls(zone, province_uid) = 1 AND subject IN (zone, province_uid)),
    CONSTRAINT contacts_way CHECK (num_nonnulls(phone, email, address) > 0)
);
COMMENT ON TABLE registry.contacts IS 'whom to ask about a zone or the zones of a province, as a document names them';
"""
NEW_TABLES = ("places", "evidence_areas", "contacts")
FIGURES = """
ALTER TABLE registry.zone_figures ADD has_wastewater_plant boolean, ADD has_cleared_land boolean;
COMMENT ON COLUMN registry.zone_figures.has_wastewater_plant IS 'whether a document says that it stands, or not yet';
COMMENT ON COLUMN registry.zone_figures.has_cleared_land IS 'whether lots or a document say that land is cleared';
"""
# `until` stays the last column of the past, behind all that is served.
SERVED = """
ALTER TABLE registry.served_zones ADD has_wastewater_plant boolean, ADD has_cleared_land boolean;
ALTER TABLE registry.past_zones ADD has_wastewater_plant boolean, ADD has_cleared_land boolean, ADD ended bigint;
UPDATE registry.past_zones SET ended = until;
ALTER TABLE registry.past_zones DROP until;
ALTER TABLE registry.past_zones RENAME ended TO until;
ALTER TABLE registry.past_zones ALTER until SET NOT NULL;
CREATE INDEX past_zones_until ON registry.past_zones (until);
"""
# What a register of before says by now; workflows/figures.py works both out from then on.
WORKED_OUT = """
UPDATE registry.zone_figures z SET has_wastewater_plant = p.stands, has_cleared_land = c.cleared
FROM registry.zone_figures g
LEFT JOIN LATERAL (
    SELECT coalesce(o.met, s.content = 'operating') AS stands FROM registry.facts f
    JOIN registry.sources d ON d.id = f.source JOIN registry.source_kinds k ON k.kind = d.kind
    LEFT JOIN registry.obligations o ON o.fact_id = f.id LEFT JOIN registry.statements s ON s.fact_id = f.id
    WHERE f.zone = g.slug AND (f.indicator = 'commitment_wastewater_plant' AND o.met IS NOT NULL
        OR f.indicator = 'wastewater_plant_status' AND s.content IN ('operating', 'phase_1_under_construction'))
    ORDER BY coalesce(f.as_of_end, f.period_end) DESC NULLS LAST, k.rank DESC, d.issued_on DESC NULLS LAST, f.id LIMIT 1
) p ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN g.cleared_area_ha IS NOT NULL THEN g.cleared_area_ha > 0
        WHEN EXISTS (SELECT FROM registry.milestones m WHERE m.zone = g.slug AND m.step = 'site_clearance_done'
            AND m.basis = 'stated') THEN true END AS cleared
) c ON true
WHERE z.slug = g.slug AND (p.stands IS NOT NULL OR c.cleared IS NOT NULL)
"""
ADDED = ("has_wastewater_plant", "has_cleared_land")
EVENTS = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows", "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows", "TRUNCATE": "",
}  # fmt: skip


def with_columns(view: str) -> str:
    """A view of v0007 with the new columns behind its last one."""
    head, first_table, rest = view.partition("\nFROM registry.")
    return head + "".join(f", f.{name}" for name in ADDED) + first_table + rest


def upgrade() -> None:
    for part in (
        PLACES,
        EVIDENCE_AREAS,
        CONTACTS,
        FIGURES,
        with_columns(ZONE_FEATURES),
        with_columns(CURRENT_ZONES),
        SERVED,
    ):
        op.execute(part)
    for table in NEW_TABLES:
        op.execute(f"GRANT SELECT ON registry.{table} TO registry_read, registry_write")
        op.execute(f"GRANT INSERT, UPDATE ON registry.{table} TO registry_write")
        for event, rows in EVENTS.items():
            op.execute(
                f"CREATE TRIGGER {table}_served_{event.lower()} AFTER {event} ON registry.{table} "
                f"{rows} FOR EACH STATEMENT EXECUTE FUNCTION registry.mark('register:''*''')"
            )
    op.execute(WORKED_OUT)
    op.execute("SET CONSTRAINTS registry.publishing_at_commit IMMEDIATE")
    op.execute("SET CONSTRAINTS registry.publishing_at_commit DEFERRED")


def downgrade() -> None:
    op.execute("DROP TABLE " + ", ".join(f"registry.{table}" for table in NEW_TABLES))
    op.execute("DROP VIEW registry.current_lots, registry.lot_features, registry.current_zones, registry.zone_features")
    dropped = ", ".join(f"DROP {name}" for name in ADDED)
    for table in ("served_zones", "past_zones", "zone_figures"):
        op.execute(f"ALTER TABLE registry.{table} {dropped}")
    for view in (ZONE_FEATURES, FORMER_VIEWS[1], CURRENT_ZONES, FORMER_VIEWS[3]):
        op.execute(view)
    for name in ("zone_features", "current_zones", "lot_features", "current_lots"):
        op.execute(f"GRANT SELECT ON registry.{name} TO registry_read, registry_write")
