"""/boundaries/from-file: what a file holds and what outline a feature of it would be; nothing is stored."""

from typing import Any

from fastapi import APIRouter
from shapely.geometry import mapping
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadBody, BadInteger, BadText, RepeatedParameter, UnknownParameter
from api.language import N_, Gettext, Language, gettext
from api.routes.bodies import read_form
from api.routes.render import json_answer
from api.routes.requests import DOCUMENT, Wish, whole_number
from api.workflows.uploads import LIMITS, Choice, crs_of, look_through
from gis.crs import Crs
from gis.receipts import code, receipt
from gis.uploads import Candidate, Contents, Feature, Layer, Outline

router = APIRouter(tags=["Boundaries"])
FIELDS = ("file", "layer", "feature", "crs", "encoding")
FORM_ROOM = 100_000  # bytes of a form beside its file
LARGEST_NUMBER = 9  # digits
Document = dict[str, Any]


@router.post("/boundaries/from-file", summary=N_("A preview of the outlines in a file"), include_in_schema=False)
async def preview_file(request: Request) -> Response:
    """The layers and features of a file; of the one that is chosen, or the only one, its outline. Nothing is stored."""
    wish = Wish(request, media={"json": DOCUMENT["json"]})
    content, name, choice = await read_upload(request)
    found = await look_through(content, name, choice)
    return json_answer(
        contents_document(found, gettext(wish.language), wish.language), headers={"Cache-Control": "no-store"}
    )


async def read_upload(request: Request) -> tuple[bytes, str, Choice]:
    """The file of a form, its name, and the choice from it. Raises WrongMedia, TooLarge, BadBody, BadParameter."""
    form = await read_form(request, LIMITS.size + FORM_ROOM)
    given = fields_of(form)
    file = given.pop("file", None)
    if not isinstance(file, UploadFile):
        raise BadBody("file", N_("send a file in this field of a multipart form"))
    return await file.read(), file.filename or "", choice_of(given)


def fields_of(form: FormData) -> dict[str, Any]:
    """The fields of a form, each one of ours and given once."""
    given: dict[str, Any] = {}
    for field, value in form.multi_items():
        if field not in FIELDS:
            raise UnknownParameter(field, known=", ".join(FIELDS))
        if field in given:
            raise RepeatedParameter(field)
        given[field] = value
    return given


def choice_of(given: dict[str, Any]) -> Choice:
    """What is chosen; an empty field chooses nothing."""
    for field, value in given.items():
        if not isinstance(value, str):
            raise BadBody(field, N_("this field is a text, not a file"))
        if "\0" in value or "\N{REPLACEMENT CHARACTER}" in value:
            raise BadText(field, value=value.replace("\0", "\N{SYMBOL FOR NULL}"))
    wanted = {field: value for field, value in given.items() if value != ""}
    crs = crs_of(wanted["crs"]) if "crs" in wanted else None
    return Choice(wanted.get("layer"), number_of(wanted.get("feature")), crs, wanted.get("encoding"))


def number_of(text: str | None) -> int | None:
    if text is None:
        return None
    number = whole_number(text, LARGEST_NUMBER)
    if not number:
        raise BadInteger("feature", value=text, minimum=1)
    return number


def contents_document(found: Contents, _: Gettext, wish: Language) -> Document:
    """A file as an answer. The members about the chosen feature are null or empty where none is chosen."""
    chosen = found.chosen
    issues = [*found.issues, *(chosen.issues if chosen else ())]
    layers = [layer_document(one, _, wish) for one in found.layers]
    needs = chosen.needs_crs if chosen else any(one.needs_crs for one in found.layers)
    asked = chosen.candidates if chosen else next((one.candidates for one in found.layers if one.needs_crs), ())
    return {
        "format": found.kind.name, "layers": layers, "needs_crs": needs,
        "candidates": [candidate_document(one) for one in asked] if needs else [],
        "layer": chosen.layer if chosen else None, "feature": chosen.feature if chosen else None,
        "outline": outline_document(chosen) if chosen else None,
        "receipt": receipt_document(chosen) if chosen else None,
        "issues": [one.document(_, wish) for one in issues],
    }  # fmt: skip


def layer_document(layer: Layer, _: Gettext, wish: Language) -> Document:
    return {
        "name": layer.name, "count": layer.features,
        "kinds": {kind: count for kind, count in layer.kinds.items() if kind},
        "crs": crs_document(layer.crs), "crs_said": layer.crs_said or None, "needs_crs": layer.needs_crs,
        "candidates": [candidate_document(one) for one in layer.candidates] if layer.needs_crs else [],
        "encoding": layer.encoding, "issues": [one.document(_, wish) for one in layer.issues],
        "features": [feature_document(one, _, wish) for one in layer.listed],
    }  # fmt: skip


def feature_document(feature: Feature, _: Gettext, wish: Language) -> Document:
    return {
        "number": feature.number, "name": feature.name, "kind": feature.kind or None, "vertices": feature.vertices,
        "area_ha": feature.area_ha, "bbox": feature.bbox, "geometry": feature.preview,
        "attributes": feature.attributes, "issues": [one.document(_, wish) for one in feature.issues],
    }  # fmt: skip


def outline_document(chosen: Outline) -> Document | None:
    """The outline as a GeoJSON Feature, with all its digits."""
    if chosen.outline is None:
        return None
    properties = {"name": chosen.name, "area_ha": chosen.area_ha}
    return {"type": "Feature", "geometry": mapping(chosen.outline), "properties": properties}


def receipt_document(chosen: Outline) -> Document | None:
    """The datum receipt of an outline that nothing is wrong with."""
    if chosen.outline is None or chosen.crs is None or any(one.severity == "error" for one in chosen.issues):
        return None
    return receipt(chosen.outline, chosen.crs).document()


def crs_document(crs: Crs | None) -> Document | None:
    if crs is None:
        return None
    return {"crs": code(crs), "uri": crs.uri, "name": crs.name}


def candidate_document(one: Candidate) -> Document:
    return {**(crs_document(one.crs) or {}), "centroid": [round(one.lon, 7), round(one.lat, 7)], "usual": one.is_usual}
