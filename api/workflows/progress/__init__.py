"""Progress: every target with its one state, for pages, reports and programs.

May import: store and below. Never: HTTP.
"""

from api.workflows.progress.assessing import Row, assess, summarise
from api.workflows.progress.keeping import KeptProgress
from api.workflows.progress.wording import WHY

__all__ = ["WHY", "KeptProgress", "Row", "assess", "summarise"]
