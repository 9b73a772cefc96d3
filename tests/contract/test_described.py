"""What GIS programs learn from the documents: real types, filters on the server, queryables and schemas."""

import json
import subprocess
import sys

import pytest
from owslib.ogcapi.features import Features

pytestmark = pytest.mark.slow  # a process of its own for each

NAMES = ["zones", "zone-points", "lots", "admin-units", "facts"]


def told_by_ogrinfo(live_url: str, layer: str, *options: str) -> str:
    command = ["ogrinfo", "--debug", "on", "-ro", "-so", *options, f"OAPIF:{live_url}/", layer]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout + done.stderr


def test_debians_gdal_knows_the_types_of_columns_without_values(live_url: str) -> None:
    zones, lots = told_by_ogrinfo(live_url, "zones"), told_by_ogrinfo(live_url, "lots")
    assert "measured_area_ha: Real" in zones
    assert "sectors: StringList" in zones
    assert "updated_at: DateTime" in zones
    assert "area_ha: Real" in lots


def test_debians_gdal_asks_the_service_by_attribute(live_url: str) -> None:
    """It learns from /api which properties are parameters."""
    told = told_by_ogrinfo(live_url, "zones", "-where", "kind = 'industrial_park' AND status = 'operating'")
    assert "kind=industrial_park&status=operating" in told
    assert "Feature Count: 1" in told


def test_the_newest_gdal_knows_types_and_asks_by_attribute(live_url: str) -> None:
    script = """if True:
        import json, sys, pyogrio
        source = sys.argv[1]
        types = {}
        for name in ("zones", "lots", "facts"):
            told = pyogrio.read_info(source, layer=name)
            types[name] = dict(zip(told["fields"].tolist(), told["dtypes"].tolist(), strict=True))
        pyogrio.set_gdal_config_options({"CPL_DEBUG": "ON"})
        pyogrio.raw.read(source, layer="zones", where="kind = 'economic_zone'")
        print(json.dumps(types))
    """
    done = subprocess.run(
        [sys.executable, "-c", script, f"OAPIF:{live_url}/"], capture_output=True, text=True, timeout=120, check=True
    )
    types = json.loads(done.stdout)
    assert types["zones"]["measured_area_ha"] == types["lots"]["area_ha"] == "float64"
    assert types["zones"]["version"] == "int32"
    assert types["facts"]["is_target"] == "bool"
    assert types["facts"]["source_issued_on"] == "datetime64[D]"
    assert types["zones"]["sectors"] == "list(str)"
    assert "kind=economic_zone" in done.stderr


def test_owslib_reads_every_document(live_url: str) -> None:
    service = Features(f"{live_url}/")
    assert service.feature_collections() == NAMES
    assert [one["id"] for one in service.collections()["collections"]] == NAMES
    document = service.api()
    for name in NAMES:
        assert f"/collections/{name}/items" in document["paths"]
        assert service.collection(name)["license"] == "other"
        for read in (service.collection_queryables, service.collection_schema):
            schema = read(name)
            assert schema["$id"].startswith(f"{live_url}/collections/{name}/")
            assert len(schema["properties"]) > 10
    assert any(uri.endswith("/queryables") for uri in service.conformance()["conformsTo"])
