"""Bodies of requests and answers, as the OpenAPI document shows them.

May import: workflows and below. Never: queries or HTTP.
"""
