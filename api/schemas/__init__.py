"""What properties, collections and codes are called in answers and on pages.

May import: workflows and below. Never: queries or HTTP.
"""
