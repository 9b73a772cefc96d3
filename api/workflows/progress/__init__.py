"""Progress: every target with its one state, for pages, reports and programs.

May import: store and below. Never: HTTP.
"""

from api.workflows.progress.assessing import Row, assess, summarise

__all__ = ["Row", "assess", "summarise"]
