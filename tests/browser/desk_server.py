"""A small stand-in for the register's desk: it speaks docs/changes.md from memory, for tests of the editor alone."""

import json
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import uvicorn
from pyproj import Geod
from shapely.geometry import shape
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from api.main import ASSETS
from api.routes.pages import environment
from gis.crs import VN2000_ALL, by_epsg, round_degrees, to_wgs84
from gis.shapes import geodesic_area_m2

Json = dict[str, Any]
TOKEN = "a-token-of-the-page"
CSP = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'"
DRAFT = (
    "title",
    "document",
    "values",
    "boundary",
    "has_boundary",
    "observations",
    "milestones",
    "documents",
    "reasons",
)
GEOD = Geod(ellps="WGS84")


class Changes:
    """Changes and neighbours in memory."""

    def __init__(self, neighbours: Json, units: Json) -> None:
        self.changes: dict[int, Json] = {}
        self.collections = {"zones": neighbours, "admin-units": units}

    def begin(self, boundary: Json | None, values: Json, base: Json | None) -> int:
        number = len(self.changes) + 1
        self.changes[number] = {
            "id": number, "zone": "kcn-thu", "action": "update", "state": "draft", "edit": 1, "title": "",
            "document": "", "name_vi": values.get("name_vi", "KCN Thử"),
            "name_en": values.get("name_en", values.get("name_vi", "KCN Thử")), "province_uid": "vn34:92",
            "values": values,
            "has_boundary": boundary is not None, "boundary": boundary, "observations": [], "milestones": [],
            "documents": [], "reasons": {}, "base": base, "evidence": [], "log": [],
            "may": ["edit", "submit", "withdraw", "comment"], "updated_at": now(),
        }  # fmt: skip
        return number

    def answer(self, change: Json) -> Json:
        return {**change, "issues": check(change)}

    def read(self, request: Request) -> Response:
        return JSONResponse(self.answer(self.changes[request.path_params["id"]]))

    async def save(self, request: Request) -> Response:
        change = self.changes[request.path_params["id"]]
        if request.headers.get("if-match") != f'"{change["edit"]}"':
            return problem(412, f"This draft is at {change['edit']} by now.")
        body = await request.json()
        return self.store(change, {name: body[name] for name in DRAFT})

    def store(self, change: Json, draft: Json) -> Response:
        change |= {**draft, "edit": change["edit"] + 1, "updated_at": now()}
        return JSONResponse(self.answer(change))

    async def corners(self, request: Request) -> Response:
        outline = solve(await fields(request))["outline"]
        return self.take(request, outline)

    async def file(self, request: Request) -> Response:
        return self.take(request, unpack(await fields(request))["outline"])

    def take(self, request: Request, outline: Json | None) -> Response:
        if outline is None:
            return problem(400, "No outline.")
        change = self.changes[request.path_params["id"]]
        return self.store(change, {"boundary": outline["geometry"], "has_boundary": True})

    def submit(self, request: Request) -> Response:
        change = self.changes[request.path_params["id"]]
        found = check(change)
        if any(one["severity"] == "error" for one in found):
            return JSONResponse({"title": "No", "status": 409, "detail": "Errors.", "issues": found}, 409)
        change |= {"state": "submitted", "may": []}
        return JSONResponse(self.answer(change))

    def items(self, request: Request) -> Response:
        west, south, east, north = (float(value) for value in request.query_params["bbox"].split(","))
        features = []
        for feature in self.collections[request.path_params["collection"]]["features"]:
            w, s, e, n = shape(feature["geometry"]).bounds
            if w <= east and e >= west and s <= north and n >= south:
                features.append(feature)
        return JSONResponse({"type": "FeatureCollection", "features": features})

    def page(self, request: Request) -> Response:
        language = request.query_params.get("lang", "vi")
        change = self.changes[request.path_params["id"]]
        template = environment(language).get_template("desk/edit.html")  # type: ignore[arg-type]
        return HTMLResponse(
            template.render(
                other="en" if language == "vi" else "vi", other_url="?lang=" + ("en" if language == "vi" else "vi"),
                json_url="", synthetic=False, attribution="Register of industrial zones", addresses=None, csrf=TOKEN,
                person=None, change=change, options=options(change["id"], language),
            )
        )  # fmt: skip


def now() -> str:
    return datetime.now(UTC).isoformat()


def problem(status: int, detail: str) -> Response:
    document = {"type": "about:blank", "title": "No", "status": status, "detail": detail}
    return JSONResponse(document, status, media_type="application/problem+json")


def check(change: Json) -> list[Json]:
    """Two rules of the real checks: a missing outline, and an area that differs from the declared one."""
    if not change["boundary"]:
        return [issue("no-outline", "error", "There is no outline.", field="boundary")]
    outline = shape(change["boundary"])
    if not outline.is_valid:
        lon, lat = outline.representative_point().coords[0]
        return [issue("crosses", "error", "The outline crosses itself.", place={"lon": lon, "lat": lat})]
    declared = change["values"].get("declared_area_ha")
    measured = geodesic_area_m2(outline) / 10_000
    if declared and abs(measured - declared) > declared / 100:
        said = f"Measured {measured:.2f} ha, declared {declared} ha."
        return [issue("area-differs", "warning", said, field="declared_area_ha")]
    return []


def issue(code: str, severity: str, message: str, **where: object) -> Json:
    found = {"code": code, "severity": severity, "message": message, "row": None, "point": None, "field": None}
    return {**found, "place": None, "reason": None, **where}


async def fields(request: Request) -> Json:
    if "json" in request.headers["content-type"]:
        found: Json = await request.json()
        return found
    async with request.form() as form:
        return {
            name: value if isinstance(value, str) else (value.filename, await value.read())
            for name, value in form.items()
        }


async def from_corners(request: Request) -> Response:
    return JSONResponse(solve(await fields(request)))


def solve(body: Json) -> Json:
    """Lines of number, X, Y and perhaps the stated side, in EPSG:9209 unless `crs` says otherwise."""
    text = body["text"] if "text" in body else body["file"][1].decode()
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(",", ".").split()
        if len(words) >= 3 and words[1][0].isdigit():
            stated = float(words[3]) if len(words) > 3 else None
            rows.append(
                {"row": number, "label": words[0], "x": float(words[1]), "y": float(words[2]), "stated": stated}
            )
    if len(rows) < 3:
        few = [issue("too-few", "error", "Three points at least.")]
        return {"outline": None, "chosen": None, "runners_up": [], "needs_confirmation": False, "issues": few}
    found = []
    for one, after in zip(rows, [*rows[1:], rows[0]], strict=True):
        one["computed_side"] = math.hypot(after["x"] - one["x"], after["y"] - one["y"])
        one["stated_side"] = one.pop("stated")
        if one["stated_side"] is not None and abs(one["computed_side"] - one["stated_side"]) > 0.1:
            said = f"This side is {one['computed_side']:.2f} m long, the table says {one['stated_side']:.2f} m."
            found.append(issue("side-differs", "warning", said, row=one["row"], point=one["label"]))
    crs = body.get("crs", "EPSG:9209")
    outline = placed(rows, crs)
    others = (
        [] if "crs" in body else [{"crs": "EPSG:9208", "outline": placed(rows, "EPSG:9208"), "why": ["27 km west"]}]
    )
    return {
        "outline": outline, "chosen": {"crs": crs, "why": ["the legal meridian of the province"]}, "runners_up": others,
        "needs_confirmation": bool(others), "table": {"rings": [{"corners": rows}]}, "issues": found,
        "stated": None, "receipt": {"crs": crs, "area_ha": geodesic_area_m2(shape(outline["geometry"])) / 10_000},
    }  # fmt: skip


def placed(rows: list[Json], crs: str) -> Json:
    lonlat = round_degrees(to_wgs84([[one["y"], one["x"]] for one in rows], by_epsg(int(crs.split(":")[1])))).tolist()
    geometry = {"type": "MultiPolygon", "coordinates": [[[*lonlat, lonlat[0]]]]}
    return {"type": "Feature", "properties": {}, "geometry": geometry}


async def from_file(request: Request) -> Response:
    return JSONResponse(unpack(await fields(request)))


def unpack(body: Json) -> Json:
    """GeoJSON, in degrees; of a drawing (.dxf) the system has to be said first."""
    name, content = body["file"]
    asks = name.endswith(".dxf") and "crs" not in body
    features = json.loads(content)["features"]
    listed = []
    for number, feature in enumerate(features, 1):
        area = geodesic_area_m2(shape(feature["geometry"])) / 10_000
        found = {"number": number, "name": feature["properties"].get("name", ""), "area_ha": area, "kinds": ["Polygon"]}
        listed.append({**found, "outline": None if asks else feature, "issues": []})
    chosen = None if asks else features[int(body.get("feature", 1)) - 1]
    layer = {
        "name": "plan",
        "crs": body.get("crs", "OGC:CRS84"),
        "needs_crs": asks,
        "candidates": [],
        "features": listed,
    }
    return {"layers": [layer], "outline": chosen, "issues": []}


def options(change: int, language: str) -> Json:
    vi = language == "vi"
    return {
        "change": change, "language": language, "attribution": "Register of industrial zones",
        "crs": [{"code": f"EPSG:{one.epsg}", "name": one.name, "proj4": one.proj4text}
                for one in VN2000_ALL if one.is_projected],
        "crs_chosen": "EPSG:9209", "view": {"lon": 106.17, "lat": 9.55, "radius_m": 3000},
        "kinds": [{"code": "industrial_park", "label": "Khu công nghiệp" if vi else "Industrial park"},
                  {"code": "industrial_cluster", "label": "Cụm công nghiệp" if vi else "Industrial cluster"}],
        "qualities": [{"code": "surveyed", "label": "Ranh giới đo đạc" if vi else "Surveyed outline"}],
        "steps": [{"code": "established", "label": "Đã thành lập" if vi else "Established"}],
        "document_kinds": [{"code": "decision", "label": "Quyết định" if vi else "Decision"}],
        "indicators": [{"code": "industrial_land_leased_ha", "unit": "ha", "minimum": 0, "maximum": None,
                        "label": "Đất công nghiệp đã cho thuê" if vi else "Industrial land leased"}],
        "provinces": [{"uid": "vn34:92", "name": "Thành phố Cần Thơ"}, {"uid": "vn34:91", "name": "Tỉnh An Giang"}],
        "historic_provinces": [{"uid": "vn63:94", "name": "Tỉnh Sóc Trăng"}],
        "communes": ["Xã Trần Đề", "Xã Lịch Hội Thượng"],
        "documents": [{"id": "D001", "title": "Nghị quyết về khu, cụm công nghiệp", "number": "03-NQ/TU"}],
    }  # fmt: skip


class Guard(BaseHTTPMiddleware):
    """The strict policy of the pages, and the token that every write needs."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.method in ("POST", "PUT") and request.headers.get("x-csrf-token") != TOKEN:
            return problem(403, "The token is missing.")
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CSP
        return response


def submitted(_: Request) -> Response:
    return HTMLResponse("<!doctype html><title>x</title><link rel=icon href=data:,><h1>Submitted</h1>")


@contextmanager
def desk(neighbours: Json, units: Json) -> Iterator[tuple[str, Changes]]:
    """The stand-in on a free port of the loopback: its address, and what it holds."""
    held = Changes(neighbours, units)
    routes = [
        Route("/changes/{id:int}", held.read), Route("/changes/{id:int}/draft", held.save, methods=["PUT"]),
        Route("/changes/{id:int}/corners", held.corners, methods=["POST"]),
        Route("/changes/{id:int}/file", held.file, methods=["POST"]),
        Route("/changes/{id:int}/submit", held.submit, methods=["POST"]),
        Route("/boundaries/from-corners", from_corners, methods=["POST"]),
        Route("/boundaries/from-file", from_file, methods=["POST"]),
        Route("/collections/{collection}/items", held.items), Route("/desk/changes/{id:int}/edit", held.page),
        Route("/desk/changes/{id:int}", submitted),
        *(Mount(path, StaticFiles(directory=folder)) for path, folder in ASSETS.items()),
    ]  # fmt: skip
    app = Starlette(routes=routes, middleware=[Middleware(Guard)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    started = threading.Event()
    startup = server.startup

    async def startup_and_tell(*args: object, **kwargs: object) -> None:
        await startup(*args, **kwargs)  # type: ignore[arg-type]
        started.set()

    server.startup = startup_and_tell  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(30)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", held
    finally:
        server.should_exit = True
        thread.join()
