"""The views that the collections are read from: one row a feature, its columns the properties."""

from alembic import op

revision = "0003"
down_revision = "0002"

ZONES = """
CREATE VIEW registry.zone_features AS
SELECT z.slug, v.name_vi, v.name_en, v.kind, f.status, f.status_as_of, f.status_basis,
    p.full_name AS province, p.code AS province_code,
    nullif(array_to_string(v.communes, '; '), '') AS commune,
    hp.full_name AS historic_province, v.historic_district,
    v.declared_area_ha, v.declared_area_basis, v.measured_area_ha, f.expansion_area_ha,
    f.leasable_area_ha, f.leased_area_ha, f.available_area_ha, f.cleared_area_ha, f.sectors,
    f.fill_rate_pct, f.fill_rate_basis, f.fill_rate_as_of,
    v.boundary_quality, v.boundary_accuracy_m, v.location_accuracy_m, v.location_evidence, v.doubts,
    v.version, f.updated_at,
    v.boundary, v.location, v.valid_from, NULL::date AS valid_to,
    v.province_uid, v.historic_province_uid
FROM registry.zones z
JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version
LEFT JOIN registry.zone_figures f ON f.slug = z.slug
LEFT JOIN registry.admin_units p ON p.uid = v.province_uid
LEFT JOIN registry.admin_units hp ON hp.uid = v.historic_province_uid
"""

FACTS = """
CREATE VIEW registry.fact_features AS
SELECT f.id, f.class, f.subject, f.subject_kind, f.zone, n.full_name AS province, n.code AS province_code,
    u.full_name AS historic_province,
    f.indicator, i.label_vi AS indicator_vi, i.label_en AS indicator_en,
    coalesce(o.comparator, t.comparator) AS comparator,
    coalesce(o.value, t.value) AS value, coalesce(o.value_max, t.value_max) AS value_max,
    nullif(i.unit, '') AS unit,
    w.word AS value_text, iv.label_vi AS value_text_vi, iv.label_en AS value_text_en,
    f.as_of, f.period, f.is_target, t.applies_to, m.step, m.basis AS step_basis, b.met,
    f.source, s.title AS source_title, s.number AS source_number, s.issued_on AS source_issued_on,
    f.place, f.quote, f.quote_match, f.note, f.recorded_at,
    f.as_of_start AS valid_from, f.as_of_end AS valid_to,
    n.uid AS province_uid,
    f.unit_uid AS historic_province_uid
FROM registry.facts f
JOIN registry.indicators i USING (indicator)
JOIN registry.sources s ON s.id = f.source
JOIN registry.admin_units u ON u.uid = f.unit_uid
LEFT JOIN LATERAL (
    SELECT c.uid, c.full_name, c.code FROM registry.admin_units c WHERE c.level = 'province' AND c.valid_to IS NULL
        AND c.uid IN (SELECT f.unit_uid UNION SELECT a.current_uid FROM registry.admin_succession a
            WHERE a.historic_uid = f.unit_uid) ORDER BY c.uid LIMIT 1) n ON true
LEFT JOIN registry.observations o ON o.fact_id = f.id
LEFT JOIN registry.targets t ON t.fact_id = f.id
LEFT JOIN registry.obligations b ON b.fact_id = f.id
LEFT JOIN registry.statements st ON st.fact_id = f.id
LEFT JOIN registry.milestones m ON m.fact_id = f.id
CROSS JOIN LATERAL (SELECT coalesce(t.milestone, b.requirement, st.content, m.wording) AS word) w
LEFT JOIN registry.indicator_values iv ON iv.indicator = f.indicator AND iv.value = w.word
"""

UNITS = """
CREATE VIEW registry.admin_unit_features AS
SELECT u.uid, u.code, u.name, u.full_name, u.name_en, u.level, u.kind, p.full_name AS parent, u.parent_uid,
    u.valid_from, u.valid_to, u.area_km2_published,
    (SELECT string_agg(c.full_name, '; ' ORDER BY c.full_name) FROM registry.admin_succession a
        JOIN registry.admin_units c ON c.uid = a.current_uid WHERE a.historic_uid = u.uid) AS successors,
    u.predecessors, u.geometry_basis, u.source, u.licence, u.geom
FROM registry.admin_units u
LEFT JOIN registry.admin_units p ON p.uid = u.parent_uid
"""


def upgrade() -> None:
    for view in (ZONES, FACTS, UNITS):
        op.execute(view)
    for view in ("zone_features", "fact_features", "admin_unit_features"):
        op.execute(f"GRANT SELECT ON registry.{view} TO registry_read, registry_write")


def downgrade() -> None:
    for view in ("zone_features", "fact_features", "admin_unit_features"):
        op.execute(f"DROP VIEW registry.{view}")
