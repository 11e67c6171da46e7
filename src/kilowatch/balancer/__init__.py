"""Takes readings in, checks them one by one against what it knows of devices, and spreads them over the partitions.

Owns a projection of devices and credentials, kept in memory as columns, and the imports of history. Publishes
batches of readings to `telemetry.partitions`. Consumes `device.*` and `credential.changed`, and readings from
`telemetry.ingress`.
"""
