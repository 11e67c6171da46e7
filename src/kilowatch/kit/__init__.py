"""Mechanism only: nothing here knows what energy, a user or an alert is."""
