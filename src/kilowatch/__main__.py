"""`python -m kilowatch`."""

from kilowatch.cli import app

app(prog_name="kilowatch")
