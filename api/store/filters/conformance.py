"""The conformance classes of CQL2 that the filters meet; tests/store/filters has a test for each."""

CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"

CONFORMANCE: tuple[str, ...] = tuple(
    f"{CQL2}/{name}"
    for name in (
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "accent-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "spatial-functions",
        "temporal-functions",
        "array-functions",
        "property-property",
        "arithmetic",
    )
)
