"""The rules of sessions, signing keys, throttling, passwords, links and second factors."""
