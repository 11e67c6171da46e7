"""Monitoring turns readings into energy used.

Owns readings, 15-minute usage, rejected readings, the tally, alerts, and the leases of its replicas on partitions.
Publishes `alert.*`. Consumes the partition queues (batches of readings), `device.*` and `user.deleted`.
"""
