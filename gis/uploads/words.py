"""Texts: those of ours that are translated where they are shown, and those of a file, made harmless."""

import unicodedata
from collections.abc import Iterable


def cut(text: str, most: int) -> str:
    """At most so many letters, without control characters and halves of letters."""
    plain = "".join(" " if unicodedata.category(one) in ("Cc", "Cs") else one for one in text[: most + 1]).strip()
    return plain if len(plain) <= most else plain[:most] + "…"


def listed(names: Iterable[str], most: int = 20) -> str:
    """Names in one line, the first of many."""
    found = list(names)
    return ", ".join(cut(one, 60) for one in found[:most]) + (", …" if len(found) > most else "")
