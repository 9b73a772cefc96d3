"""Looking a register over: what is right, what an operator should see to, what must not stay so, and what to do."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from api.errors import CannotConnect
from api.store import doctor as store
from api.store.connect import Session

State = Literal["ok", "warning", "fault"]
OLDEST_SERVER, OLDEST_POSTGIS = 150_000, (3, 3)
GIGABYTE = 1_000_000_000
LEAST_FREE = 2 * GIGABYTE
CLOCKS_APART_S = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `remedy` is what to do where it is not as it should be."""

    about: str
    state: State
    told: str
    remedy: str = ""


def look_over(database_url: str, assets: Path, disk: Path | None) -> list[Finding]:
    """All findings. assets: where the browser's files were installed; disk: a folder on the disk of the database, None
    where that is another machine's. What cannot be asked because something before it is wrong is left out.
    """
    found = [asset_finding(assets)]
    try:
        with store.examined(database_url) as session:
            found += database_findings(session, disk)
    except CannotConnect as error:
        found.append(Finding("database", "fault", str(error), "See that it runs and that DATABASE_URL is right."))
    return found


def asset_finding(assets: Path) -> Finding:
    missing = [one for one in ("maplibre-gl", "leaflet", ".pressed") if not (assets / one).is_dir()]
    if missing:
        return Finding("browser files", "fault", f"Missing: {', '.join(missing)}.", "Run scripts/setup.sh run.")
    return Finding("browser files", "ok", "Installed and compressed.")


def database_findings(session: Session, disk: Path | None) -> Iterator[Finding]:
    server = store.read_server(session)
    yield from server_findings(server)
    if disk is not None:
        yield disk_finding(shutil.disk_usage(disk).free, server.size_bytes)
    if server.postgis is None:
        return
    here, wanted = store.read_schema(session)
    if here != wanted:
        newer = here is not None and here > wanted
        remedy = "Update the program." if newer else "Run zones migrate."
        yield Finding("schema", "fault", f"It is at {here or 'nothing'}, the program is for {wanted}.", remedy)
        return
    yield Finding("schema", "ok", f"Version {here}.")
    yield from content_findings(session)


def server_findings(server: store.Server) -> Iterator[Finding]:
    version = f"PostgreSQL {server.version // 10_000}.{server.version % 10_000}"
    if server.version < OLDEST_SERVER:
        yield Finding("server", "fault", f"{version} is too old.", "PostgreSQL 15 or later is needed.")
    else:
        yield Finding("server", "ok", version + (", a replica" if server.is_replica else ""))
    if server.postgis is None:
        yield Finding("PostGIS", "fault", "It is not installed in this database.", "Run zones migrate.")
    elif tuple(int(one) for one in server.postgis.split(".")[:2]) < OLDEST_POSTGIS:
        yield Finding("PostGIS", "fault", f"{server.postgis} is too old.", "PostGIS 3.3 or later is needed.")
    else:
        yield Finding("PostGIS", "ok", server.postgis)
    apart = abs((datetime.now(UTC) - server.now).total_seconds())
    if apart > CLOCKS_APART_S:
        yield Finding("clock", "fault", f"The database's clock is {apart:.0f} s away from this machine's.",
                      "Let both follow NTP: what is in force depends on the day.")  # fmt: skip
    else:
        yield Finding("clock", "ok", "Both clocks agree.")
    if server.connections > server.most_connections * 0.8:
        yield Finding("connections", "warning", f"{server.connections} of {server.most_connections} are taken.",
                      "Raise max_connections, lower POOL_SIZE, or put pgbouncer between.")  # fmt: skip
    else:
        yield Finding("connections", "ok", f"{server.connections} of {server.most_connections} are taken.")
    if not server.fsync:
        yield Finding("durability", "fault", "fsync is off: a crash may lose what was acknowledged.",
                      "Set fsync = on and restart the server.")  # fmt: skip
    elif not server.has_checksums:
        yield Finding("durability", "warning", "Pages have no checksums: a failing disk is noticed late.",
                      "Stop the server and run pg_checksums --enable.")  # fmt: skip
    else:
        yield Finding("durability", "ok", "fsync and checksums are on.")


def disk_finding(free: int, size: int) -> Finding:
    told = f"{free / GIGABYTE:.1f} GB free, the database has {size / GIGABYTE:.2f} GB."
    if free < max(LEAST_FREE, size):
        return Finding("disk", "warning", told, "Make room for as much again: a restore and an upgrade need it.")
    return Finding("disk", "ok", told)


def content_findings(session: Session) -> Iterator[Finding]:
    """What must be true of the register, whatever happened to it."""
    yield listed(
        "reference systems", [str(one) for one in store.wrong_srids(session)], "VN-2000 is taken the official way.",
        "Wrong or missing", "Write these rows of spatial_ref_sys again, as migrations/versions/v0001_datum.py does.",
    )  # fmt: skip
    yield listed(
        "indexes", store.broken_indexes(session), "All are usable.", "Not usable", "Run REINDEX INDEX on each."
    )
    yield listed(
        "history", store.unguarded_tables(session), "Every table of history is closed to changes.",
        "Open to changes", "ALTER TABLE registry.<table> ENABLE TRIGGER <table>_immutable, and see who did it.",
    )  # fmt: skip
    yield listed(
        "rights", store.rights_too_many(session), "The roles may what they should, and no more.", "Too many",
        "REVOKE them, and see who granted them.",
    )  # fmt: skip
    differing = [f"{count} {part}" for part, count in store.differing_features(session).items() if count]
    yield listed(
        "what is served", differing, "It is what follows from the tables.", "Served otherwise than the tables say",
        "Something wrote past the triggers: find out what, and restore from a backup.",
    )  # fmt: skip
    yield listed(
        "outlines", store.overlapping_zones(session), "Those in force together do not overlap.", "Overlapping",
        "Correct one of each pair at the desk.",
    )  # fmt: skip


def listed(about: str, wrong: list[str], right: str, head: str, remedy: str) -> Finding:
    if not wrong:
        return Finding(about, "ok", right)
    shown = ", ".join(wrong[:10]) + (f" and {len(wrong) - 10} more" if len(wrong) > 10 else "")
    return Finding(about, "fault", f"{head}: {shown}.", remedy)
