"""Everything that knows HTTP: parameters in, representations and problems out.

May import: everything below. Never: SQL, or rules of the domain.
"""
