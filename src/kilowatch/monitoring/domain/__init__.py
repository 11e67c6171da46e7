"""The pure rules of monitoring: what energy readings mean, where slots and periods lie, when a limit is passed.

* `usage`: readings → segments of energy → 15-minute slots
* `calendar`: hours and days in a device's time zone
* `limits`: the hour that passes its limit
* `leases`: who should hold which partition, and who has forfeited it
"""
