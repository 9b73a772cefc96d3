"""`zones doctor`: a sound register is told to be so, and whatever an operator or a crash did to it is found."""

import json
import os
import subprocess
import sys

import psycopg
import pytest

from api.settings import ROOT
from api.workflows.doctor import Finding, disk_finding, look_over

ASSETS = ROOT / "node_modules"
# What somebody with all rights does, and what is to be found.
HARM = {
    "reference systems": "DELETE FROM spatial_ref_sys WHERE srid = 909209",
    "indexes": "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'registry.facts_zone'::regclass",
    "history": "ALTER TABLE registry.facts DISABLE TRIGGER facts_immutable",
    "rights": "GRANT UPDATE ON registry.zone_versions TO registry_write",
    "what is served": "SET session_replication_role = replica; UPDATE registry.zone_figures SET status = 'planned' "
    "WHERE slug = 'kcn-an-nghiep'",
    "outlines": "SET session_replication_role = replica; UPDATE registry.zone_versions SET boundary_quality = "
    "'surveyed', boundary_source = 'D001', boundary = (SELECT boundary FROM registry.zone_versions "
    "WHERE slug = 'kcn-tran-de') WHERE slug IN ('kcn-tran-de', 'kcn-song-hau')",
}


def faults(found: list[Finding]) -> dict[str, str]:
    """But for durability: the server of the tests may forget what it acknowledged."""
    return {one.about: one.told for one in found if one.state == "fault" and one.about != "durability"}


def test_a_sound_register_has_no_fault(own_url: str) -> None:
    found = look_over(own_url, ASSETS, ROOT)
    assert faults(found) == {}
    assert {"server", "PostGIS", "clock", "schema", "disk", *HARM} <= {one.about for one in found}
    assert all(one.remedy for one in found if one.state != "ok")


@pytest.mark.parametrize("about", HARM)
def test_what_was_done_to_it_is_found(own_url: str, about: str) -> None:
    with psycopg.connect(own_url, autocommit=True) as connection:
        connection.execute(HARM[about])
    found = faults(look_over(own_url, ASSETS, None))
    assert about in found
    assert set(found) <= {about, "what is served"}  # an outline changed past the triggers is served otherwise too


def test_a_database_that_is_not_migrated_or_not_there_is_told(empty_url: str) -> None:
    assert "nothing" in faults(look_over(empty_url, ASSETS, None))["schema"]
    assert set(faults(look_over("postgresql://127.0.0.1:1/none", ASSETS, None))) == {"database"}


def test_missing_files_and_a_full_disk_are_told() -> None:
    (finding, *_) = look_over("postgresql://127.0.0.1:1/none", ROOT / "docs", None)
    assert (finding.about, finding.state) == ("browser files", "fault")
    assert disk_finding(free=1_000_000_000, size=10).state == "warning"
    assert disk_finding(free=50_000_000_000, size=60_000_000_000).state == "warning"
    assert disk_finding(free=50_000_000_000, size=10_000_000_000).state == "ok"


@pytest.mark.slow
def test_the_command_tells_people_and_programs_and_ends_with_a_status(own_url: str) -> None:
    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "api.cli", "doctor", *options], cwd=ROOT, text=True, check=False,
                              env=os.environ | {"DATABASE_URL": own_url}, capture_output=True)  # fmt: skip

    told = run()
    assert told.returncode == 1  # of durability, on the server of the tests
    assert "FAULT   durability" in told.stdout
    assert "ok      schema" in told.stdout
    document = json.loads(run("--json").stdout)
    assert {one["state"] for one in document} <= {"ok", "warning", "fault"}
