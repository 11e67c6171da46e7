"""Loads, meters and faults as pure functions of time: the same seed gives the same readings, in any chunks.

Times are numpy arrays of whole microseconds since 1970-01-01 UTC, power is in W, registers are whole mWh.
"""
