"""The quality of the data: what is known of how many zones, how old it is, what contradicts what; the worst first."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import accumulate
from typing import Any

from api.language import N_
from api.store import quality as store
from api.store.assessment import select_units_within
from api.store.connect import Reader
from api.workflows.assessment import legal_day
from gis.assessment.law import threshold_of
from gis.dates import parse_edtf

Row = dict[str, Any]
MOST = 100  # conflicts and zones that are listed
ATTRIBUTES = {
    "declared_area_ha": N_("Declared area"), "declared_area_stated": N_("Declared area stated, not derived"),
    "outline": N_("Any outline"), "outline_measured": N_("Surveyed or digitised outline"),
    "outline_surveyed": N_("Surveyed outline"), "status": N_("Status"), "status_as_of": N_("Date of the status"),
    "leasable_area_ha": N_("Land for lease"), "leased_area_ha": N_("Land leased"), "available_area_ha": N_("Free land"),
    "cleared_area_ha": N_("Cleared land, area"), "has_cleared_land": N_("Whether there is cleared land"),
    "fill_rate_pct": N_("Fill rate"), "fill_rate_as_of": N_("Date of the fill rate"),
    "has_wastewater_plant": N_("Whether a wastewater plant stands"), "sectors": N_("Sectors"),
    "commune": N_("Commune"), "province": N_("Province"),
}  # fmt: skip
VALUES = {
    "status": N_("Status of zones"), "fill_rate_pct": N_("Fill rate of zones"),
    "observation": N_("Observations of documents"), "milestone": N_("Milestones of documents"),
}  # fmt: skip


async def quality(reader: Reader, unit_uids: Collection[str] | None = None, today: date | None = None) -> Row:
    """Coverage, ages, outlines, conflicts, areas apart and facts per document; of all zones, or of provinces (uids).

    Of a province of today the facts about the former ones that went into it count too.
    """
    within = set(unit_uids or ())
    for uid in unit_uids or ():
        within |= set(await select_units_within(reader, uid))
    apart = float(threshold_of("areas_apart", ""))
    units = None if unit_uids is None else sorted(unit_uids)
    found = await store.select_quality(reader, units, sorted(within), apart_pct=apart, most=MOST)
    zones = found["coverage"]["zones"]
    return {
        "zones": zones, "today": (today or legal_day()).isoformat(),
        "coverage": coverage(found["coverage"]["known"], zones),
        "ages": ages(found["dates"], today or legal_day()),
        "outlines": [{"quality": name, "zones": n} for name, n in found["coverage"]["outlines"].items()],
        "conflicts": found["conflicts"], "areas": {"threshold_pct": apart, **found["areas"]},
        "sources": found["sources"],
    }  # fmt: skip


def coverage(known: dict[str, int], total: int) -> list[Row]:
    """Each attribute with of how many zones it is known, the least known first; a share of no zones is null."""
    rows = [{"attribute": name, "known": known[name], "total": total,
             "share_pct": round(100 * known[name] / total, 6) if total else None} for name in ATTRIBUTES]  # fmt: skip
    return sorted(rows, key=lambda one: one["known"])


def ages(dates: Iterable[tuple[str, str | None, int]], today: date) -> list[Row]:
    """Each kind of value with how many are dated, and the median and the oldest of their dates and ages in days.

    A date of its own precision counts by its last day. The median is the lower one of two.
    """
    counted: dict[str, list[tuple[str, str, int]]] = {name: [] for name in VALUES}
    undated = dict.fromkeys(VALUES, 0)
    for name, text, n in dates:
        dated = parse_edtf(text or "")
        if dated is None:
            undated[name] += n
        else:
            counted[name].append((dated.end.isoformat(), dated.text, n))
    rows = [age_of(name, sorted(counted[name]), undated[name], today) for name in VALUES]
    return sorted(rows, key=lambda one: one["median_days"] or -1, reverse=True)


def age_of(name: str, dates: list[tuple[str, str, int]], undated: int, today: date) -> Row:
    total = sum(n for _, _, n in dates)
    row: Row = {"values": name, "count": total + undated, "dated": total, "undated": undated,
                "median": None, "median_days": None, "oldest": None, "oldest_days": None}  # fmt: skip
    if not dates:
        return row
    median = next(one for one, passed in zip(dates, accumulate(n for _, _, n in dates), strict=True)
                  if 2 * passed >= total)  # fmt: skip
    return row | {"median": median[1], "median_days": days(median[0], today), "oldest": dates[0][1],
                  "oldest_days": days(dates[0][0], today)}  # fmt: skip


def days(end: str, today: date) -> int:
    """Days since; 0 for what has not ended yet."""
    return max(0, (today - date.fromisoformat(end)).days)
