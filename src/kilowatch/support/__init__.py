"""Conversations with clients: rules first, then a language model, then people."""
