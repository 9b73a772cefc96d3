"""Text drawn with a typeface that comes in pieces: each piece has the letters of one range of Unicode.

Web fonts are cut so (`latin`, `vietnamese`): "Trần Đề" needs two of them. A text is drawn run by run, each with the
piece that has its letters; all pieces share their measures, so nobody sees where one ends.
"""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import ImageDraw, ImageFont

ELLIPSIS = "…"


@dataclass(frozen=True)
class Piece:
    """A font file (WOFF2, TrueType) and the code points that it is for, as CSS writes them: `U+0102-0103,U+20AB`."""

    content: bytes
    unicode_range: str

    def ranges(self) -> list[range]:
        found = []
        for one in self.unicode_range.split(","):
            first, _, last = one.strip().removeprefix("U+").partition("-")
            found.append(range(int(first, 16), int(last or first, 16) + 1))
        return found


@dataclass
class Typeface:
    """The pieces of a typeface, in one weight after the other; the first piece draws what none of them has."""

    pieces: Sequence[Piece]
    fonts: dict[tuple[int, int, int], ImageFont.FreeTypeFont] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ranges = [one.ranges() for one in self.pieces]

    def place(self, letter: str) -> int:
        """Which piece has a letter."""
        if letter not in self.places:
            code = ord(letter)
            having = (number for number, ranges in enumerate(self.ranges) if any(code in one for one in ranges))
            self.places[letter] = next(having, 0)
        return self.places[letter]

    def font(self, place: int, size: int, weight: int) -> ImageFont.FreeTypeFont:
        key = (place, size, weight)
        if key not in self.fonts:
            made = ImageFont.truetype(io.BytesIO(self.pieces[place].content), size)
            made.set_variation_by_axes([weight])
            self.fonts[key] = made
        return self.fonts[key]

    def runs(self, text: str) -> list[tuple[int, str]]:
        """A text as pieces: the number of the font, and what it draws."""
        made: list[tuple[int, str]] = []
        for letter in unicodedata.normalize("NFC", text):
            place = self.place(letter)
            if made and made[-1][0] == place:
                made[-1] = (place, made[-1][1] + letter)
            else:
                made.append((place, letter))
        return made

    def length(self, text: str, size: int, weight: int) -> float:
        """How wide a text is, in pixels."""
        return sum(self.font(place, size, weight).getlength(run) for place, run in self.runs(text))

    def draw(
        self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, weight: int, colour: str
    ) -> None:
        """Write a text; `at` is the left end of its line."""
        x, y = at
        for place, run in self.runs(text):
            font = self.font(place, size, weight)
            canvas.text((x, y), run, font=font, fill=colour, anchor="ls")
            x += font.getlength(run)

    def wrapped(self, text: str, size: int, weight: int, width: float, most: int) -> list[str]:
        """The text in lines no wider than `width`, at most so many; what does not fit ends in an ellipsis."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.length(longer, size, weight) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [self.cut(one, size, weight, width) for one in lines]

    def cut(self, text: str, size: int, weight: int, width: float) -> str:
        """The text, shortened to a width."""
        if self.length(text, size, weight) <= width:
            return text
        text = text[:400]
        while text and self.length(text + ELLIPSIS, size, weight) > width:
            text = text[:-1]
        return text.rstrip() + ELLIPSIS
