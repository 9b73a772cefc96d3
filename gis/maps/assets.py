"""Where a map's script, styles and letters come from: addresses of our own server, or the texts themselves."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_UNICODE_RANGES = {
    "latin": (
        "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,"
        "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
    ),
    "vietnamese": (
        "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,"
        "U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB"
    ),
}
_ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|[\\/]{2})", re.IGNORECASE)
_CSS_FETCH = re.compile(r"@import[^;]*;?|url\(\s*(?![\"']?data:)[^)]*\)", re.IGNORECASE)
_END_TAG = re.compile(r"<(/(?:script|style)|!--)", re.IGNORECASE)
_SOURCE_MAP = re.compile(r"^\s*//[#@]\s*sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True)
class Assets:
    """Leaflet and the letters of a map.

    By default addresses of our own server, which the document links; ``inlined`` gives the texts instead, for a
    file that opens from disk. An address of another host is refused with ValueError.
    """

    script: str | None = "/assets/leaflet/leaflet.js"
    stylesheets: tuple[str, ...] = ("/assets/leaflet/leaflet.css",)
    script_text: str = ""
    style_text: str = ""

    def __post_init__(self) -> None:
        """Refuse addresses with a scheme or a host: a map asks nobody but the server it came from."""
        for address in (*filter(None, [self.script]), *self.stylesheets):
            if _ELSEWHERE.match(address):
                raise ValueError(f"{address!r} is not an address on this server")

    @classmethod
    def inlined(cls, *, script: str, style: str, fonts: Mapping[str, bytes]) -> Self:
        """Return the assets of a single file from Leaflet's JavaScript and CSS texts.

        ``fonts`` maps ``latin`` and ``vietnamese`` to the WOFF2 bytes of Inter (variable). Pictures named in the
        CSS are dropped, since the map draws its own, and so are imports and the address of the source map.
        """
        faces = "\n".join(
            "@font-face{font-family:'Inter Variable';font-style:normal;font-display:swap;font-weight:100 900;"
            f"src:url(data:font/woff2;base64,{base64.b64encode(data).decode()}) format('woff2');"
            f"unicode-range:{_UNICODE_RANGES[subset]}}}"
            for subset, data in sorted(fonts.items())
        )
        quiet = _CSS_FETCH.sub(lambda found: "none" if found[0].startswith("url") else "", style)
        return cls(
            script=None,
            stylesheets=(),
            # Neither text may end the element it stands in.
            script_text=_END_TAG.sub(r"<\\\1", _SOURCE_MAP.sub("", script)),
            style_text=_END_TAG.sub(r"<\\\1", f"{faces}\n{quiet}"),
        )
