"""The comparison with other map servers over one PostGIS, and the growth of our own: `make bench`.

Starts every server as its own documentation says, asks them all the same and prints what it found.
A client of the service and of api's cluster; nothing in api or gis may import it.
"""
