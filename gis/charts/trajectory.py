"""A figure over time against what was demanded of it: observations with dates of their own precision, targets as steps.

A date that means a year is drawn as long as a year; nothing is drawn between observations but a thin line that shows
their order, and nothing at all of a value without a date. A pace is a dashed line, from the latest observation on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

from markupsafe import Markup

from gis import wording
from gis.charts.labels import LETTER, Labels
from gis.charts.svg import tag
from gis.dates import Dated

Gettext = Callable[[str], str]
WIDTH, HEIGHT = 720, 250
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 24, 26
PATTERNS = {"gt": "> {}", "gte": "≥ {}", "approx": "≈ {}"}


@dataclass(frozen=True)
class Observation:
    """What a document says of a time: `when` is None where it does not say of which. `value_max` ends a range."""

    value: float
    when: Dated | None
    comparator: str = "eq"
    value_max: float | None = None
    basis: str = ""


@dataclass(frozen=True)
class Target:
    """What a document demands by the end of `by`."""

    value: float
    by: Dated
    comparator: str = "eq"
    value_max: float | None = None


@dataclass(frozen=True)
class Line:
    """A straight way from a value at the end of a day to a value at the end of another."""

    first: date
    low: float
    last: date
    high: float


@dataclass(frozen=True)
class Trajectory:
    """A chart. `title`, `description`: for who does not see it. `unit` stands behind figures, `caption` above the axis,
    for units too long for that; `top` is the least that the axis reaches to; `today` is marked where it lies within the
    chart. `needed`: the pace from the latest observation to a target; `reached`: that of the observations, drawn on.
    `reviews`: years in which documents want to look back. `key` tells the charts of one page apart.
    """

    title: str
    description: str
    observations: Sequence[Observation]
    targets: Sequence[Target]
    unit: str = "%"
    top: float = 100.0
    today: date | None = None
    caption: str = ""
    needed: Line | None = None
    reached: Line | None = None
    reviews: Sequence[int] = ()
    key: str = ""

    @property
    def lines(self) -> list[tuple[str, Line]]:
        """The paces with their classes."""
        found = (("pace-needed", self.needed), ("pace-reached", self.reached))
        return [(name, one) for name, one in found if one is not None]

    @property
    def dated(self) -> list[tuple[Observation, Dated]]:
        """What can be drawn, in the order of time."""
        found = [(one, one.when) for one in self.observations if one.when is not None]
        return sorted(found, key=lambda pair: (pair[1].end, pair[1].start, pair[0].value))


@dataclass(frozen=True)
class Scale:
    """Days and values as pixels. `step`: between the lines of the axis; floor and top are multiples of it."""

    first: int
    last: int
    top: float
    step: float
    floor: float = 0.0
    left: float = LEFT

    def x(self, day: date) -> float:
        share = (day.toordinal() - self.first) / (self.last - self.first)
        return self.left + share * (WIDTH - self.left - RIGHT)

    @property
    def values(self) -> list[float]:
        """Those at which the axis has a line."""
        return [self.floor + self.step * place for place in range(round((self.top - self.floor) / self.step) + 1)]

    def y(self, value: float) -> float:
        share = (value - self.floor) / (self.top - self.floor)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def draw_trajectory(chart: Trajectory, language: str, _: Gettext) -> Markup | None:
    """The chart as SVG, None where nothing in it has a date. The words within it are in `language`, by its gettext."""
    dated = chart.dated
    if not dated and not chart.targets:
        return None
    scale = scale_of(chart, dated)
    labels = Labels()
    for one, when in dated:
        labels.line(scale.x(when.start), scale.x(when.end), scale.y(one.value))
    name = f"trajectory-{chart.key}" if chart.key else "trajectory"
    inside = [
        tag("title", chart.title, id=f"{name}-title"),
        tag("desc", chart.description, id=f"{name}-desc"),
        *axes(chart, scale, language),
        *marked_today(chart, scale, _),
        *reviewed(chart, scale),
        *steps(chart, dated, scale, language, labels),
        *paces(chart, scale),
        *points(chart, dated, scale, language, labels),
    ]
    return tag(
        "svg", *inside, class_="chart trajectory", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )  # fmt: skip


def scale_of(chart: Trajectory, dated: list[tuple[Observation, Dated]]) -> Scale:
    """Whole years round everything that has a date, and today where it is not far away."""
    spans = [when for _, when in dated] + [one.by for one in chart.targets]
    first = min([one.start.year for one in spans] + [one.first.year for _, one in chart.lines] + list(chart.reviews))
    last = max([one.end.year for one in spans] + [one.last.year for _, one in chart.lines] + list(chart.reviews))
    if chart.today is not None and first <= chart.today.year <= last + 2:
        last = max(last, chart.today.year)
    if last - first < 3:
        first, last = first - 1, last + 1
    elif len({(one.value, one.value_max) for one in chart.targets if one.by.end.year == last}) > 1:
        last += 1  # room for the figures behind the ends of their lines
    drawn: list[Observation | Target] = [*chart.observations, *chart.targets]
    highest = max([*(one.value_max or one.value for one in drawn), *(one.high for _, one in chart.lines)], default=0.0)
    first_day, last_day = date(max(first, 1), 1, 1), date(min(last, 9999), 12, 31)
    lowest = min([one.value for one in drawn], default=0.0)
    highest = max(highest, chart.top)
    step = step_of(nice(max(highest, -lowest)))
    top, floor = step * ceil(max(highest, 0) / step - 1e-9), -step * ceil(max(-lowest, 0) / step - 1e-9)
    scale = Scale(first_day.toordinal(), last_day.toordinal(), top or step, step, floor)
    written = max(len(wording.number(value, "en")) for value in scale.values)
    return replace(scale, left=max(LEFT, 8 + 11.0 * (written + len(chart.unit))))  # letters are larger on phones


def nice(value: float) -> float:
    """A round number that is no less: 1, 2, 2.5, 4 or 5 times a power of ten."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    return next(power * one for one in (1, 2, 2.5, 4, 5, 10) if power * one >= value - 1e-9)


def step_of(amount: float) -> float:
    """A quarter or a fifth of a round number, whichever is round itself: it is written with one decimal at most."""
    is_even = amount > 1 and f"{amount:e}"[:3] in ("1.0", "2.0", "4.0")
    return amount / 4 if is_even else amount / 5


def axes(chart: Trajectory, scale: Scale, language: str) -> list[Markup]:
    """Lines at round values of the axis, and years."""
    made = []
    for value in scale.values:
        height = scale.y(value)
        made.append(tag("line", class_="grid", x1=scale.left, x2=WIDTH - RIGHT, y1=height, y2=height))
        text = wording.number(value, language) + chart.unit
        made.append(tag("text", text, x=scale.left - 6, y=height + 4, text_anchor="end", class_="axis"))
    if chart.caption:
        made.append(tag("text", chart.caption, x=4, y=TOP - 10, class_="axis caption"))
    first, last = date.fromordinal(scale.first).year, date.fromordinal(scale.last).year
    each = next(step for step in (1, 2, 5, 10, 20, 50, 100, 500, 5000) if (last - first + 1) / step <= 12)
    for year in range(first, last + 1):
        begins = scale.x(date(year, 1, 1))
        made.append(tag("line", class_="tick", x1=begins, x2=begins, y1=HEIGHT - BOTTOM, y2=HEIGHT - BOTTOM + 4))
        if year % each == 0 or each == 1:
            middle = scale.x(date(year, 7, 1))
            made.append(tag("text", str(year), x=middle, y=HEIGHT - 8, text_anchor="middle",
                            class_="axis year" if year % (2 * each) == 0 else "axis year odd"))  # fmt: skip
    return made


def paces(chart: Trajectory, scale: Scale) -> list[Markup]:
    """The paces as lines; one never leaves the chart below."""
    return [
        tag("line", class_=name, x1=scale.x(one.first), y1=scale.y(one.low), x2=scale.x(one.last),
            y2=scale.y(max(one.high, scale.floor)))
        for name, one in chart.lines
    ]  # fmt: skip


def reviewed(chart: Trajectory, scale: Scale) -> list[Markup]:
    """A diamond on the axis in each year of a review."""
    low = HEIGHT - BOTTOM
    return [
        tag("path", class_="review", d=f"M{scale.x(date(year, 7, 1)):.1f} {low - 6}l6 6l-6 6l-6 -6z")
        for year in sorted(set(chart.reviews))
        if scale.first <= date(year, 7, 1).toordinal() <= scale.last
    ]


def marked_today(chart: Trajectory, scale: Scale, _: Gettext) -> list[Markup]:
    if chart.today is None or not scale.first <= chart.today.toordinal() <= scale.last:
        return []
    at = scale.x(chart.today)
    return [
        tag("line", class_="today", x1=at, x2=at, y1=TOP - 6, y2=HEIGHT - BOTTOM),
        tag("text", _("today"), x=at, y=TOP - 9, text_anchor="middle", class_="axis"),
    ]


def steps(
    chart: Trajectory, dated: list[tuple[Observation, Dated]], scale: Scale, language: str, labels: Labels
) -> list[Markup]:
    """Targets as a stair: each holds from the end of the one before to the end of its own time. Of several that demand
    the same figure by the same day the first is drawn.
    """
    made: list[Markup] = []
    opens = min([when.start for _, when in dated], default=date.fromordinal(scale.first))
    former: float | None = None
    named: list[tuple[Target, float, float]] = []
    for end in sorted({one.by.end for one in chart.targets}):
        due = {(one.value, one.value_max): one for one in reversed(chart.targets) if one.by.end == end}
        begins, ends = scale.x(min(opens, end)), scale.x(end)
        for one in sorted(due.values(), key=lambda target: target.value, reverse=True):
            height = scale.y(one.value)
            made.append(tag("line", class_="target", x1=begins, x2=ends, y1=height, y2=height))
            if one.value_max is not None:
                made.append(tag("rect", class_="target-range", x=begins, y=scale.y(one.value_max), width=ends - begins,
                                height=height - scale.y(one.value_max)))  # fmt: skip
            made.append(tag("path", class_="target-end", d=f"M{ends - 4:.1f} {height - 5:.1f}h8l-4 5z"))
            labels.line(begins, ends, height)
            named.append((one, begins, ends))
        lowest = scale.y(min(one.value for one in due.values()))
        if former is not None and former != lowest:
            made.append(tag("line", class_="target", x1=begins, x2=begins, y1=former, y2=lowest))
        former, opens = lowest, end
    return made + [target_label(one, span, chart, scale, language, labels) for one, *span in named]


def target_label(
    one: Target, span: Sequence[float], chart: Trajectory, scale: Scale, language: str, labels: Labels
) -> Markup:  # fmt: skip
    """The figure that is demanded, above the end of its line, else below, else behind it, else at its beginning."""
    begins, ends = span
    height, text = scale.y(one.value), figure(one, chart.unit, language)
    places = [(ends - 7, height - 5, "end"), (ends - 7, height + 16, "end")]
    if ends + 8 + len(text) * LETTER < WIDTH:
        places.append((ends + 8, height + 4, "start"))
    places += [(begins + 7, height - 5, "start"), (begins + 7, height + 16, "start")]
    made = labels.place(text, places, "target-label", always=True)
    assert made is not None
    return made


def points(
    chart: Trajectory, dated: list[tuple[Observation, Dated]], scale: Scale, language: str, labels: Labels
) -> list[Markup]:
    """Observations: as wide as their date is vague, with a dot where that is too narrow to be seen."""
    lines, marks, middles = list[Markup](), list[Markup](), list[tuple[float, float]]()
    before = None
    for one, when in dated:
        begins, ends, height = scale.x(when.start), scale.x(when.end), scale.y(one.value)
        if before is not None and before[0] < begins:
            lines.append(tag("line", class_="order", x1=before[0], y1=before[1], x2=begins, y2=height))
        if one.value_max is not None:
            marks.append(tag("rect", class_="range", x=begins, y=scale.y(one.value_max), width=max(ends - begins, 3.0),
                             height=height - scale.y(one.value_max)))  # fmt: skip
        marks.append(tag("line", class_="span", x1=begins, x2=ends, y1=height, y2=height))
        if ends - begins < 6:
            marks.append(tag("circle", class_="dot", cx=(begins + ends) / 2, cy=height, r=3.5))
        middles.append(((begins + ends) / 2, height))
        before = (ends, height)
    said = list[Markup]()
    for (one, _), (middle, height) in reversed(list(zip(dated, middles, strict=True))):  # the last counts most
        x = min(middle, WIDTH - RIGHT - 18.0)
        places = [(x, height - 8, "middle"), (x, height + 17, "middle")]
        if height + 17 > HEIGHT - BOTTOM:
            places.pop()
        label = labels.place(figure(one, chart.unit, language), places, "value", always=not said)
        said += [label] if label else []
    return [*lines, *marks, *reversed(said)]


def figure(one: Observation | Target, unit: str, language: str) -> str:
    """A value as it stands in the chart: 96,5%, > 65%, 40–60%."""
    text = wording.number(one.value, language)
    if one.value_max is not None:
        text += "–" + wording.number(one.value_max, language)
    return PATTERNS.get(one.comparator, "{}").format(text + unit)
