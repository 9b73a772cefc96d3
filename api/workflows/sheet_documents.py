"""The documents that a sheet brings along beside its rows."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from api.language import N_
from gis.sheets.fields import plain
from gis.sheets.issues import CellIssue
from gis.sheets.tables import Line

Row = dict[str, Any]
NO_SOURCE = N_("There is no document “{source}” here. Add it to the sheet of documents, or choose one that is known.")
NO_KIND = N_("“{kind}” is no kind of document here. It can be: {known}.")


def new_sources(
    lines: Sequence[Line], there: set[str], kinds: Sequence[Row], issues: list[CellIssue]
) -> Iterator[tuple[Line, Row]]:
    """Those that are not `there` yet, each once, as rows of `sources`; a kind may be written as its code or a label."""
    words = {plain(word): one["kind"] for one in kinds for word in (one["kind"], one["label_vi"], one["label_en"])}
    done: set[str] = set()
    for line in lines:
        row = line.values
        if not row["id"] or row["id"] in there or row["id"] in done:
            continue
        done.add(row["id"])
        kind = words.get(plain(row["kind"] or ""))
        if row["kind"] and kind is None:
            known = ", ".join(one["kind"] for one in kinds)
            issues.append(line.origin.issue("unknown-kind", NO_KIND, "kind", kind=row["kind"], known=known))
        day = row["issued_on"]
        yield line, {**row, "kind": kind, "issued_on": date.fromisoformat(day) if day and len(day) == 10 else None}
