"""`zones report`: the periodic report of a province as a file, issued under a number, or held against the register."""

import asyncio
import getpass
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.running import CommandFailed, database, read_settings, say, stoppable, told_failures

if TYPE_CHECKING:
    from api.language import Language
    from api.settings import Settings

FORMATS = ("html", "xlsx", "json")
OFFICE = "zones report"  # as the issuer; who typed it is in the log, and no name of an account of the machine is public
Row = dict[str, Any]


def report(
    province: Annotated[str, typer.Option(help="Code, name or slug, of today or former: soc-trang.")] = "",
    period: Annotated[str, typer.Option(help="A year, 2025, or half of one, 2025-H1.")] = "",
    number: Annotated[int | None, typer.Option(min=1, help="The issued report of this number instead.")] = None,
    format_: Annotated[
        str, typer.Option("--format", help="html, xlsx or json; unsaid, the ending of --output, else json.")
    ] = "",
    output: Annotated[Path | None, typer.Option(help="File to write; unsaid, the report goes to the screen.")] = None,
    issue: Annotated[bool, typer.Option("--issue", help="Keep it in the register under the next number.")] = False,
    check: Annotated[
        int | None, typer.Option(min=1, help="Put the issued report of this number together again and compare.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language: vi or en.")] = "vi",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write the periodic report of a province as HTML, XLSX or JSON; issue it; check one that was issued."""
    with told_failures(), stoppable():
        language = language_of(lang)
        if check is not None:
            tell_check(check)
            return
        chosen = format_of(format_, output)
        if chosen == "xlsx" and output is None and sys.stdout.isatty():
            raise CommandFailed("XLSX is no text: name a file with --output.")
        if output is not None and output.exists() and not force:
            raise CommandFailed(f"{output} is there already; --force replaces it.")
        if output is not None and not output.absolute().parent.is_dir():
            raise CommandFailed(f"{output.parent} is not a directory.")
        if number is not None and (province or period or issue):
            raise CommandFailed("--number is of a report that was issued; it goes with no province, period or --issue.")
        settings, screen = read_settings(), sys.stdout
        with redirect_stdout(sys.stderr if output is None else screen), database(settings) as database_url:
            content, issued = asyncio.run(compile_or_find(database_url, settings, province, period, number))
            if issue:
                issued = issue_report(database_url, settings, content)
            body = written(content, issued, chosen, language, settings)
        if output is None:
            screen.buffer.write(body)
            screen.flush()
            return
        try:
            output.write_bytes(body)
        except OSError as error:
            kept = f" It is issued all the same: --number {issued['number']} writes it." if issue and issued else ""
            raise CommandFailed(f"{output} cannot be written: {error.strerror}.{kept}") from None
        say(f"Wrote {output} ({len(body) // 1000} kB)" + (f", report no. {issued['number']}" if issued else ""))


# Steps


def format_of(wish: str, output: Path | None) -> str:
    """The format that is named, else that of the file's ending, else JSON."""
    chosen = wish or (output.suffix.removeprefix(".") if output and output.suffix else "json")
    if chosen not in FORMATS:
        raise CommandFailed(
            f"“{chosen}” is not a format of reports, which are {', '.join(FORMATS)}. Name one: --format."
        )
    return chosen


def language_of(wish: str) -> "Language":
    from api.language import LANGUAGES

    for one in LANGUAGES:
        if one == wish:
            return one
    raise CommandFailed(f"--lang {wish}: the languages are {', '.join(LANGUAGES)}.")


async def compile_or_find(
    database_url: str, settings: "Settings", province: str, period: str, number: int | None
) -> tuple[Row, Row | None]:
    """The content of the report of now, or of an issued one with what makes it that."""
    from api.store.connect import Reader, open_session
    from api.workflows import reports

    open_session(database_url).close()  # says at once what is wrong with the address
    reader = Reader(database_url, size=1, statement_timeout_ms=settings.statement_timeout_ms)
    async with reader.opened():
        if number is not None:
            issued, content = await reports.find_issued(reader, number)
            return content, issued
        wanted = reports.read_period(period)
        return await reports.compile_report(reader, await reports.read_province(reader, province), wanted), None


def issue_report(database_url: str, settings: "Settings", content: Row) -> Row:
    """Keep the report; what makes it an issued one."""
    from api.store.connect import Reader, Writer
    from api.workflows import reports

    writer = Writer(database_url, size=1)
    try:
        number: int = writer.do(reports.issue, content, by=OFFICE, who=operator())
    finally:
        writer.close()

    async def look_up() -> Row:
        reader = Reader(database_url, size=1, statement_timeout_ms=settings.statement_timeout_ms)
        async with reader.opened():
            return (await reports.find_issued(reader, number))[0]

    return asyncio.run(look_up())


def written(content: Row, issued: Row | None, chosen: str, language: "Language", settings: "Settings") -> bytes:
    """The report as a file."""
    from api.routes.render import json_bytes
    from api.routes.reports import file_page, for_programs
    from api.schemas.reports import workbook
    from api.workflows.reports import legal_day

    register = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    if chosen == "json":
        return json_bytes(for_programs(content, issued))
    if chosen == "xlsx":
        return workbook(content, issued, language, register, legal_day())
    return file_page(content, issued, language, register).encode()


def tell_check(number: int) -> None:
    """Say whether an issued report is what was issued, and whether the register still gives the same."""
    from api.store.connect import Reader
    from api.workflows import reports

    settings = read_settings()

    async def checked(database_url: str) -> Row:
        reader = Reader(database_url, size=1, statement_timeout_ms=settings.statement_timeout_ms)
        async with reader.opened():
            return await reports.check(reader, number)

    with database(settings) as database_url:
        found = asyncio.run(checked(database_url))
    if found["not_compared"]:
        say(f"Not compared, since the register holds more by now: {', '.join(found['not_compared'])}")
    if not found["intact"]:
        raise CommandFailed(f"Report no. {number}: its content is not what its SHA-256 says.")
    if found["differing"]:
        differing = ", ".join(found["differing"])
        raise CommandFailed(f"Report no. {number} is as it was issued; put together again it differs in: {differing}.")
    say(f"Report no. {number} is as it was issued, and the register gives the same for that moment.")


def operator() -> str:
    """Who works at the command line, as the log names them."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = f"user {os.getuid()}"
    return f"{user} (zones report)"
