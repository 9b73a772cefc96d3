"""`python -m api.cli`: the same as `zones`."""

from api.cli import app

app()
