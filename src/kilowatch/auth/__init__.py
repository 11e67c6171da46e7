"""Owns credentials, second factors, sessions, API keys and the keys that sign access tokens.

Publishes `session.ended`. Consumes `user.*` into a projection of accounts: who may sign in, with which role.
Passwords come in at the edge and are hashed there; they never travel further.
"""
