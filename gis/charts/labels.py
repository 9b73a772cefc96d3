"""Where the labels of a chart can stand without covering each other or a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from gis.charts.svg import tag

Box = tuple[float, float, float, float]
Place = tuple[float, float, str]  # x, the line of the text, which end of it stands at x
LETTER = 7.5
"""Pixels that a letter takes: to keep labels apart it need not be exact."""
ABOVE, BELOW = 11.0, 3.0


@dataclass
class Labels:
    """Boxes that are taken: left, top, right, bottom in pixels."""

    boxes: list[Box] = field(default_factory=list)

    def line(self, left: float, right: float, height: float) -> None:
        """Keep labels off a level line."""
        self.boxes.append((left, height - 1, right, height + 1))

    def place(self, text: str, places: Sequence[Place], name: str, *, always: bool = False) -> Markup | None:
        """The label at the first of the places where it covers nothing; `always`: else at the first of all."""
        free = [one for one in places if not self.covers(box(text, one))]
        if not free and not always:
            return None
        x, height, anchor = chosen = (free or places)[0]
        self.boxes.append(box(text, chosen))
        return tag("text", text, x=x, y=height, text_anchor=anchor, class_=name)

    def covers(self, box: Box) -> bool:
        return any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self.boxes)


def box(text: str, place: Place) -> Box:
    x, height, anchor = place
    width = len(text) * LETTER
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return left, height - ABOVE, left + width, height + BELOW
