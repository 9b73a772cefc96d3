"""The model: every table of the schemas `registry` and `accounts`, as the migrations make it (a test holds)."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB

SCHEMA = "registry"
ACCOUNTS = "accounts"  # closed to readers
metadata = MetaData(schema=SCHEMA)
NOW = text("now()")
CLOCK = text("clock_timestamp()")


def multipolygon() -> Geometry:
    return Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)


def to(target: str, *, deferred: bool = False) -> ForeignKey:
    """A foreign key inside the schema; `deferred` ones are checked when the transaction commits."""
    options = {"deferrable": True, "initially": "DEFERRED"} if deferred else {}
    return ForeignKey(f"{SCHEMA}.{target}", **options)  # type: ignore[arg-type]


def needed(name: str, *args: object, **options: object) -> Column:  # type: ignore[type-arg]
    """A text column that must be filled."""
    return Column(name, Text, *args, nullable=False, **options)  # type: ignore[arg-type]


source_kinds = Table(
    "source_kinds", metadata,
    Column("kind", Text, primary_key=True), Column("rank", Integer, nullable=False, unique=True),
    needed("label_vi"), needed("label_en"),
)  # fmt: skip
sources = Table(
    "sources", metadata,
    Column("id", Text, primary_key=True), needed("kind", to("source_kinds.kind")), needed("title"),
    Column("number", Text), Column("issuer", Text), Column("province", Text), Column("issued_on", Date),
    Column("issued_on_basis", Text), Column("latest_date_cited", Date), Column("text_quality", Text),
    Column("url", Text), Column("published", Text),
)  # fmt: skip
indicators = Table(
    "indicators", metadata,
    Column("indicator", Text, primary_key=True), needed("class"), needed("unit"),
    Column("minimum", Numeric), Column("maximum", Numeric),
    needed("label_vi"), needed("label_en"), needed("definition_vi"), needed("definition_en"),
)  # fmt: skip
indicator_values = Table(
    "indicator_values", metadata,
    Column("indicator", Text, to("indicators.indicator"), primary_key=True),
    Column("value", Text, primary_key=True), needed("label_vi"), needed("label_en"),
)  # fmt: skip
milestone_steps = Table(
    "milestone_steps", metadata,
    Column("step", Text, primary_key=True), Column("rank", Integer, nullable=False, unique=True),
    needed("status", to("milestone_steps.step")), needed("label_vi"), needed("label_en"),
)  # fmt: skip
admin_units = Table(
    "admin_units", metadata,
    Column("uid", Text, primary_key=True), needed("code"), needed("name"), needed("full_name"),
    Column("name_en", Text), needed("level"), Column("kind", Text),
    Column("parent_uid", Text, to("admin_units.uid", deferred=True)),
    Column("valid_from", Date), Column("valid_to", Date), Column("area_km2_published", Numeric),
    Column("predecessors", Text), Column("geometry_basis", Text), needed("source"), Column("licence", Text),
    Column("geom", multipolygon()),
    Index("admin_units_geom", "geom", postgresql_using="gist"), Index("admin_units_parent", "parent_uid"),
)  # fmt: skip
admin_sketches = Table(
    "admin_sketches", metadata,
    Column("uid", Text, to("admin_units.uid"), primary_key=True), Column("geom", multipolygon(), nullable=False),
)  # fmt: skip
admin_succession = Table(
    "admin_succession", metadata,
    Column("historic_uid", Text, to("admin_units.uid"), primary_key=True),
    Column("current_uid", Text, to("admin_units.uid"), primary_key=True),
    needed("relation"), needed("basis"), Column("share_of_historic_area", Numeric),
    Column("share_of_current_area", Numeric), Column("effective_on", Date, nullable=False), needed("source"),
    Column("note", Text), Index("admin_succession_current", "current_uid"),
)  # fmt: skip
zones = Table(
    "zones", metadata,
    Column("slug", Text, primary_key=True), Column("id", Integer, Identity(always=True), unique=True, nullable=False),
    Column("current_version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    ForeignKeyConstraint(
        ["slug", "current_version"], [f"{SCHEMA}.zone_versions.slug", f"{SCHEMA}.zone_versions.version"],
        name="zones_current_version", deferrable=True, initially="DEFERRED", use_alter=True,
    ),
)  # fmt: skip
zone_versions = Table(
    "zone_versions", metadata,
    Column("slug", Text, to("zones.slug", deferred=True), primary_key=True),
    Column("version", Integer, primary_key=True), needed("name_vi"), needed("name_en"), needed("kind"),
    Column("aliases", ARRAY(Text), nullable=False), Column("province_uid", Text, to("admin_units.uid")),
    Column("communes", ARRAY(Text), nullable=False), Column("commune_candidate", Text),
    Column("historic_province_uid", Text, to("admin_units.uid")), Column("historic_district", Text),
    Column("location", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
    Column("location_accuracy_m", Double, nullable=False), needed("location_basis"), needed("location_evidence"),
    Column("declared_area_ha", Numeric), Column("declared_area_basis", Text), Column("declared_area_note", Text),
    Column("declared_area_inputs", ARRAY(Text), nullable=False), Column("boundary", multipolygon()),
    Column("boundary_quality", Text), Column("boundary_accuracy_m", Double),
    Column("boundary_source", Text, to("sources.id")), Column("boundary_crs", Text),
    Column("measured_area_ha", Double, Computed("", persisted=True)),
    Column("status_detail", Text), Column("doubts", Text), Column("sources", ARRAY(Text), nullable=False),
    needed("author"), Column("valid_from", Date),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("change_id", BigInteger, to("changes.id")), Column("reviewer", Text), Column("receipt", JSONB),
    needed("life", server_default=text("'listed'")), Column("life_reason", Text),
    Column("successor", Text, to("zones.slug")),
    Index("zone_versions_boundary", "boundary", postgresql_using="gist"),
    Index("zone_versions_location", "location", postgresql_using="gist"),
)  # fmt: skip
evidence = Table(
    "evidence", metadata,
    Column("id", Text, primary_key=True), Column("zone", Text, to("zones.slug")),
    needed("source", to("sources.id")), needed("claim_type"), needed("quote"), Column("note", Text),
    Index("evidence_zone", "zone"),
)  # fmt: skip
evidence_areas = Table(
    "evidence_areas", metadata,
    Column("evidence", Text, to("evidence.id"), primary_key=True), Column("area_ha", Numeric),
)  # fmt: skip
lots = Table(
    "lots", metadata,
    Column("zone", Text, to("zones.slug"), primary_key=True), Column("code", Text, primary_key=True),
    needed("land_use"), Column("status", Text), Column("area_ha", Numeric, nullable=False), Column("as_of", Text),
    Column("source", Text, to("sources.id")), Column("geom", multipolygon()),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=NOW), Column("project", BigInteger),
    ForeignKeyConstraint(
        ["project", "zone"], [f"{SCHEMA}.projects.id", f"{SCHEMA}.projects.zone"], name="lots_project"
    ),
    Index("lots_geom", "geom", postgresql_using="gist"), Index("lots_project", "project"),
)  # fmt: skip
facts = Table(
    "facts", metadata,
    Column("id", Text, primary_key=True), needed("class"), needed("indicator", to("indicators.indicator")),
    needed("subject_kind"), needed("subject"), Column("zone", Text, to("zones.slug")),
    needed("unit_uid", to("admin_units.uid")), Column("is_target", Boolean, nullable=False),
    Column("as_of", Text), Column("as_of_start", Date), Column("as_of_end", Date),
    Column("period", Text), Column("period_start", Date), Column("period_end", Date),
    needed("source", to("sources.id")), needed("place"), needed("quote"), needed("quote_match"), Column("note", Text),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    UniqueConstraint("id", "class"), Index("facts_zone", "zone", "indicator"),
    Index("facts_unit", "unit_uid", "indicator"), Index("facts_source", "source"),
)  # fmt: skip


def of_class(name: str, *columns: Column) -> Table:  # type: ignore[type-arg]
    """A table of facts of one class: each row completes the row of `facts` with the same id and class."""
    return Table(
        name, metadata, Column("fact_id", Text, primary_key=True), needed("class"), *columns,
        ForeignKeyConstraint(["fact_id", "class"], [f"{SCHEMA}.facts.id", f"{SCHEMA}.facts.class"]),
    )  # fmt: skip


observations = of_class(
    "observations", needed("comparator"), Column("value", Numeric, nullable=False), Column("value_max", Numeric)
)
targets = of_class(
    "targets", Column("comparator", Text), Column("value", Numeric), Column("value_max", Numeric),
    Column("milestone", Text), needed("applies_to"),
)  # fmt: skip
obligations = of_class("obligations", needed("requirement"), Column("met", Boolean))
statements = of_class("statements", needed("content"))
milestones = Table(
    "milestones", metadata,
    Column("fact_id", Text, to("facts.id"), primary_key=True), needed("zone", to("zones.slug")),
    needed("step", to("milestone_steps.step")), needed("wording"), Column("as_of", Text),
    Column("as_of_start", Date), Column("as_of_end", Date), needed("basis"), Column("note", Text),
    Index("milestones_zone", "zone"),
)  # fmt: skip
phases = Table(
    "phases", metadata,
    Column("zone", Text, to("zones.slug"), primary_key=True), Column("code", Text, primary_key=True),
    needed("name_vi"), needed("name_en"), Column("in_force", Boolean), Column("is_expansion", Boolean, nullable=False),
    Column("area_ha", Numeric), needed("fact_id", to("facts.id")),
)  # fmt: skip
zone_figures = Table(
    "zone_figures", metadata,
    Column("slug", Text, to("zones.slug"), primary_key=True), Column("status", Text, to("milestone_steps.step")),
    Column("status_as_of", Text), Column("status_basis", Text), Column("expansion_area_ha", Numeric),
    Column("leasable_area_ha", Numeric),
    Column("leased_area_ha", Numeric), Column("available_area_ha", Numeric), Column("cleared_area_ha", Numeric),
    Column("sectors", ARRAY(Text)), Column("fill_rate_pct", Numeric), Column("fill_rate_basis", Text),
    Column("fill_rate_definition", Text), Column("fill_rate_as_of", Text),
    Column("fill_rate_source", Text, to("sources.id")), Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("has_wastewater_plant", Boolean), Column("has_cleared_land", Boolean),
)  # fmt: skip
places = Table(
    "places", metadata,
    Column("id", Text, primary_key=True), needed("kind"), needed("name_vi"), needed("name_en"),
    Column("location", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
    Column("accuracy_m", Double, nullable=False), needed("source"), needed("source_licence"), Column("note", Text),
)  # fmt: skip
contacts = Table(
    "contacts", metadata,
    Column("subject", Text, primary_key=True), Column("zone", Text, to("zones.slug")),
    Column("province_uid", Text, to("admin_units.uid")), needed("authority_vi"), needed("authority_en"),
    Column("phone", Text), Column("email", Text), Column("address", Text), needed("source", to("sources.id")),
    needed("place"),
)  # fmt: skip
data_files = Table(
    "data_files", metadata,
    Column("name", Text, primary_key=True), needed("sha256"),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=NOW),
)  # fmt: skip
synthetic = Table(
    "synthetic", metadata,
    Column("marked", Boolean, primary_key=True, server_default=text("true")),
    Column("seed", BigInteger, nullable=False), Column("zones", Integer, nullable=False),
    Column("lots", Integer, nullable=False), Column("generation", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=NOW),
)  # fmt: skip
changes = Table(
    "changes", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True), needed("zone"), needed("action"),
    needed("state", server_default=text("'draft'")), Column("edit", Integer, nullable=False, server_default=text("1")),
    needed("title", server_default=text("''")), Column("base_version", Integer), Column("from_version", Integer),
    Column("province_uid", Text, to("admin_units.uid")), Column("author", BigInteger, nullable=False),
    needed("author_name"), needed("document", server_default=text("''")),
    Column("fields", JSONB, nullable=False, server_default=text("'{}'")),
    Column("sets_boundary", Boolean, nullable=False, server_default=text("false")), Column("boundary", multipolygon()),
    Column("receipt", JSONB), Column("observations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("milestones", JSONB, nullable=False, server_default=text("'[]'")),
    Column("documents", JSONB, nullable=False, server_default=text("'[]'")),
    Column("reasons", JSONB, nullable=False, server_default=text("'{}'")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
    Column("submitted_at", DateTime(timezone=True)), Column("reviewer", BigInteger), Column("reviewer_name", Text),
    Column("decided_at", DateTime(timezone=True)), Column("decision", Text), Column("published_version", Integer),
    Index("changes_draft", "zone", "author", unique=True, postgresql_where=text("state = 'draft'")),
    Index("changes_open", "state", "province_uid", "submitted_at"), Index("changes_zone", "zone", "id"),
)  # fmt: skip
attachments = Table(
    "attachments", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("change_id", BigInteger, to("changes.id"), nullable=False), Column("number", Integer, nullable=False),
    needed("name"), needed("media"), needed("use"), needed("sha256"), Column("content", LargeBinary, nullable=False),
    Column("account", BigInteger, nullable=False), needed("who"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
    UniqueConstraint("change_id", "number"),
)  # fmt: skip
reservations = Table(
    "reservations", metadata,
    Column("slug", Text, primary_key=True),
    Column("change_id", BigInteger, to("changes.id", deferred=True), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
)  # fmt: skip
revision_times = Table(
    "revision_times", metadata,
    Column("revision", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=CLOCK), Column("cause", Text),
)  # fmt: skip
projects = Table(
    "projects", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True), needed("zone", to("zones.slug")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
    UniqueConstraint("id", "zone"), Index("projects_zone", "zone"),
)  # fmt: skip


def dated(name: str) -> tuple[Column, Column]:  # type: ignore[type-arg]
    """A date as precise as its document, and the days that it can mean."""
    return Column(name, Text), Column(f"{name}_days", DATERANGE)


project_versions = Table(
    "project_versions", metadata,
    Column("id", BigInteger, to("projects.id"), primary_key=True), Column("version", Integer, primary_key=True),
    needed("name"), Column("investor", Text), Column("sector", Text), Column("land_ha", Numeric),
    Column("capital", Numeric), Column("currency", Text), Column("decision", Text), *dated("decided_on"),
    *dated("licensed_on"), *dated("land_handed_over_on"), *dated("construction_started_on"),
    *dated("operation_started_on"), *dated("operation_planned_for"), Column("state", Text),
    needed("source", to("sources.id")), Column("place", Text), Column("quote", Text), Column("note", Text),
    Column("retired_because", Text), Column("account", BigInteger, nullable=False), needed("author"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
    Index("project_versions_source", "source"),
)  # fmt: skip
project_previews = Table(
    "project_previews", metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True), needed("zone", to("zones.slug")),
    Column("account", BigInteger, nullable=False), needed("name"), Column("content", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
    Index("project_previews_account", "account"),
)  # fmt: skip
figure_previews = Table(
    "figure_previews", metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("account", BigInteger, nullable=False), needed("province"), needed("period"), needed("name"),
    Column("content", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=CLOCK),
    Index("figure_previews_account", "account"),
)  # fmt: skip
reports = Table(
    "reports", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    needed("province_uid", to("admin_units.uid")), needed("period"), Column("as_of", Date, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False, server_default=CLOCK), needed("issued_by"),
    Column("content", JSONB, nullable=False), needed("sha256"), Index("reports_province", "province_uid", "period"),
)  # fmt: skip


def numbered(name: str) -> Column:  # type: ignore[type-arg]
    """A number that the database gives."""
    return Column(name, BigInteger, Identity(always=True), primary_key=True)


def moment(name: str, *, now: bool = False) -> Column:  # type: ignore[type-arg]
    """A time; with `now` the database fills it in."""
    return Column(name, DateTime(timezone=True), nullable=not now, server_default=NOW if now else None)


def of_account(*, nullable: bool = False) -> Column:  # type: ignore[type-arg]
    return Column("account", BigInteger, ForeignKey(f"{ACCOUNTS}.accounts.number"), nullable=nullable)


accounts = Table(
    "accounts", metadata, numbered("number"), needed("login", unique=True), needed("name"), Column("password", Text),
    Column("oidc_issuer", Text), Column("oidc_subject", Text), Column("oidc_email", Text, unique=True),
    moment("disabled_at"), moment("created_at", now=True), needed("created_by"),
    UniqueConstraint("oidc_issuer", "oidc_subject"), schema=ACCOUNTS,
)  # fmt: skip
grants = Table(
    "grants", metadata, numbered("id"), of_account(), needed("role"),
    Column("province_uid", Text, to("admin_units.uid")), needed("granted_by"), moment("granted_at", now=True),
    Column("revoked_by", Text), moment("revoked_at"),
    Index("grants_in_force", "account", "role", "province_uid", unique=True, postgresql_nulls_not_distinct=True,
          postgresql_where=text("revoked_at IS NULL")),
    schema=ACCOUNTS,
)  # fmt: skip
allowances = Table(
    "allowances", metadata, numbered("id"), of_account(), needed("province_uid", to("admin_units.uid")),
    needed("reason"), needed("allowed_by"), moment("allowed_at", now=True), Column("revoked_by", Text),
    moment("revoked_at"),
    Index("allowances_in_force", "account", "province_uid", unique=True, postgresql_where=text("revoked_at IS NULL")),
    schema=ACCOUNTS,
)  # fmt: skip
sessions = Table(
    "sessions", metadata, numbered("id"), Column("token_sha256", LargeBinary, nullable=False, unique=True),
    of_account(), Column("browser_sha256", LargeBinary), needed("how"), moment("created_at", now=True),
    moment("seen_at", now=True), Column("expires_at", DateTime(timezone=True), nullable=False), moment("revoked_at"),
    Index("sessions_account", "account"), schema=ACCOUNTS,
)  # fmt: skip
keys = Table(
    "keys", metadata, numbered("id"), Column("key_sha256", LargeBinary, nullable=False, unique=True), of_account(),
    needed("name"), needed("prefix"), moment("created_at", now=True), moment("used_at"), moment("expires_at"),
    moment("revoked_at"), Index("keys_account", "account"), schema=ACCOUNTS,
)  # fmt: skip
attempts = Table(
    "attempts", metadata, Column("bucket", Text, primary_key=True), Column("failures", Integer, nullable=False),
    moment("last_at", now=True), Index("attempts_last_at", "last_at"), schema=ACCOUNTS,
)  # fmt: skip
log = Table(
    "log", metadata, numbered("id"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    of_account(nullable=True), needed("who"), needed("action"), Column("change_id", BigInteger), Column("zone", Text),
    needed("text", server_default=""), Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    Index("log_account", "account"), Index("log_change", "change_id"), Index("log_zone", "zone"),
)  # fmt: skip
