"""Elements of SVG as text: every value is escaped."""

from collections.abc import Iterable

from markupsafe import Markup, escape

Point = tuple[float, float]


def tag(element: str, *inside: str | Markup, **attributes: object) -> Markup:
    """An element. In names of attributes `_` is written `-`, at the end nothing; those that are None are left out."""
    written = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), short(value))
        for name, value in attributes.items()
        if value is not None
    )
    body = Markup("").join(escape(one) for one in inside)
    opened = Markup("<{}{}").format(element, written)
    return opened + Markup(">{}</{}>").format(body, element) if body else opened + Markup("/>")


def short(value: object) -> str:
    """A number with at most one decimal: a tenth of a pixel is finer than anybody sees."""
    if isinstance(value, float):
        text = f"{value:.1f}"
        return text.removesuffix(".0") if text != "-0.0" else "0"
    return str(value)


def path(lines: Iterable[list[Point]], *, closed: bool) -> str:
    """The `d` of a path: points in pixels, those that fall on the one before are left out."""
    parts = []
    for line in lines:
        points: list[str] = []
        for x, y in line:
            one = f"{short(float(x))} {short(float(y))}"
            if not points or points[-1] != one:
                points.append(one)
        if len(points) > 2 or (not closed and len(points) > 1):
            parts.append("M" + "L".join(points) + ("Z" if closed else ""))
    return "".join(parts)
