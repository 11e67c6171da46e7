"""Owns the accounts of people: who they are, their role, their profile and preferences; not their credentials.

Publishes `user.created`, `user.updated`, `user.deactivated`, `user.deleted`. Consumes nothing. Collects, over HTTP,
what every service holds about a person, and the audit logs and the health of all services; shows the dead letters of
the broker.
"""
