"""The rules: no clock, no I/O, no framework."""
