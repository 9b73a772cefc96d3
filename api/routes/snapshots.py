"""/snapshots: dated Parquet files of the whole register, as `zones snapshot` kept them, with ranges for large ones."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from api.errors import StoreUnavailable
from api.language import N_, gettext
from api.routes.asked import Asked
from api.routes.offers import KEEP, strong_etag
from api.routes.ogc.links import JSON, link, self_and_alternate
from api.routes.pages import page
from api.routes.render import COMMON, html_answer, json_answer
from api.routes.requests import FILES, Wish
from api.schemas.words import COLLECTIONS as TEXTS
from api.store.collections import COLLECTIONS
from api.workflows.snapshots import MANIFEST, MEDIA, find_file, kept

router = APIRouter(tags=["What changed"])
Row = dict[str, Any]
PARQUET = FILES["parquet"][0]
RANGE = re.compile(r"(?=.*[0-9])([0-9]{0,18})-([0-9]{0,18})")


@router.get("/snapshots", summary=N_("Snapshots of the whole register that are kept here"))
async def list_snapshots(request: Request) -> Response:
    """The newest first, with their files; and how to have the register as it is now."""
    wish = Wish(request)
    state = request.app.state
    with suppress(StoreUnavailable):  # what is in the files is there without the database; whether it is made up is not
        if not state.reader.has_looked:
            await state.revisions.current()
    folder: Path | None = state.settings.snapshots
    found = [told(wish, manifest) for _, manifest in await run_in_threadpool(kept, folder)]
    _ = gettext(wish.language)
    now = [
        link(wish.url(f"/collections/{name}/items", f="parquet"), "enclosure", PARQUET, _(TEXTS[name][0]))
        for name in COLLECTIONS
    ]
    if wish.format == "html":
        return unless_held(request, html_answer(page(
            "snapshots.html", request, wish.language, snapshots=found, is_kept=folder is not None, now=now,
        )))  # fmt: skip
    return unless_held(request, json_answer({
        "kept": folder is not None, "snapshots": found, "links": [*self_and_alternate(wish), *now],
    }))  # fmt: skip


def told(wish: Wish, manifest: Row) -> Row:
    """A snapshot in short, with the addresses of its manifest and its files."""
    names = ("name", "register", "revision", "revision_at", "moment", "synthetic")
    place = f"/snapshots/{manifest['name']}"
    files = [
        {**{one: file[one] for one in ("file", "rows", "bytes", "sha256")},
         "href": wish.url(f"{place}/{file['file']}")} for file in manifest["files"]
    ]  # fmt: skip
    return {
        **{one: manifest[one] for one in names}, "bytes": sum(one["bytes"] for one in files), "files": files,
        "links": [link(wish.url(f"{place}/{MANIFEST}"), "describedby", JSON)],
    }  # fmt: skip


@router.get("/snapshots/{snapshot}/{file}", summary=N_("A file of a snapshot, or its manifest"))
async def get_snapshot_file(request: Request, snapshot: str, file: str) -> Response:
    """The file as it was written, whole or a range of it; its ETag is the digest that the manifest tells."""
    Wish(request, media={"parquet": (PARQUET, JSON)})
    path, digest = await run_in_threadpool(find_file, request.app.state.settings.snapshots, snapshot, file)
    headers = {"ETag": f'"{digest}"', "Cache-Control": KEEP.decode(), **COMMON}
    if Asked(request.scope).has(headers["ETag"].encode(), b""):
        return Response(status_code=304, headers=headers)
    leave_out_nonsense(request)
    return FileResponse(path, headers=headers, media_type=MEDIA[path.suffix], stat_result=path.stat())


def leave_out_nonsense(request: Request) -> None:
    """Forget a Range that is none: by RFC 9110 the answer is the whole file then."""
    unit, _, parts = request.headers.get("range", "").partition("=")
    if unit.strip().lower() != "bytes" or not all(is_range(one.strip()) for one in parts.split(",")):
        request.scope["headers"] = [one for one in request.scope["headers"] if one[0] != b"range"]


def is_range(text: str) -> bool:
    found = RANGE.fullmatch(text)
    return found is not None and (not (found[1] and found[2]) or int(found[1]) <= int(found[2]))


def unless_held(request: Request, answer: Response) -> Response:
    """The answer with a validator, or that the asker holds it."""
    etag = strong_etag(bytes(answer.body))
    answer.headers["ETag"] = etag.decode()
    answer.headers["Cache-Control"] = KEEP.decode()
    if Asked(request.scope).has(etag, b""):
        return Response(status_code=304, headers={**COMMON, "ETag": etag.decode(), "Cache-Control": KEEP.decode()})
    return answer
