"""Files for other programs, and what they made of them."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import typer

from api.cli.running import CommandFailed, database, read_settings, say, stoppable, told_failures
from api.settings import Settings

if TYPE_CHECKING:
    from api.store.collections import Collection
    from api.store.queries import Query
    from api.workflows.imports import Report
    from gis.crs import Crs

Progress = Callable[[int, int], None]


def export(
    collection: Annotated[str, typer.Argument(help="zones, zone-points, lots, admin-units or facts.")],
    file: Annotated[Path, typer.Argument(help="File to write; its ending says the format.")],
    crs: Annotated[str, typer.Option(help="Coordinates in it, such as EPSG:9209; WGS 84 if unsaid.")] = "",
    bbox: Annotated[str, typer.Option(help="Only what meets west,south,east,north in degrees.")] = "",
    datetime: Annotated[str, typer.Option(help="Only what was in force then: a day or an interval.")] = "",
    having: Annotated[list[str] | None, typer.Option(help="Only features with property=value; repeatable.")] = None,
    where: Annotated[str, typer.Option(help="Only what this condition in CQL2 finds.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, in the order of their ids.")] = None,
    lang: Annotated[str, typer.Option(help="Language of titles and remarks in it: vi or en.")] = "vi",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write features into a file: .gpkg .fgb .parquet .geojson .geojsons .fg.json .csv .xlsx .kml .shp.zip."""
    with told_failures(), stoppable():
        from api.routes.ogc.collections import find_collection
        from api.routes.ogc.exports import about, titles
        from api.workflows.exports import Export, check, write
        from gis.formats import ENDINGS, format_of

        chosen, found = format_of(file), find_collection(collection)
        if chosen is None:
            raise CommandFailed(f"{file}: the ending says the format, one of {' '.join(ENDINGS)}.")
        if file.exists() and not force:
            raise CommandFailed(f"{file} is there already; --force replaces it.")
        if not file.absolute().parent.is_dir():
            raise CommandFailed(f"{file.parent} is not a directory.")
        settings, language = read_settings(), language_of(lang)
        with database(settings) as database_url:
            code = crs_of(crs).curie if crs else ""
            asked = {"crs": code, "bbox": bbox, "datetime": datetime, "filter": where, **pairs(having or [])}
            asked = {name: text for name, text in asked.items() if text}
            same = f"{settings.public_url}/collections/{found.name}/items?{urlencode(asked)}".rstrip("?")
            query, synthetic = asyncio.run(understand(database_url, found, asked, settings))
            told = about(found, language, register=settings.public_url, query=same, synthetic=synthetic)
            wanted = Export(
                found, query, chosen.name, told, titles(found, language), limit, settings.statement_timeout_ms
            )
            check(wanted)
            with unfinished(file) as part, progress(f"Writing {file.name}") as show:
                written = write(database_url, wanted, part, show)
                part.replace(file)
        say(f"Wrote {file}: {written.count} features ({file.stat().st_size // 1000} kB)")


def import_zones(
    file: Annotated[Path, typer.Argument(help="An export of zones, edited: any of its formats but .xlsx.")],
    source: Annotated[str, typer.Option(help="Id of the document that the changes rest on, such as D001.")] = "",
    author: Annotated[str, typer.Option(help="Who imports: a person or an office.")] = "",
    crs: Annotated[str, typer.Option(help="Coordinates of GeoJSON that are not in WGS 84, such as EPSG:9209.")] = "",
) -> None:
    """Take back an edited export of zones: changed names and outlines become new versions, all of them or none."""
    with told_failures(), stoppable():
        from api.workflows.imports import import_file

        if not file.is_file():
            raise CommandFailed(f"{file} is not there.")
        settings = read_settings()
        with database(settings) as database_url, progress(f"Reading {file.name}") as show:
            report = import_file(
                database_url, file, source=source, author=author, crs=crs_of(crs) if crs else None, show=show
            )
        tell(report)


# Steps


def tell(report: "Report") -> None:
    if report.ignored:
        say(f"Ignored, since it follows from facts or stands elsewhere: {', '.join(report.ignored)}")
    if report.refused:
        lines = [f"{len(report.refused)} of {report.read} rows were refused, so nothing was stored:"]
        raise CommandFailed("\n".join([*lines, *map(str, report.refused)]))
    for slug, names in report.changed.items():
        say(f"{slug}: new version with another {', '.join(names)}")
    say(f"{report.read} zones read, {len(report.changed)} changed, {report.unchanged} as they were")


def language_of(text: str) -> Any:
    from api.language import LANGUAGES

    if text not in LANGUAGES:
        raise CommandFailed(f"--lang {text}: the languages are {', '.join(LANGUAGES)}.")
    return text


def crs_of(text: str) -> "Crs":
    """A CRS by its code as people write it, or as the service takes it."""
    from gis.crs import parse_crs

    return parse_crs(f"[{text}]" if text[:4].upper() in ("EPSG", "OGC:") else text)


def pairs(having: list[str]) -> dict[str, str]:
    found = dict(one.partition("=")[::2] for one in having)
    for name, value in found.items():
        if not value:
            raise CommandFailed(f"--having {name}: write it as property=value, such as kind=industrial_park.")
    return found


async def understand(
    database_url: str, collection: "Collection", asked: dict[str, str], settings: Settings
) -> tuple["Query", bool]:
    """The query that the service would make of the same parameters, and whether the data are made up. Raises
    BadParameter and its kinds.
    """
    from api.errors import UnknownParameter
    from api.routes.ogc.params import MOST, items_query, known_parameters
    from api.store.connect import Reader

    known = known_parameters(collection)
    for name in asked:
        if name not in known:
            raise UnknownParameter(name, known=", ".join(known))
    reader = Reader(database_url, size=1, statement_timeout_ms=settings.statement_timeout_ms)
    async with reader.opened():
        query = await items_query(asked, collection, reader, limit=MOST)
        await reader.rows("SELECT 1")  # the first session tells
    return query, reader.synthetic


@contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """A place beside the file for what is not finished yet; whatever is left there at the end is removed."""
    with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.absolute().parent) as folder:
        part = Path(folder) / file.name
        yield part


@contextmanager
def progress(name: str) -> Iterator[Progress]:
    """A bar while it lasts."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
