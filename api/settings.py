"""Settings: one class, made once at the edge (cli, tests) and passed in; nothing else reads the environment."""

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]
TILES = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[^\s'\"<>;,\\]*")
PLACEHOLDER = re.compile(r"\{.*?\}")


class Settings(BaseSettings):
    """What an operator can set. Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_prefix="", env_ignore_empty=True, frozen=True)

    database_url: str = Field(default="", description="any PostGIS, as postgresql://...; empty: the private cluster")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    public_url: str = Field(default="", description="address behind a proxy; empty: each request's own")
    pool_size: int = Field(default=8, ge=1, le=100, description="database connections for reads, per process")
    writer_pool_size: int = Field(default=4, ge=1, le=100, description="database connections for writes, per process")
    statement_timeout_ms: int = Field(default=10_000, ge=100, description="longest time one statement may take")
    synthetic: bool = Field(
        default=False, description="say on every page that the data are made up; a demo's database says so itself"
    )
    kept_features_mb: int = Field(default=64, ge=1, le=100_000, description="memory for written features, per process")
    kept_answers_mb: int = Field(default=48, ge=0, le=100_000, description="memory for whole answers, per process")
    tile_detail: Literal["few", "full"] = Field(
        default="few", description="full: tiles with all properties and whole shapes at every zoom, to compare servers"
    )
    oidc_client_id: str = Field(default="", description="what the OpenID Connect provider calls this register")
    oidc_issuer: str = Field(default="", description="address of the OpenID Connect provider; empty: passwords only")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="the secret that goes with OIDC_CLIENT_ID")
    oidc_client_secret_file: Path | None = Field(default=None, description="a file that holds it instead")
    oidc_name: str = Field(default="OpenID Connect", description="what the button to sign in calls the provider")
    basemap_attribution: str = Field(default="", description="whose basemap it is, as its terms want it said")
    basemap_tiles: str = Field(
        default="",
        description="raster tiles below the map, https://.../{z}/{x}/{y}; empty: none",
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="of what `zones serve` writes down: a JSON object or a text a line"
    )
    log_requests: bool = Field(default=True, description="whether `zones serve` writes down each request")
    snapshots: Path | None = Field(
        default=None, description="directory of the snapshots that `zones snapshot` takes; empty: none"
    )
    data_dir: Path = Field(default=ROOT / "data", description="the tables that `zones load` reads")
    local_dir: Path = Field(default=ROOT / ".local", description="where the private cluster and its lock live")

    @field_validator("oidc_issuer")
    @classmethod
    def check_issuer(cls, value: str, info: ValidationInfo) -> str:
        """Who is who comes over this address: nobody between may change it."""
        if not value:
            return value
        parts = urlsplit(value)
        on_loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
        if not (parts.scheme == "https" and parts.hostname) and not on_loopback:
            raise ValueError("this must be the provider's https address")
        if not info.data.get("oidc_client_id"):
            raise ValueError("this needs OIDC_CLIENT_ID too")
        return value.rstrip("/")

    @field_validator("basemap_tiles")
    @classmethod
    def check_basemap(cls, value: str, info: ValidationInfo) -> str:
        """Its host goes into the content security policy of pages with a map."""
        if not value:
            return value
        if not TILES.fullmatch(value) or sorted(PLACEHOLDER.findall(value)) != ["{x}", "{y}", "{z}"]:
            raise ValueError("this must be an https address with {z}, {x} and {y} once each, after the host")
        if not info.data.get("basemap_attribution"):
            raise ValueError("this needs BASEMAP_ATTRIBUTION too")
        return value

    @field_validator("oidc_client_secret_file")
    @classmethod
    def check_secret_file(cls, value: Path | None) -> Path | None:
        if value is not None and not os.access(value, os.R_OK):
            raise ValueError("this file cannot be read")
        return value
