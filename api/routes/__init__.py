"""Everything that knows HTTP: parameters in, representations and problems out.

May import: schemas, workflows, store. Never: SQL, or rules of the domain.
"""
