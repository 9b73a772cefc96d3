"""The investor's explorer: a state of the page as a value, what it asks of the register, and what is found.

May import: store and below. Never: HTTP; `routes/states` reads a state from an address.
"""

from api.workflows.explorer.facets import conditions_of, items_params, loosened, widened, without
from api.workflows.explorer.finding import Found, find, slugs_of
from api.workflows.explorer.state import Near, Range, State
from api.workflows.explorer.suggestions import Suggestion, suggest

__all__ = [
    "Found",
    "Near",
    "Range",
    "State",
    "Suggestion",
    "conditions_of",
    "find",
    "items_params",
    "loosened",
    "slugs_of",
    "suggest",
    "widened",
    "without",
]
