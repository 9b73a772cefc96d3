"""/quality: how much of the register is known, how old it is, and where documents disagree."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.language import N_
from api.routes.ogc.links import self_and_alternate
from api.routes.pages import page
from api.routes.provinces import read_province
from api.routes.render import csv_answer, html_answer, json_answer
from api.routes.requests import TABLES, Wish
from api.schemas import assessed as words
from api.store.assessment import select_provinces
from api.workflows.quality import ATTRIBUTES, MOST, VALUES, quality

router = APIRouter()
Row = dict[str, Any]
CLASSES = ("observation", "target", "milestone", "obligation", "statement")
CSV = ("section", "name", "known", "total", "share_pct", "undated", "median", "oldest", "time", "values", "facts",
       "sources")  # fmt: skip


@router.get("/quality", summary=N_("Quality of the data: coverage, age, conflicts, documents"), tags=["Figures"])
async def get_quality(request: Request) -> Response:
    """Of all zones, or of those of a `province`, old or new.

    At most a hundred conflicts and zones are listed, the worst first, with how many there are.
    """
    wish = Wish(request, known=("province",), media=TABLES)
    reader = request.app.state.reader
    province = await read_province(reader, wish.params.get("province"))
    found = await quality(reader, province and [province])
    if wish.format == "csv":
        return csv_answer("quality", CSV, csv_rows(found))
    if wish.format == "json":
        return json_answer({"province": province, **found, "links": self_and_alternate(wish)})
    body = page(
        "quality.html", request, wish.language, found=found, province=province,
        provinces=await select_provinces(reader), attributes=ATTRIBUTES, values=VALUES, classes=CLASSES,
        most=MOST, words=words, as_csv=wish.same(f="csv"), whole=wish.same(f="json"),
    )  # fmt: skip
    return html_answer(body)


def csv_rows(found: Row) -> list[list[object]]:
    """All tables one below the other; `section` says which row is of which."""
    rows = [{"section": "coverage", "name": one["attribute"], **one} for one in found["coverage"]]
    rows += [{"section": "age", "name": one["values"], "known": one["dated"], "total": one["count"],
              **{name: one[name] for name in ("undated", "median", "oldest")}} for one in found["ages"]]  # fmt: skip
    rows += [{"section": "outline", "name": one["quality"], "known": one["zones"], "total": found["zones"]}
             for one in found["outlines"]]  # fmt: skip
    for one in found["conflicts"]["listed"]:
        facts = one["facts"]
        rows.append({
            "section": "conflict", "name": f"{one['class']} {one['indicator']} {one['zone'] or one['subject']}",
            "time": one["time"], "values": "; ".join(value_of(fact) for fact in facts),
            "facts": "; ".join(fact["id"] for fact in facts), "sources": "; ".join(fact["source"] for fact in facts),
        })  # fmt: skip
    rows += [{"section": "area", "name": one["slug"], "share_pct": one["apart_pct"],
              "values": f"{one['declared_area_ha']}; {one['ha']}", "sources": one["source"] or one["name"]}
             for one in found["areas"]["listed"]]  # fmt: skip
    rows += [{"section": "document", "name": one["source"], "total": one["facts"],
              "values": "; ".join(f"{name} {one['by_class'].get(name, 0)}" for name in CLASSES)}
             for one in found["sources"]]  # fmt: skip
    return [[row.get(name) for name in CSV] for row in rows]


def value_of(fact: Row) -> str:
    upper = "" if fact["value_max"] is None else f"–{fact['value_max']}"
    return f"{fact['comparator']} {fact['value']}{upper}"
