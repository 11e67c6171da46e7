"""Meters that behave like real ones.

Owns: load curves, meters with their faults, the demo's devices and history. No database.
Publishes: readings, through the same doors as any meter (HTTP ingest, the exchange `telemetry`).
Consumes: the public HTTP API of a running Kilowatch, as an administrator or with a gateway's credential.
"""
