"""Sheets that people fill in and hand in: columns, cells with their issues, tables of XLSX and CSV, forms.

May import: gis, python-calamine, xlsxwriter. Never: the web, the database; what a sheet is about is told by the caller.
"""
