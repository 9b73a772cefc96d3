"""Fill rates (tỷ lệ lấp đầy): leased land over leasable land, by the decree's definition, or unknown.

Leasable is, by `nd35_2022`, every lot of industrial and of service land; by `nd29_2008`, every lot of
industrial land only. A lot is leasable whatever its status: `reserved` and `not_cleared` ones count below
the line and not above it; only `leased` counts above. Other land (roads, green, water, infrastructure) never.

All figures are `decimal.Decimal`, hectares and per cent, and are never rounded here: a page rounds what it
shows, a target is compared with what is true. Unknown is None, never 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce
from types import MappingProxyType
from typing import Literal, TypeVar

from gis.dates import Dated
from gis.errors import BadQuantity, MixedDefinitions, UnknownChoice

DefinitionId = Literal["nd35_2022", "nd29_2008"]
Basis = Literal["lots", "areas", "reported"]
Reason = Literal[
    "no_figures",  # neither lots nor areas nor a reported rate
    "lots_incomplete",  # a lot that may count has no area, land use or status
    "no_leasable_land",  # 0 over 0
    "leased_without_leasable",  # something over 0
]
IssueCode = Literal["leased_exceeds_leasable", "areas_incomplete", "reported_above_100"]

DEFAULT: DefinitionId = "nd35_2022"
STATUSES = ("available", "reserved", "leased", "not_cleared")
_CONTEXT = Context(prec=28)  # of its own, so that no caller's decimal settings change a rate


@dataclass(frozen=True)
class Definition:
    """A legal definition. `land_uses` are what counts as leasable.

    The formulas are this register's own words for the rule, not the decree's text. `article` is None where it
    is not known; `verified` says how the rule is known, as in data/law.csv: no decree was read at its source.
    """

    id: DefinitionId
    land_uses: frozenset[str]
    formula_vi: str
    formula_en: str
    instrument: str
    article: str | None
    verified: str


DEFINITIONS = MappingProxyType[DefinitionId, Definition](
    {
        "nd35_2022": Definition(
            id="nd35_2022",
            land_uses=frozenset({"industrial", "service"}),
            formula_vi=(
                "diện tích đất công nghiệp và đất dịch vụ đã cho thuê (cho nhà đầu tư có chủ trương "
                "được chấp thuận hoặc dự án đã đăng ký) chia cho tổng diện tích đất công nghiệp và đất "
                "dịch vụ"
            ),
            formula_en=(
                "industrial and service land leased (to investors with an approved policy or a registered "
                "project), over all industrial and service land"
            ),
            instrument="NĐ 35/2022/NĐ-CP",
            article="Art. 2(22)",
            verified="secondary text",
        ),
        "nd29_2008": Definition(
            id="nd29_2008",
            land_uses=frozenset({"industrial"}),
            formula_vi="diện tích đất công nghiệp đã cho thuê chia cho tổng diện tích đất công nghiệp",
            formula_en="industrial land leased, over all industrial land",
            instrument="NĐ 29/2008/NĐ-CP as amended by NĐ 164/2013/NĐ-CP",
            article=None,
            verified="secondary text",
        ),
    }
)


@dataclass(frozen=True)
class Applicable:
    """Which definition the law sets for a figure; `definition` is None where that is not known.

    `instrument` and `verified` as in data/law.csv, None where it has no rule.
    """

    definition: DefinitionId | None
    instrument: str | None
    verified: str | None


@dataclass(frozen=True)
class Issue:
    """Something in the figures that a person should look at; nothing was corrected for it."""

    code: IssueCode
    land_use: str | None = None
    leased_ha: Decimal | None = None
    leasable_ha: Decimal | None = None
    value_pct: Decimal | None = None


@dataclass(frozen=True)
class Lot:
    """A lot of the detailed plan. None is unknown; area in hectares. Raises BadQuantity, UnknownChoice."""

    land_use: str | None
    status: str | None
    area_ha: Decimal | None

    def __post_init__(self) -> None:
        _check_amount("area_ha", self.area_ha)
        if self.status is not None and self.status not in STATUSES:
            raise UnknownChoice(name="status", value=self.status, known=", ".join(STATUSES))


@dataclass(frozen=True)
class Lots:
    """All lots of a zone, from one source as of one date (EDTF text, None where not stated)."""

    lots: tuple[Lot, ...]
    as_of: Dated | None = None
    source: str | None = None


@dataclass(frozen=True)
class Areas:
    """Areas of a zone that one document states as of one date, hectares; None is not stated, 0 is none."""

    industrial_leasable_ha: Decimal | None = None
    industrial_leased_ha: Decimal | None = None
    service_leasable_ha: Decimal | None = None
    service_leased_ha: Decimal | None = None
    as_of: Dated | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        for name in (
            "industrial_leasable_ha",
            "industrial_leased_ha",
            "service_leasable_ha",
            "service_leased_ha",
        ):
            _check_amount(name, getattr(self, name))


@dataclass(frozen=True)
class Reported:
    """A rate that a document states, per cent; `not_stated` unless the document says by which definition."""

    value_pct: Decimal
    as_of: Dated | None = None
    source: str | None = None
    definition: DefinitionId | Literal["not_stated"] = "not_stated"

    def __post_init__(self) -> None:
        _check_amount("value_pct", self.value_pct)


@dataclass(frozen=True)
class FillRate:
    """The fill rate of one zone.

    value_pct: per cent, None if unknown, and then `reason` says why. basis: what it rests on, None without
    any figures. numerator_ha, denominator_ha: leased and leasable hectares (lots and areas only).
    definition: by which it was computed or reported. as_of: EDTF text; source: id; both None if not stated.
    """

    value_pct: Decimal | None
    basis: Basis | None
    definition: DefinitionId | Literal["not_stated"]
    numerator_ha: Decimal | None = None
    denominator_ha: Decimal | None = None
    as_of: str | None = None
    source: str | None = None
    reason: Reason | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it can enter a group: leased and leasable hectares are known and make a rate."""
        return self.value_pct is not None and self.basis in ("lots", "areas")


@dataclass(frozen=True)
class GroupFillRate:
    """The fill rate of several zones: sum of leased over sum of leasable, never a mean of rates.

    value_pct: None unless `assessable`, which it is only if every zone in scope that has or may have leasable
    land is known. The known part is told either way: numerator_ha, denominator_ha, known_part_pct (None where
    no zone is known).
    Counts: total = known + reported_only + unknown + without_leasable_land (known to have none).
    as_of, sources: of the known part, each once, in order of text; a None in as_of is an undated figure.
    zones_with_issues: zones whose figures somebody should look at (each rate's own `issues`).
    """

    value_pct: Decimal | None
    assessable: bool
    definition: DefinitionId
    numerator_ha: Decimal | None
    denominator_ha: Decimal | None
    known_part_pct: Decimal | None
    known: int
    reported_only: int
    unknown: int
    without_leasable_land: int
    as_of: tuple[str | None, ...]
    sources: tuple[str, ...]
    zones_with_issues: int

    @property
    def total(self) -> int:
        """All zones in scope."""
        return self.known + self.reported_only + self.unknown + self.without_leasable_land


Figures = TypeVar("Figures", Areas, Reported)


def applicable_definition(kind: str, as_of: Dated | None) -> Applicable:
    """The definition that the law sets for a zone of this kind and a figure of this date (data/law.csv).

    Industrial parks: `nd29_2008` for figures from 2008 to 2017, `nd35_2022` from 2023 on. For figures that
    touch 2018 to 2022 NĐ 82/2018 counts too and its wording was not found; for clusters none was found.
    """
    if kind == "industrial_cluster":
        return Applicable(None, "NĐ 68/2017/NĐ-CP; NĐ 32/2024/NĐ-CP", "not verified")
    if kind != "industrial_park" or as_of is None:
        return Applicable(None, None, None)
    if as_of.start.year > 2022:
        return _applies("nd35_2022")
    if as_of.end.year < 2018:
        return _applies("nd29_2008") if as_of.start.year >= 2008 else Applicable(None, None, None)
    return Applicable(None, "NĐ 82/2018/NĐ-CP", "not verified")


def _applies(definition: DefinitionId) -> Applicable:
    return Applicable(definition, DEFINITIONS[definition].instrument, DEFINITIONS[definition].verified)


def zone_fill_rate(
    *,
    lots: Lots | None = None,
    areas: Sequence[Areas] = (),
    reported: Sequence[Reported] = (),
    definition: DefinitionId = DEFAULT,
) -> FillRate:
    """The fill rate of one zone: from its lots where it has lots, else from areas, else the last reported.

    Of several areas the latest that has every figure the definition needs is used, of several reported rates
    the latest; undated ones come last, and of equals the first given (the caller ranks kinds of document). A
    reported rate keeps its own definition whatever was asked for. A zone with lots is never answered from
    elsewhere: where its lots do not suffice the rate is unknown and `reason` says so.
    """
    land_uses = DEFINITIONS[definition].land_uses
    if lots and lots.lots:
        return _from_lots(lots, definition, land_uses)
    complete = [figures for figures in areas if None not in _needed(figures, land_uses)]
    issues = () if len(complete) == len(areas) else (Issue("areas_incomplete"),)
    if complete:
        return _from_areas(_latest(complete), definition, land_uses, issues)
    if reported:
        return _from_report(_latest(reported), issues)
    return FillRate(None, None, definition, reason="no_figures", issues=issues)


def group_fill_rate(rates: Sequence[FillRate], definition: DefinitionId = DEFAULT) -> GroupFillRate:
    """The fill rate of a group, from the rate of every zone in scope by the same definition.

    Reported rates never enter. Raises MixedDefinitions: a rate from lots or areas by another definition.
    """
    for rate in rates:
        if rate.basis in ("lots", "areas") and rate.definition != definition:
            raise MixedDefinitions(definition=definition, found=rate.definition)
    known = [rate for rate in rates if rate.is_known]
    reported_only = sum(rate.basis == "reported" for rate in rates)
    landless = sum(rate.reason == "no_leasable_land" for rate in rates)
    unknown = len(rates) - len(known) - reported_only - landless
    leased = _sum(rate.numerator_ha for rate in known)
    leasable = _sum(rate.denominator_ha for rate in known)
    known_part_pct = _percent(leased, leasable) if known else None
    assessable = bool(known) and not reported_only and not unknown
    return GroupFillRate(
        value_pct=known_part_pct if assessable else None,
        assessable=assessable,
        definition=definition,
        numerator_ha=leased if known else None,
        denominator_ha=leasable if known else None,
        known_part_pct=known_part_pct,
        known=len(known),
        reported_only=reported_only,
        unknown=unknown,
        without_leasable_land=landless,
        as_of=tuple(sorted({rate.as_of for rate in known}, key=lambda text: text or "")),
        sources=tuple(sorted({rate.source for rate in known if rate.source})),
        zones_with_issues=sum(bool(rate.issues) for rate in rates),
    )


def _from_lots(lots: Lots, definition: DefinitionId, land_uses: frozenset[str]) -> FillRate:
    as_of = lots.as_of.text if lots.as_of else None
    counted = [lot for lot in lots.lots if lot.land_use is None or lot.land_use in land_uses]
    if any(None in (lot.land_use, lot.status, lot.area_ha) for lot in counted):
        return FillRate(None, "lots", definition, None, None, as_of, lots.source, "lots_incomplete")
    leasable = _sum(lot.area_ha for lot in counted)
    leased = _sum(lot.area_ha for lot in counted if lot.status == "leased")
    return _ratio("lots", definition, leased, leasable, as_of, lots.source, ())


def _from_areas(
    figures: Areas, definition: DefinitionId, land_uses: frozenset[str], issues: tuple[Issue, ...]
) -> FillRate:
    parts = {land_use: _figures_of(figures, land_use) for land_use in sorted(land_uses)}
    for land_use, (leased, leasable) in parts.items():
        if leased is not None and leasable is not None and leased > leasable:
            issues += (Issue("leased_exceeds_leasable", land_use, leased, leasable),)
    total_leased, total_leasable = (_sum(column) for column in zip(*parts.values(), strict=True))
    as_of = figures.as_of.text if figures.as_of else None
    return _ratio("areas", definition, total_leased, total_leasable, as_of, figures.source, issues)


def _from_report(report: Reported, issues: tuple[Issue, ...]) -> FillRate:
    if report.value_pct > 100:
        issues += (Issue("reported_above_100", value_pct=report.value_pct),)
    as_of = report.as_of.text if report.as_of else None
    return FillRate(report.value_pct, "reported", report.definition, None, None, as_of, report.source, None, issues)


def _ratio(
    basis: Basis,
    definition: DefinitionId,
    leased: Decimal,
    leasable: Decimal,
    as_of: str | None,
    source: str | None,
    issues: tuple[Issue, ...],
) -> FillRate:
    reason: Reason | None = None
    if leasable == 0:
        reason = "leased_without_leasable" if leased else "no_leasable_land"
    value = None if reason else _percent(leased, leasable)
    return FillRate(value, basis, definition, leased, leasable, as_of, source, reason, issues)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of what is given; callers have made sure that nothing is None."""
    return reduce(_CONTEXT.add, (amount for amount in amounts if amount is not None), Decimal(0))


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return _CONTEXT.divide(_CONTEXT.multiply(Decimal(100), part), whole)


def _figures_of(figures: Areas, land_use: str) -> tuple[Decimal | None, Decimal | None]:
    if land_use == "industrial":
        return figures.industrial_leased_ha, figures.industrial_leasable_ha
    return figures.service_leased_ha, figures.service_leasable_ha


def _needed(figures: Areas, land_uses: frozenset[str]) -> list[Decimal | None]:
    return [value for land_use in sorted(land_uses) for value in _figures_of(figures, land_use)]


def _latest(dated: Sequence[Figures]) -> Figures:
    """The one with the latest end, then the latest start; undated ones last; of equals the first."""
    return max(dated, key=lambda f: (f.as_of is not None, f.as_of and (f.as_of.end, f.as_of.start)))


def _check_amount(name: str, value: Decimal | None) -> None:
    if value is None:
        return
    if not isinstance(value, Decimal) or not value.is_finite():
        raise BadQuantity(name=name, value=value, reason="it must be a finite Decimal, or None if unknown")
    if value < 0:
        raise BadQuantity(name=name, value=value, reason="it cannot be below 0")
