"""Owns conversations with clients: rules answer first, then a language model, then people.

Publishes `conversation.*`, `message.posted`. Consumes `user.*` and the commands of people who sit at a socket
(`contracts.chat`). Asks, in the name of whoever asks it: `devices` and `monitoring`.
"""
