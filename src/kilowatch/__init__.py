"""Kilowatch: a distributed energy management system."""

__version__ = "0.1.0"
