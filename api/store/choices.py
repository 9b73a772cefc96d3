"""What a planner can choose from in the editor: codes with their labels, units and documents of the register."""

from typing import Any

from api.language import Language
from api.store.connect import Reader

Row = dict[str, Any]
CHOICES = """
SELECT json_build_object(
    'indicators', (SELECT json_agg(json_build_object('code', indicator, 'label', {label}, 'unit', unit,
        'minimum', minimum, 'maximum', maximum) ORDER BY {label} COLLATE "vi-x-icu")
        FROM indicators WHERE class = 'observation' AND unit <> ''),
    'steps', (SELECT json_agg(json_build_object('code', step, 'label', {label}) ORDER BY rank) FROM milestone_steps),
    'document_kinds', (SELECT json_agg(json_build_object('code', kind, 'label', {label}) ORDER BY rank DESC)
        FROM source_kinds),
    'provinces', (SELECT json_agg(json_build_object('uid', uid, 'name', full_name) ORDER BY name COLLATE "vi-x-icu")
        FROM admin_units WHERE level = 'province' AND valid_to IS NULL
        AND (%(allowed)s::text[] IS NULL OR uid = ANY(%(allowed)s))),
    'historic_provinces', (SELECT json_agg(json_build_object('uid', uid, 'name', full_name)
        ORDER BY name COLLATE "vi-x-icu") FROM admin_units WHERE level = 'province' AND valid_to IS NOT NULL),
    'communes', (SELECT coalesce(json_agg(full_name ORDER BY name COLLATE "vi-x-icu"), '[]') FROM admin_units
        WHERE level = 'commune' AND valid_to IS NULL AND parent_uid = %(province)s),
    'documents', (SELECT json_agg(json_build_object('id', id, 'title', title, 'number', number)
        ORDER BY issued_on DESC NULLS LAST, id) FROM sources))
"""


async def select_choices(
    reader: Reader, language: Language, *, province_uid: str | None, allowed: list[str] | None
) -> Row:
    """All lists of the editor, labels in a language. allowed: the provinces that may be chosen, None for all."""
    statement = CHOICES.replace("{label}", f"label_{language}")
    rows = await reader.rows(statement, {"province": province_uid, "allowed": allowed})
    return dict(rows[0][0])
