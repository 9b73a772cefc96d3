"""Items as files of other programs: the same query, all of its features."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.attribution import of_collection
from api.language import N_, Language, gettext
from api.routes.offers import KEEP, http_date, strong_etag
from api.routes.render import COMMON
from api.routes.requests import Wish
from api.schemas.words import COLLECTIONS as TEXTS
from api.schemas.words import PROPERTIES
from api.store.collections import Collection
from api.store.queries import Query, part_of
from api.workflows.exports import Export, write_beside
from gis.dates import LEGAL_ZONE
from gis.formats import FORMATS, About

WORDS = (N_("Title"), N_("Description"), N_("Attribution"), N_("Register"), N_("Query"), N_("Date"), N_("Coordinates"))
CHUNK = 1 << 18


async def export_answer(wish: Wish, collection: Collection, query: Query, format: str) -> Response:
    """The features of a query as a file of one of FILES.

    All of them, unless the request has a `limit`; then the page that GeoJSON would have. Raises FormatNeedsGeometry,
    FormatNeedsWgs84, TooManyRows, StoreUnavailable, StatementTooLong, NotMigrated, all before anything is sent.
    """
    state, asked = wish.request.app.state, wish.request.scope.get("asked")
    settings = state.settings
    day = datetime.now(LEGAL_ZONE).date()

    def etag(revision: int) -> str:
        """Two files of the same features differ in bytes (when they were made), so the validator is a weak one."""
        told = (str(wish.same()), wish.language, format, revision, day)
        return f"W/{strong_etag(repr(told).encode()).decode()}"

    if asked is not None and asked.if_none_match:
        held = etag((await state.revisions.current())[part_of(collection, query)].revision)
        if asked.has(held.encode(), b""):
            return Response(status_code=304, headers={**COMMON, "ETag": held, "Cache-Control": KEEP.decode()})
    export = Export(
        collection, query, format,
        about(collection, wish.language, register=wish.base, query=str(wish.same()),
              synthetic=state.reader.synthetic),
        titles(collection, wish.language), query.limit if "limit" in wish.params else None,
        settings.statement_timeout_ms,
    )  # fmt: skip
    with TemporaryDirectory(prefix="zones-export-") as folder:
        path = Path(folder) / f"{collection.name}{FORMATS[format].ending}"
        written = await write_beside(settings.database_url, export, path)
        file = path.open("rb")  # stays readable when the folder goes, and is gone when it is closed
        size = path.stat().st_size
    headers = {
        **COMMON, "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{file_name(collection, format, day.isoformat())}"',
        "Link": f'<{wish.url(f"/collections/{collection.name}", f="json")}>; rel="collection"',
    }  # fmt: skip
    headers["ETag"] = etag(written.revision)
    headers["Last-Modified"] = http_date(written.changed_at).decode()
    if collection.geometry and query.has_geometry:
        headers["Content-Crs"] = f"<{query.crs.uri}>"
    return FileAnswer(file, headers, FORMATS[format].media)


def file_name(collection: Collection, format: str, day: str) -> str:
    return f"{collection.name}-{day}{FORMATS[format].ending}"


class FileAnswer(StreamingResponse):
    """Sends an open file piece by piece, and closes it also where the asker goes away before the end."""

    def __init__(self, file: BinaryIO, headers: dict[str, str], media: str) -> None:
        super().__init__(iter(lambda: file.read(CHUNK), b""), headers=headers, media_type=media)
        self.file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.file.close()


def about(collection: Collection, language: Language, *, register: str, query: str, synthetic: bool) -> About:
    """What a file says of itself, in the language of the wish."""
    _ = gettext(language)
    title, description = TEXTS[collection.name]
    return About(
        _(title), _(description), _(of_collection(collection.name, synthetic=synthetic)), register, query,
        datetime.now(LEGAL_ZONE).date(), tuple(_(word) for word in WORDS),
    )  # fmt: skip


def titles(collection: Collection, language: Language) -> dict[str, str]:
    """What the properties are called."""
    _ = gettext(language)
    return {one.name: _(PROPERTIES[one.name]) for one in collection.properties if one.name in PROPERTIES}
