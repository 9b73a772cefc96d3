"""What GDAL reads: shapefiles, KML, DXF and FlatGeobuf, each by its one driver, from files under names of our own.

Whoever calls switches the other drivers and the network off where that can be done, in a process made for it.
"""

import math
import re
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import shapely

from gis.errors import TooManyFeatures, TooManyLayers, UnknownEncoding, UnreadableFile
from gis.issues import N_, Issue
from gis.uploads import drawings, markup
from gis.uploads.archives import names_in, titles_in, unpack
from gis.uploads.encodings import Decoder
from gis.uploads.limits import Limits
from gis.uploads.records import Record, Table, parsed
from gis.uploads.systems import UNSAID, WGS84_BY_FORMAT, read_system
from gis.uploads.words import cut

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst")
AS_BYTES = "ISO-8859-1"  # letter for byte, so that the bytes come back
DAMAGED = N_("its contents are damaged, or not what its name says")
HIDDEN_IN_KML = {"id", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder",
                 "icon"}  # fmt: skip
KEPT_OF_DXF = ("Layer", "Text", "EntityHandle")


def load(path: Path, driver: str, name: str, room: int, **options: Any) -> tuple[list[str], list[Record]]:
    """The columns and records of a layer. Raises UnreadableFile; TooManyFeatures above `room`."""
    import pyogrio.raw

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of GDAL, about what we look at ourselves
        try:
            meta, _, shapes, arrays = pyogrio.raw.read(
                path, max_features=room + 1, datetime_as_string=True, use_arrow=False, **options
            )
            found = pyogrio.read_info(path, layer=options.get("layer"))["driver"]
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # GDAL has many ways to fail
            raise UnreadableFile(file=name, reason=DAMAGED) from error
    if found != driver:
        raise UnreadableFile(file=name, reason=DAMAGED)
    columns = [str(one) for one in meta["fields"]]
    rows = list(zip(*(one.tolist() for one in arrays), strict=True)) if arrays else []
    count = len(shapes) if shapes is not None else len(rows)
    if count > room:
        raise TooManyFeatures(most=room)
    return columns, [
        record_of(number, dict(zip(columns, rows[number - 1] if rows else (), strict=bool(rows))),
                  None if shapes is None else shapes[number - 1])
        for number in range(1, count + 1)
    ]  # fmt: skip


def record_of(number: int, row: dict[str, Any], wkb: bytes | None) -> Record:
    values = {one: value for one, value in row.items() if not is_nothing(value)}
    if wkb is None:
        return Record(number, values, None)
    geometry, issues = parsed(lambda: shapely.from_wkb(wkb))
    return Record(number, values, geometry, issues)


def is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def folder_beside(path: Path) -> Path:
    """A new folder, where parts of a file go under names of our own."""
    return Path(tempfile.mkdtemp(dir=path.parent, prefix="parts-"))


def linked(path: Path, ending: str) -> Path:
    """A file under a name of ours, whose ending GDAL wants to see."""
    target = folder_beside(path) / f"part{ending}"
    target.hardlink_to(path)
    return target


def layers_of(path: Path, name: str, limits: Limits) -> list[str]:
    import pyogrio

    try:
        found = [str(one) for one in pyogrio.list_layers(path)[:, 0]]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        raise UnreadableFile(file=name, reason=DAMAGED) from error
    if len(found) > limits.layers:
        raise TooManyLayers(most=limits.layers)
    return found


def read_flatgeobuf(path: Path, name: str, limits: Limits) -> list[Table]:
    import pyogrio

    source = linked(path, ".fgb")
    _, records = load(source, "FlatGeobuf", name, limits.features)
    info = pyogrio.read_info(source)
    said = read_system(str(info["crs"])) if info["crs"] else UNSAID
    label = str(info["layer_name"])
    return [Table(cut(Path(name).stem if label == source.stem else label, 200), records, said)]


# Shapefiles


def read_shapefiles(path: Path, name: str, limits: Limits, encoding: str | None) -> list[Table]:
    """A layer for each shapefile in a zip, which is unpacked beside it."""
    titles = titles_in(path, name, limits)
    inside = list(titles)
    found = [one for one in inside if one.lower().endswith(".shp")]
    if len(found) > limits.layers:
        raise TooManyLayers(most=limits.layers)
    stems = Counter(PurePosixPath(one).stem for one in found)
    tables, room = [], limits.features
    for one in found:
        folder = folder_beside(path)
        wanted = {member: folder / f"part{ending}" for member, ending in siblings(one, inside)}
        unpack(path, name, wanted, limits)
        is_single = stems[PurePosixPath(one).stem] == 1
        label = PurePosixPath(titles[one]).stem if is_single else titles[one][: -len(".shp")]
        tables.append(read_shapefile(folder, cut(label, 200), name, room, limits, encoding))
        room -= len(tables[-1].records)
    return tables


def siblings(member: str, inside: list[str]) -> list[tuple[str, str]]:
    """The parts of a shapefile among the files of an archive, with their endings in small letters."""
    stem = member[: -len(".shp")].lower()
    return [(one, one.lower()[len(stem) :]) for one in inside
            if one.lower().startswith(stem) and one.lower()[len(stem) :] in PARTS]  # fmt: skip


def read_shapefile(folder: Path, label: str, name: str, room: int, limits: Limits, encoding: str | None) -> Table:
    import pyogrio

    shapefile, issues = folder / "part.shp", list[Issue]()
    if not (folder / "part.shx").exists():
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})  # from the .shp, which has all that it needs
    try:
        _, records = load(shapefile, "ESRI Shapefile", name, room, encoding=AS_BYTES)
    except TooManyFeatures:
        raise TooManyFeatures(most=limits.features) from None
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
    if not (folder / "part.dbf").exists():
        issues.append(Issue("attributes-missing", "warning", NO_DBF))
    told = encoding or encoding_of(folder, issues)
    decoder = Decoder(texts_of(records), told)
    records = [replace(one, attributes=spoken(one.attributes, decoder)) for one in records]
    said = read_system(decoder_of_prj(folder))
    return Table(label, records, said, (*issues, *decoder.issues()), decoder.encoding)


NO_DBF = N_("There is no .dbf file beside this shapefile, so its features have no attributes.")
BAD_CPG = N_("The .cpg file names an encoding that is not known: “{encoding}”.")


def encoding_of(folder: Path, issues: list[Issue]) -> str | None:
    """What the .cpg says, if anything that makes sense."""
    path = next((folder / f"part{one}" for one in (".cpg", ".cst") if (folder / f"part{one}").exists()), None)
    told = path.read_bytes()[:100].decode("ascii", "replace").strip("\ufeff\0 \t\r\n") if path else ""
    try:
        if told:
            Decoder((), told)
    except UnknownEncoding:
        issues.append(Issue("encoding-unknown", "warning", BAD_CPG, {"encoding": cut(told, 40)}))
        return None
    return told or None


def decoder_of_prj(folder: Path) -> str:
    path = folder / "part.prj"
    return path.read_bytes()[:30_000].decode("utf-8", "replace") if path.exists() else ""


def texts_of(records: Iterable[Record]) -> list[bytes]:
    """The bytes of all texts and names that were read as bytes."""
    found = [text for one in records for pair in one.attributes.items() for text in pair if isinstance(text, str)]
    return [one.encode("latin-1", "replace") for one in found if one]


def spoken(attributes: dict[str, Any], decoder: Decoder) -> dict[str, Any]:
    """Attributes with the letters that they were written with."""

    def text(given: object) -> Any:
        return decoder.text(given.encode("latin-1", "replace")) if isinstance(given, str) else given

    return {text(name): text(value) for name, value in attributes.items()}


# KML


def read_kml(path: Path, name: str, limits: Limits) -> list[Table]:
    """A layer for each folder with features. Links are told of and never followed."""
    links = markup.check(path, name, limits)
    source = linked(path, ".kml")
    tables, room = [], limits.features
    for one in layers_of(source, name, limits):
        _, records = load(source, "LIBKML", name, room, layer=one)
        room -= len(records)
        if records:
            label = Path(name).stem if one == source.stem else one
            tables.append(Table(cut(label, 200), [without(one, HIDDEN_IN_KML) for one in records], WGS84_BY_FORMAT))
    issues = (Issue("link-not-followed", "warning", LINKS, {"count": links}),) if links else ()
    if not tables:
        return [Table(Path(name).stem, [], WGS84_BY_FORMAT, issues)]
    return [replace(one, issues=issues) for one in tables]


LINKS = N_("The file points to {count} others by links, which are not followed. Save what they show into the file.")


def without(record: Record, names: set[str]) -> Record:
    return replace(record, attributes={one: value for one, value in record.attributes.items() if one not in names})


def read_kmz(path: Path, name: str, limits: Limits) -> list[Table]:
    """The main KML of a KMZ: doc.kml, else the first. The others are told of."""
    inside = [one for one in names_in(path, name, limits) if one.lower().endswith(".kml")]
    chosen = next((one for one in inside if one.lower() == "doc.kml"), inside[0])
    target = folder_beside(path) / "doc.kml"
    unpack(path, name, {chosen: target}, limits)
    tables = read_kml(target, name, limits)
    if len(inside) == 1:
        return tables
    facts = {"chosen": cut(chosen, 100), "count": len(inside) - 1}
    others = Issue("other-files", "warning", OTHERS, facts)
    return [replace(one, issues=(*one.issues, others)) for one in tables]


OTHERS = N_("The archive holds {count} more KML files; only {chosen} was read.")


# DXF


def read_drawing(path: Path, name: str, limits: Limits, encoding: str | None) -> list[Table]:
    """A layer for each layer of the drawing, of what lies in model space. Blocks are not unfolded."""
    seen = drawings.scan(path, name)
    _, records = load(
        linked(path, ".dxf"), "DXF", name, limits.features, layer="entities", INLINE_BLOCKS="NO", ENCODING=AS_BYTES
    )
    records = [one for one in records if not one.attributes.get("PaperSpace")]
    decoder = Decoder(texts_of(records), encoding)
    layers: dict[str, list[Record]] = {}
    for one in records:
        kept = {key: one.attributes[key] for key in KEPT_OF_DXF if key in one.attributes}
        values = {key: unescaped(str(value)) for key, value in spoken(kept, decoder).items()}
        found = layers.setdefault(values.get("Layer", "0"), [])
        arcs = [Issue("arcs-straightened", "warning", ARCS)] if values.get("EntityHandle") in seen.with_arcs else []
        found.append(replace(one, number=len(found) + 1, attributes=values, issues=(*one.issues, *arcs)))
    if len(layers) > limits.layers:
        raise TooManyLayers(most=limits.layers)
    issues = list(decoder.issues())
    if seen.blocks:
        issues.append(Issue("blocks-not-read", "warning", BLOCKS, {"count": seen.blocks}))
    return [Table(cut(label, 200), rows, UNSAID, tuple(issues), decoder.encoding) for label, rows in layers.items()]


ARCS = N_("This line has arcs; they were drawn as short straight sides.")
BLOCKS = N_("The drawing inserts {count} blocks, which are not read. Explode those that hold outlines.")
ESCAPE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


def unescaped(text: str) -> str:
    """AutoCAD's way to write letters that its code page lacks."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
