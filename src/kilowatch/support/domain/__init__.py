"""The rules of support: no clock, no I/O, no framework."""
