"""The published language of Kilowatch: what services say to each other, and nothing that does anything.

A service may import this package and ``kit``, and no other service.
"""
