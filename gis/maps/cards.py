"""What the tooltip and the popup of a zone say, as plain texts; the template escapes every one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from gis.maps.wording import Wording
from gis.maps.zone import ZoneOnMap


@dataclass(frozen=True)
class Card:
    """The texts of one zone, unescaped. ``bar`` and ``target_at`` are percentages for the small bar, or None."""

    slug: str
    name: str
    other_name: str
    kind: str
    kind_name: str
    styles: str
    rate: str | None
    rate_note: str
    source: str
    target: str
    against: str
    rows: tuple[tuple[str, str], ...]
    bar: float | None
    target_at: float | None
    href: str | None
    accessible_name: str


def card_of(zone: ZoneOnMap, shared: int, say: Wording, link: Callable[[str], str] | None) -> Card:
    """Return the card of a zone that shares its point with ``shared - 1`` others."""
    _ = say.gettext
    name, other = (zone.name_vi, zone.name_en) if say.language == "vi" else (zone.name_en, zone.name_vi)
    name = name or other
    known = zone.fill_rate_pct is not None
    rate = say.rate(zone.fill_rate_pct) if zone.fill_rate_pct is not None else None
    target = against = ""
    if zone.target_pct is not None:
        target = say.target(zone.target_pct, zone.target_comparator, zone.target_year)
        if zone.fill_rate_pct is not None:
            against = say.against(zone.fill_rate_pct, zone.target_pct)
    note = f"{say.as_of(zone.fill_rate_as_of)}, {say.basis(zone.fill_rate_basis)}" if known else ""
    return Card(
        slug=zone.slug,
        name=name,
        other_name=other if other != name else "",
        kind=zone.kind,
        kind_name=say.kind(zone.kind),
        styles=zone.styles,
        rate=rate,
        rate_note=note,
        source=(zone.fill_rate_source or say.unknown) if known else "",
        target=target or say.unknown,
        against=against,
        rows=(
            (_("Status"), _status(zone, say)),
            (_("Declared area"), say.area(zone.declared_area_ha, zone.declared_area_basis)),
            (_("Outline"), _outline(zone, say)),
            (_("Place"), _place(zone, shared, say)),
        ),
        bar=None if zone.fill_rate_pct is None else min(max(zone.fill_rate_pct, 0), 100),
        target_at=None if zone.target_pct is None else min(max(zone.target_pct, 0), 100),
        href=_address(zone.slug, link) if link is not None else None,
        accessible_name=_("%(name)s, fill rate %(rate)s") % {"name": name, "rate": rate or say.unknown.lower()},
    )


def _address(slug: str, link: Callable[[str], str]) -> str:
    """Return the address of a zone's page; ValueError for one that would run as a script."""
    address = link(slug)
    if urlsplit(address.strip()).scheme not in ("", "http", "https"):
        raise ValueError(f"{address!r} is not an address of a page")
    return address


def _status(zone: ZoneOnMap, say: Wording) -> str:
    """Return the status with when it held."""
    words = say.status(zone.status)
    return words if zone.status is None else f"{words}, {say.as_of(zone.status_as_of)}"


def _outline(zone: ZoneOnMap, say: Wording) -> str:
    """Return how sure the outline is and, where known, its accuracy."""
    _ = say.gettext
    if zone.outline is None:
        return _("None yet")
    words = say.quality(zone.boundary_quality or "indicative")
    return words if zone.boundary_accuracy_m is None else f"{words}, ± {say.distance(zone.boundary_accuracy_m)}"


def _place(zone: ZoneOnMap, shared: int, say: Wording) -> str:
    """Return the province, how well the place is known, and that others stand at the same point."""
    _ = say.gettext
    parts = [zone.province] if zone.province else []
    if zone.accuracy_m is None:
        parts.append(_("accuracy not stated"))
    else:
        parts.append(_("only known to within %(distance)s") % {"distance": say.distance(zone.accuracy_m)})
    if shared > 1:
        parts.append(_("one of %(count)s zones at this point") % {"count": say.number(shared)})
    return "; ".join(parts)
