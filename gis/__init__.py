"""Geospatial rules of the register: coordinates, outlines, areas, fill rates, dates, maps.

May import: the standard library, pyproj, shapely, Babel, folium with its Jinja2, and each other. Never: the web, the
database, files or the environment, so that a notebook, a test and the service get the same answers.
"""
