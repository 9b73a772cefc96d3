"""/reports: the periodic report of a province, live or as it was issued, as a page, JSON and XLSX; and issuing one."""

import asyncio
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import attribution
from api.errors import BadBody, UnknownReport
from api.language import N_, Language, gettext
from api.people import Person
from api.routes.bodies import FORM, media_of, read_form, read_json
from api.routes.ogc.links import link, self_and_alternate
from api.routes.pages import environment, page
from api.routes.render import COMMON, html_answer, json_answer
from api.routes.requests import FILES, PAGE, REPORT, Wish, choose_language, wants_page, whole_number
from api.routes.signed import desk_page, need_person
from api.schemas import reports as words
from api.settings import ROOT
from api.store import reports as store
from api.workflows import reports
from gis.dates import LEGAL_ZONE
from gis.periods import parse_period

router = APIRouter(tags=["Figures"])
Row = dict[str, Any]
ASKED = ("province", "period")
YEARS_BACK = 6  # how far back the form offers periods; an address may name any
LISTED = 200  # issued reports on the page


@router.get("/reports", summary=N_("Periodic reports that were issued"))
async def get_reports(request: Request) -> Response:
    """Newest first: number, province, period, when and by whom it was issued."""
    wish = Wish(request)
    reader = request.app.state.reader
    issued = await store.list_reports(reader, LISTED)
    if wish.format == "html":
        return await choosing(wish, issued)
    told = [{**one, "links": [link(wish.url(f"/reports/{one['number']}", f="json"), "item", "application/json")]}
            for one in issued]  # fmt: skip
    return json_answer({"reports": told, "links": self_and_alternate(wish)})


@router.get("/reports/periodic", summary=N_("The periodic report of a province, as the register has it now"))
async def get_periodic(request: Request) -> Response:
    """`province` by code, slug or name, of today or former; `period` such as 2025 or 2025-H1, one that has begun."""
    wish = Wish(request, known=ASKED, media=REPORT)
    reader = request.app.state.reader
    if wish.format == "html" and not any(wish.params.get(name) for name in ASKED):
        return await choosing(wish, await store.list_reports(reader, LISTED))
    province = await reports.read_province(reader, wish.params.get("province", ""))
    period = reports.read_period(wish.params.get("period", ""))
    content = await reports.compile_report(reader, province, period)
    return await answer(wish, content, None)


@router.get("/reports/{number}", summary=N_("A periodic report as it was issued"))
async def get_report(request: Request, number: str) -> Response:
    """Made from what was kept when it was issued; it stays the same for ever."""
    wish = Wish(request, media=REPORT)
    found = whole_number(number)
    if found is None:
        raise UnknownReport(number=number)
    issued, content = await reports.find_issued(request.app.state.reader, found)
    return await answer(wish, content, issued)


@router.post("/reports", include_in_schema=False)
async def post_report(request: Request) -> Response:
    """Issue a report: `province`, `period`, and `revision`, the one that was looked at. Location is where it is."""
    person = await need_person(request)
    sent = dict(await read_form(request)) if media_of(request) in FORM else await read_json(request)
    texts = {name: text_of(sent, name) for name in ASKED}
    seen = revision_of(sent.get("revision"))
    reader = request.app.state.reader
    province = await reports.read_province(reader, texts["province"])
    period = reports.read_period(texts["period"])
    reports.need_issuer(person, province)
    content = await reports.compile_report(reader, province, period)
    number = await request.app.state.writer.run(reports.issue, content, by=person.name, person=person, seen=seen)
    place = f"/reports/{number}"
    if wants_page(request):
        return RedirectResponse(f"{place}?f=html&lang={choose_language(request)}", HTTPStatus.SEE_OTHER)
    issued, kept = await reports.find_issued(reader, number)
    headers = {"Location": place, "Cache-Control": "no-store"}
    return json_answer(for_programs(kept, issued), headers=headers, status=HTTPStatus.CREATED)


@router.get("/desk/reports/new", include_in_schema=False)
async def get_issuing(request: Request) -> Response:
    """What would be issued, for who may issue it."""
    person = await need_person(request)
    wish = Wish(request, known=ASKED, media={"html": PAGE})
    reader = request.app.state.reader
    province = await reports.read_province(reader, wish.params.get("province", ""))
    period = reports.read_period(wish.params.get("period", ""))
    reports.need_issuer(person, province)
    content = await reports.compile_report(reader, province, period)
    before = await store.list_reports(reader, LISTED, province_uid=province["uid"], period=period.text)
    return html_answer(issuing_page(request, wish, person, content, before))


def issuing_page(request: Request, wish: Wish, person: Person, content: Row, before: list[Row]) -> str:
    return desk_page(
        "desk/report.html", request, wish.language, person, before=before, live=live_address(content),
        **words.for_page(content, wish.language),
    )  # fmt: skip


async def choosing(wish: Wish, issued: list[Row]) -> Response:
    """The page with the form, and the reports that were issued."""
    provinces = await store.list_provinces(wish.request.app.state.reader)
    titled = [{**one, "title": words.period_name(one["period"], wish.language)} for one in issued]
    offered = [(text, words.period_name(text, wish.language)) for text in periods(reports.legal_day())]
    return html_answer(page(
        "reports.html", wish.request, wish.language, issued=titled, provinces=provinces, periods=offered, most=LISTED,
    ))  # fmt: skip


def periods(today: date) -> list[str]:
    """Periods that have begun, the latest first: of each year the second half, the first, the whole."""
    texts = [f"{year}{part}" for year in range(today.year, today.year - YEARS_BACK, -1) for part in ("-H2", "-H1", "")]
    return [text for text in texts if parse_period(text).start <= today]


async def answer(wish: Wish, content: Row, issued: Row | None) -> Response:
    """A report in the format of the wish."""
    if wish.format == "xlsx":
        day = datetime.now(LEGAL_ZONE).date()
        body = await asyncio.to_thread(words.workbook, content, issued, wish.language, wish.base, day)
        headers = {**COMMON, "Content-Disposition": f'attachment; filename="{file_name(content, issued)}.xlsx"'}
        return Response(body, headers=headers, media_type=FILES["xlsx"][0])
    if wish.format == "html":
        return html_answer(report_page(wish, content, issued))
    return json_answer({**for_programs(content, issued), "links": links(wish)})


def report_page(wish: Wish, content: Row, issued: Row | None) -> str:
    place = f"/reports/{issued['number']}" if issued else live_address(content)
    beside = "&" if "?" in place else "?"
    return page(
        "report.html", wish.request, wish.language, issued=issued, base="", today=reports.legal_day(),
        permanent=f"{wish.base}{place}", xlsx=f"{place}{beside}f=xlsx&lang={wish.language}", live=live_address(content),
        issuing=f"/desk/reports/new?{query_of(content)}&lang={wish.language}",
        **words.for_page(content, wish.language),
    )  # fmt: skip


def file_page(content: Row, issued: Row | None, language: Language, register: str) -> str:
    """The report as one HTML file that opens from disk; its links lead to the `register`, an address without a slash at
    its end.
    """
    place = f"/reports/{issued['number']}" if issued else live_address(content)
    folder = ROOT / "web" / "styles"
    styles = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in ("register", "report"))
    said = attribution.whole(gettext(language), synthetic=content["synthetic"])
    return environment(language).get_template("report_file.html").render(
        issued=issued, base=register, today=reports.legal_day(), permanent=f"{register}{place}", attribution=said,
        styles=Markup(styles), **words.for_page(content, language),  # noqa: S704 (styles of ours)
    )  # fmt: skip


def for_programs(content: Row, issued: Row | None) -> Row:
    """The content, and what makes it an issued report; null where it is none."""
    names = ("number", "issued_at", "issued_by", "sha256")
    return {"issued": issued and {name: issued[name] for name in names}, **content}


def links(wish: Wish) -> list[dict[str, str]]:
    return [*self_and_alternate(wish), link(wish.same(f="xlsx"), "alternate", FILES["xlsx"][0]),
            link(wish.url("/reports", f="json"), "collection", "application/json")]  # fmt: skip


def query_of(content: Row) -> str:
    asked = {"province": content["province"]["uid"], "period": content["period"]["text"]}
    return urlencode(asked, safe=":")


def live_address(content: Row) -> str:
    return f"/reports/periodic?{query_of(content)}"


def file_name(content: Row, issued: Row | None) -> str:
    """bao-cao-2025-H1-vn34-92-so-3: plain letters, which every system takes."""
    number = f"-so-{issued['number']}" if issued else ""
    return f"bao-cao-{content['period']['text']}-{content['province']['uid'].replace(':', '-')}{number}"


def text_of(sent: Row, name: str) -> str:
    """Raises BadBody where it is no text; one that is missing is empty."""
    value = sent.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise BadBody(f"/{name}", N_("this must be a text"))
    return value


def revision_of(given: object) -> int | None:
    """The revision that was looked at, if one is named. Raises BadBody."""
    if given is None or given == "":
        return None
    number = None if isinstance(given, bool) else whole_number(str(given))
    if number is None:
        raise BadBody("/revision", N_("this must be the number of a revision"))
    return number
