"""The map of fill rates: what it shows, put together from the register; drawn by `gis.maps`."""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from typing import Any

from api import attribution
from api.language import Language, gettext
from api.settings import ROOT
from api.store.collections import SUBJECTS_OF
from api.store.connect import Reader
from api.store.stats import select_sketches, select_targets, select_zone_rows
from gis.dates import LEGAL_ZONE, parse_edtf
from gis.maps import MOST_DRAWN, Assets, ZoneOnMap, fill_rate_map

Row = dict[str, Any]
PACKAGES = ROOT / "node_modules"
DRAWING = ThreadPoolExecutor(1, "maps")  # one after the other, and nobody who asks for something else waits


async def draw_fill_rates(
    reader: Reader,
    language: Language,
    *,
    slugs: Collection[str] | None = None,
    assets: Assets | None = None,
    link: Callable[[str], str] | None = None,
) -> str:
    """The whole HTML document, of the zones with these `slugs` or of all. `assets` unsaid are served by ourselves;
    `link` gives the address of a zone's page.
    """
    _ = gettext(language)
    rows = await select_zone_rows(reader, outlines=MOST_DRAWN, slugs=slugs)
    targets, today = await select_targets(reader), datetime.now(LEGAL_ZONE).date()
    zones = [zone_on_map(row, target_for(row, targets, today)) for row in rows]
    units = {"type": "FeatureCollection", "features": await select_sketches(reader)}
    draw = partial(
        fill_rate_map, zones, units, language=language, _=_, link=link,
        attribution=attribution.whole(_, synthetic=reader.synthetic), synthetic=reader.synthetic,
        assets=assets or Assets(stylesheets=("/assets/leaflet/leaflet.css", "/assets/styles/type.css")),
    )  # fmt: skip
    return await asyncio.get_running_loop().run_in_executor(DRAWING, draw)


def offline_assets() -> Assets:
    """Leaflet and Inter as texts, for a file that opens from disk and asks nobody."""
    leaflet, inter = PACKAGES / "leaflet" / "dist", PACKAGES / "@fontsource-variable" / "inter" / "files"
    return Assets.inlined(
        script=(leaflet / "leaflet.js").read_text(encoding="utf-8"),
        style=(leaflet / "leaflet.css").read_text(encoding="utf-8"),
        fonts={
            subset: (inter / f"inter-{subset}-wght-normal.woff2").read_bytes() for subset in ("latin", "vietnamese")
        },
    )


def target_for(zone: Row, targets: list[Row], today: date) -> Row | None:
    """The rate that is demanded of such a zone next: after its own rate was reported or, without one, from today on.

    Where all are past it is the last one.
    """
    reported = parse_edtf(zone["fill_rate_as_of"] or "")
    since = reported.end if reported else today
    demanded = [
        one for one in targets
        if one["unit_uid"] == zone["historic_province_uid"] and one["subject_kind"] in SUBJECTS_OF[zone["kind"]]
        and (one["applies_to"] == "all" or zone["status"] == "operating")
    ]  # fmt: skip
    due = [one for one in demanded if one["period_end"] > since.isoformat()]
    return due[0] if due else demanded[-1] if demanded else None


def zone_on_map(row: Row, target: Row | None) -> ZoneOnMap:
    return ZoneOnMap(
        slug=row["slug"], name_vi=row["name_vi"], name_en=row["name_en"], kind=row["kind"], lon=row["lon"],
        lat=row["lat"], accuracy_m=row["location_accuracy_m"], status=row["status"],
        status_as_of=row["status_as_of"], declared_area_ha=row["declared_area_ha"],
        declared_area_basis=row["declared_area_basis"], boundary_quality=row["boundary_quality"],
        boundary_accuracy_m=row["boundary_accuracy_m"], outline=row["outline"], fill_rate_pct=row["fill_rate_pct"],
        fill_rate_basis=row["fill_rate_basis"], fill_rate_as_of=row["fill_rate_as_of"],
        fill_rate_source=row["fill_rate_source_number"] or row["fill_rate_source_title"],
        target_pct=target["value"] if target else None, target_comparator=target["comparator"] if target else None,
        target_year=int(target["period"][-4:]) if target else None,
        target_of_operating=target is not None and target["applies_to"] == "operating",
        province=row["historic_province"],
    )  # fmt: skip
