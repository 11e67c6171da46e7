"""The SQL of support."""
