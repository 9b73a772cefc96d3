"""Maps that leave the house: one self-contained HTML document from plain values, drawn with folium and Leaflet.

May import: folium, branca, jinja2, markupsafe, babel, shapely, the standard library and each other; the page's
own templates lie beside it. Never: the web, the database, files of the caller, the environment or the clock.
"""

from gis.maps.assets import Assets
from gis.maps.page import MOST_DRAWN, fill_rate_map
from gis.maps.zone import ZoneOnMap

__all__ = ["MOST_DRAWN", "Assets", "ZoneOnMap", "fill_rate_map"]
