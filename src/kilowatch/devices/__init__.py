"""The inventory: which meters there are, what they measure, where they hang, who may see them, and what they send with.

Owns devices with their dated configurations, sites, assignments of people to both, gateways, and the credentials of
devices and gateways. Publishes `device.registered|updated|assigned|unassigned|deleted`, each with the whole device and
everybody who may see it, and `credential.changed`. Consumes `user.*`, so that it can name people and let nobody in who
is gone. Answers RabbitMQ when a meter logs in at the broker.
"""
