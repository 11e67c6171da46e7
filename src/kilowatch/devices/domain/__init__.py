"""The rules of the inventory: no clock, no I/O, no framework."""
