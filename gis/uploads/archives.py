"""Archives: only plain zips of plain files, looked through before anything is unpacked, under names of our own."""

import stat
import zlib
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from gis.errors import TooManyEntries, UnfoldsTooFar, UnreadableFile
from gis.issues import N_
from gis.uploads.encodings import Decoder
from gis.uploads.limits import DEFAULT, MEGABYTE, Limits

ARCHIVES = (".zip", ".kmz", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst")
JUNK = ("__MACOSX/",)
PIECE = 1 << 20
ENCRYPTED, IN_UTF8 = 0x1, 0x800
DAMAGED = N_("the archive is damaged or incomplete")


def names_in(path: Path, name: str, limits: Limits = DEFAULT) -> list[str]:
    """The files in an archive, checked. Raises UnreadableFile, TooManyEntries, UnfoldsTooFar."""
    return [one.filename for one in members(path, name, limits)]


def titles_in(path: Path, name: str, limits: Limits = DEFAULT) -> dict[str, str]:
    """How the files in an archive are called by their makers, by the names that `names_in` has.

    Zips of Windows have names in its code page without saying so, which Python takes for that of DOS.
    """
    found = members(path, name, limits)
    raw = {one.filename: one.filename.encode("cp437", "replace") for one in found if not one.flag_bits & IN_UTF8}
    decoder = Decoder(raw.values())
    return {one.filename: decoder.text(raw[one.filename]) if one.filename in raw else one.filename for one in found}


def members(path: Path, name: str, limits: Limits) -> list[ZipInfo]:
    """The files in an archive, without folders and what macOS leaves. Errors as `names_in`."""
    try:
        with ZipFile(path) as archive:
            found = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise UnreadableFile(file=name, reason=DAMAGED) from error
    if len(found) > limits.entries:
        raise TooManyEntries(most=limits.entries)
    for one in found:
        if reason := why_not(one, limits):
            raise UnreadableFile(file=name, reason=reason)
    unfolds = sum(one.file_size for one in found)
    steep = any(one.file_size > max(MEGABYTE, limits.ratio * one.compress_size) for one in found)
    if unfolds > limits.unpacked or steep:
        raise UnfoldsTooFar(most=limits.unpacked // MEGABYTE, ratio=limits.ratio)
    names = [one.filename.lower() for one in found]
    if len(set(names)) < len(names):
        raise UnreadableFile(file=name, reason=N_("two files in the archive have the same name"))
    return [one for one in found if not one.is_dir() and not one.filename.startswith(JUNK)]


def why_not(one: ZipInfo, limits: Limits) -> str:
    """What is wrong with a member; nothing if it may be unpacked."""
    name = one.orig_filename  # ZipInfo.filename ends at a NUL
    parts = PurePosixPath(name).parts
    if "\0" in name or "\\" in name or name.startswith("/") or ".." in parts or ":" in name:
        return N_("a file in the archive has a path that leads out of it")
    if len(parts) > limits.nesting // 4:
        return N_("the folders in the archive are nested too deeply")
    reasons = {
        N_("there is a link in the archive; only plain files are read"): stat.S_ISLNK(one.external_attr >> 16),
        N_("the archive is protected by a password"): one.flag_bits & ENCRYPTED,
        N_("there is an archive within the archive"): name.lower().endswith(ARCHIVES),
        N_("the archive is compressed in a way that is not read here; make a plain zip"): (
            one.compress_type not in (ZIP_STORED, ZIP_DEFLATED)
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def unpack(path: Path, name: str, wanted: dict[str, Path], limits: Limits) -> None:
    """Write members of an archive to paths of our own. wanted: paths by the members' names.

    Raises as `names_in`, whatever sizes the archive claims.
    """
    known = {one.filename: one for one in members(path, name, limits)}
    room = limits.unpacked
    try:
        with ZipFile(path) as archive:
            for member, target in wanted.items():
                with archive.open(known[member]) as source, target.open("wb") as file:
                    while piece := source.read(PIECE):
                        room -= len(piece)
                        if room < 0:
                            raise UnfoldsTooFar(most=limits.unpacked // MEGABYTE, ratio=limits.ratio)
                        file.write(piece)
    except (BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(file=name, reason=DAMAGED) from error
